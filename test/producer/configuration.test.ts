import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../pipeline/settings';
import { applyFlags, readProducerConfiguration } from '../../producer/configuration';
import { isHealthy, readHealthAgeMs, touchHealthFile } from '../../producer/health';
import { Pace } from '../../producer/pace';

const KAFKA_BROKERS = '127.0.0.1:1';

describe('the configuration of the producer', () => {
  it('has defaults for all but the brokers', () => {
    expect(readProducerConfiguration({ KAFKA_BROKERS })).toMatchObject({
      simulator: true,
      eventsPerSecond: 1_700,
      seed: undefined,
      sites: ['demo'],
    });
  });

  it('puts flags above the environment', () => {
    const env = { KAFKA_BROKERS, RATE: '5', SEED: '1' };
    const flagged = applyFlags(env, ['--rate', '20', '--seed=9', '--no-simulator']);
    expect(readProducerConfiguration(flagged)).toMatchObject({
      eventsPerSecond: 20,
      seed: 9,
      simulator: false,
    });
  });

  it('writes a past slowly enough to be written in minutes, on the curve of a day, unless told otherwise', () => {
    const read = (...flags: readonly string[]) =>
      readProducerConfiguration(applyFlags({ KAFKA_BROKERS }, flags));
    const dayMs = 24 * 3_600_000;
    expect(read()).toMatchObject({ pastMs: 0, hasDailyCurve: false });
    expect(read('--daily-curve')).toMatchObject({ eventsPerSecond: 1_700, hasDailyCurve: true });
    expect(read('--past', '24h')).toMatchObject({ pastMs: dayMs, eventsPerSecond: 20, hasDailyCurve: true });
    expect(read('--past=90m', '--rate', '5')).toMatchObject({ pastMs: 90 * 60_000, eventsPerSecond: 5 });
    expect(read('--past', '1440m').pastMs).toBe(dayMs);
    expect(read('--past', '24h', '--rate', '57').eventsPerSecond).toBe(57);
  });

  it.each([
    ['a past of more than a day', {}, ['--past', '25h'], 'PAST: "25h"; allowed: 1h to 24h, or 1m to 1440m'],
    ['a past without a unit', { PAST: '24' }, [], 'PAST: "24"'],
    ['no past at all', { PAST: '0h' }, [], 'PAST: "0h"'],
    ['more past than can be written', { PAST: '24h', RATE: '58' }, [], 'RATE: "58"; allowed: at most 57'],
    ['a curve that is neither', { DAILY_CURVE: 'yes' }, [], 'DAILY_CURVE: "yes"; allowed: true | false'],
    ['a rate that is no number', { RATE: 'fast' }, [], 'RATE: "fast"'],
    ['a negative seed', { SEED: '-1' }, [], 'SEED: "-1"'],
    ['a site with a space', { SITES: 'a b' }, [], 'SITES: "a b"'],
    ['an unknown flag', {}, ['--speed', '3'], 'flag: "--speed"'],
    ['a flag without its value', {}, ['--rate'], '--rate: not set'],
    ['a switch that is neither', { SIMULATOR: 'no' }, [], 'true | false'],
  ])('stops at %s with one line', (_name, env, args, message) => {
    const read = () => readProducerConfiguration(applyFlags({ KAFKA_BROKERS, ...env }, args));
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(message);
  });
});

describe('the pace', () => {
  it('keeps to its rate without drift, whatever the ticks', () => {
    const pace = new Pace(1_700);
    let events = 0;
    for (let ms = 0; ms <= 60_000; ms += 7.3) events += pace.due(ms);
    expect(events).toBeGreaterThan(1_699.5 * 59.99);
    expect(events).toBeLessThanOrEqual(1_700 * 60);
  });

  it('does not make up for a long pause', () => {
    const pace = new Pace(1_000);
    pace.due(0);
    expect(pace.due(60_000)).toBe(1_000);
    expect(pace.due(60_050)).toBe(50);
  });

  it('makes one event in ten seconds at a tenth of an event a second', () => {
    const pace = new Pace(0.1);
    let events = 0;
    for (let ms = 0; ms <= 20_001; ms += 50) events += pace.due(ms);
    expect(events).toBe(2);
  });
});

describe('the health of the producer', () => {
  it('is good while the last acknowledged heartbeat is young', () => {
    // Prepare
    const file = join(mkdtempSync(join(tmpdir(), 'health-')), 'file');
    const nowMs = Date.now();

    // Act
    const before = readHealthAgeMs(nowMs, file);
    touchHealthFile(nowMs, file);
    const young = readHealthAgeMs(Date.now(), file);
    writeFileSync(file, '');
    utimesSync(file, nowMs / 1_000 - 16, nowMs / 1_000 - 16);
    const old = readHealthAgeMs(nowMs, file);

    // Assess
    expect([before, young, old].map(isHealthy)).toEqual([false, true, false]);
  });
});
