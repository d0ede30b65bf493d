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

  it.each([
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
