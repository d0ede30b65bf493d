import { contiguousRuns, decodeMskEvent, MskEventError } from '../../pipeline/stream/msk-event';

function record(offset: number, value?: string | null) {
  return {
    topic: 'clicks',
    partition: 3,
    offset,
    timestamp: 1_767_225_600_000 + offset,
    timestampType: 'LOG_APPEND_TIME',
    ...(value === undefined ? {} : { value: value === null ? null : Buffer.from(value).toString('base64') }),
    headers: [{ trace: [-1, 127, 255] }],
  };
}

function event(records: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify({ eventSource: 'aws:kafka', records }));
}

describe('decoding an MSK event', () => {
  it('yields the records of each topic partition with their bytes and log time', () => {
    // Act
    const [decoded] = decodeMskEvent(event({ 'clicks-3': [record(7, '{"a":"ü"}'), record(8, '')] }));

    // Assess
    expect(decoded).toMatchObject({ name: 'clicks-3', topic: 'clicks', partition: 3 });
    expect(decoded?.records.map(({ offset }) => offset)).toEqual([7, 8]);
    expect(decoded?.records[0]?.timestampMs).toBe(1_767_225_600_007);
    expect(Buffer.from(decoded?.records[0]?.value ?? []).toString()).toBe('{"a":"ü"}');
    expect(decoded?.records[1]?.value?.length).toBe(0);
  });

  it('takes an absent and a null value for a tombstone', () => {
    const [decoded] = decodeMskEvent(event({ 'clicks-3': [record(1), record(2, null)] }));
    expect(decoded?.records.map(({ value }) => value)).toEqual([null, null]);
  });

  it('puts records into offset order and drops an offset that comes twice', () => {
    const [decoded] = decodeMskEvent(event({ 'clicks-3': [record(9, 'b'), record(8, 'a'), record(9, 'b')] }));
    expect(decoded?.records.map(({ offset }) => offset)).toEqual([8, 9]);
  });

  it('keeps a topic apart whose name ends like a partition', () => {
    const odd = { ...record(0, 'x'), topic: 'clicks-1', partition: 2 };
    expect(decodeMskEvent(event({ 'clicks-1-2': [odd] }))[0]).toMatchObject({
      topic: 'clicks-1',
      partition: 2,
    });
  });

  it('takes an event without partitions for nothing to do', () => {
    expect(decodeMskEvent(event({}))).toEqual([]);
  });

  it.each([
    ['null', null],
    ['an API Gateway event', { httpMethod: 'GET' }],
    ['an SQS event', { Records: [] }],
    ['records as an array', { records: [] }],
    ['a partition that is no array', { records: { 'clicks-3': {} } }],
    ['a partition without records', { records: { 'clicks-3': [] } }],
    ['a name that is not the record’s', { records: { 'clicks-4': [record(1, 'x')] } }],
    [
      'a record of another partition',
      { records: { 'clicks-3': [record(1, 'x'), { ...record(2), partition: 4 }] } },
    ],
    ['a negative offset', { records: { 'clicks-3': [record(-1, 'x')] } }],
    ['an offset as text', { records: { 'clicks-3': [{ ...record(1, 'x'), offset: '1' }] } }],
    ['no timestamp', { records: { 'clicks-3': [{ ...record(1, 'x'), timestamp: undefined }] } }],
    ['a value that is no text', { records: { 'clicks-3': [{ ...record(1), value: [1, 2] }] } }],
  ])('refuses %s', (_name, wrong) => {
    expect(() => decodeMskEvent(wrong)).toThrow(MskEventError);
  });

  it('does not repeat content in what it says', () => {
    const wrong = { records: { 'clicks-3': [{ ...record(1), value: { secret: 'visitor' } }] } };
    expect(() => decodeMskEvent(wrong)).toThrow('records[clicks-3], offset 1, has a value that is object');
  });
});

describe('cutting into contiguous runs', () => {
  const records = (...offsets: number[]) =>
    offsets.map((offset) => ({ offset, timestampMs: 0, value: null }));
  const cut = (...offsets: number[]) =>
    contiguousRuns(records(...offsets)).map((run) => run.map(({ offset }) => offset));

  it.each([
    [[], []],
    [[5], [[5]]],
    [[5, 6, 7], [[5, 6, 7]]],
    [
      [5, 7, 8, 11],
      [[5], [7, 8], [11]],
    ],
    [
      [0, 2],
      [[0], [2]],
    ],
  ])('cuts %j', (offsets, runs) => {
    expect(cut(...offsets)).toEqual(runs);
  });

  it('does not copy a batch without holes', () => {
    const whole = records(1, 2, 3);
    expect(contiguousRuns(whole)[0]).toBe(whole);
  });
});
