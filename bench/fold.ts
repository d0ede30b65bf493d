/** `fold`: what the handler costs without Redis, beside decoding and parsing alone. */
import type { Bench, Measurement, Scale, Size } from './benchmark';
import { figuresOf } from './figures';
import { smallBatches } from './inside/batches';
import type { FoldAnswer, FoldQuestion } from './inside/fold';

const roundsOfSize: Readonly<Record<Size, number>> = { tiny: 1, short: 3, whole: 5 };

export async function measureFold(bench: Bench, { events, runs, size }: Scale): Promise<Measurement> {
  const rounds = roundsOfSize[size];
  const answers: FoldAnswer[] = [];
  for (let run = 0; run < runs; run += 1) {
    const question: FoldQuestion = { events, rounds };
    answers.push(await bench.programs.ask<FoldQuestion, FoldAnswer>('bench/inside/fold.ts', question));
  }
  return {
    conditions: [
      `batches of ${Math.min(events, 10_000).toLocaleString('en')} records, one partition`,
      `rounds a run: ${rounds}, order reversed each time`,
    ],
    figures: [
      ...figuresOf(answers, [
        ['handlerRate', 'handler without Redis', 'events/s'],
        ['bareRate', 'bare base64 + JSON.parse', 'events/s'],
        ['ratio', 'handler : bare loop', 'x'],
        ['handlerCpuNs', 'handler without Redis, CPU', 'ns/event'],
        ['bareCpuNs', 'bare base64 + JSON.parse, CPU', 'ns/event'],
        ['commitsPerBatch', 'roll-ups of a batch', 'commits/batch'],
        ['payloadBytes', 'payload of an invocation', 'bytes/event'],
        ['viewBytes', 'median page view', 'bytes'],
      ]),
      ...smallBatches.map((size) => ({
        name: `handler without Redis, CPU, batches of ${size}`,
        unit: 'ns/event' as const,
        values: answers.map(({ smallCpuNs }) => smallCpuNs[size]),
      })),
    ],
    audited: undefined,
  };
}
