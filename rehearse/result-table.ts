/** What a rehearsal came to, as a person reads it: what passed, and as plainly what none of it can prove. */
import type { StepResult } from './step';

/** Of each: what stood in its place. */
export const NOT_PROVEN: readonly (readonly [what: string, instead: string])[] = [
  [
    'sign-in to brokers by IAM, every kafka-cluster: action',
    'a front that takes any token of the right form, then a plain broker',
  ],
  [
    'MSK itself: replicas, Express, quotas, its own topic API',
    'one Kafka broker; the topic is made by a client',
  ],
  [
    'VPC: routes, security groups, endpoints',
    'functions run on this machine; npm test reckons the paths from the templates',
  ],
  [
    'the pollers of Lambda: scaling, back-off, their network',
    'our own event source (docs/event-source.md) and the deployed mapping',
  ],
  [
    'the producer on Fargate: image, task, spare capacity, scaling, drain',
    'the same program and its health check, with the variables of the task, on this machine',
  ],
  ['ElastiCache: limits, fail-over, more than one node', 'one Redis with TLS and the user of the template'],
  ['alarms, dashboards, metrics', 'they are created, and never judged; schedules go off, by the emulator'],
  ['WAF, throttling, domain and certificate, Cognito mails', 'not asked for, or not enforced'],
  ['arm64, Node of the Lambda runtime, memory, cold starts', "this machine's processor and Node"],
  ['creation times, quotas of an account, prices', 'npm run cost reckons prices'],
  [
    'what only CloudFormation itself refuses',
    'its schemas are checked when templates are made (npm run synth)',
  ],
];

const headings = ['variant', 'step', 'outcome', 's', 'seen'] as const;

function aligned(rows: readonly (readonly string[])[], right: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = column === row.length - 1 ? 0 : (widths[column] ?? 0);
        return column === right ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  '),
  );
}

export function isGood(results: readonly StepResult[]): boolean {
  return results.length > 0 && results.every(({ outcome }) => outcome === 'passed');
}

export function printResults(results: readonly StepResult[]): string[] {
  const count = (outcome: StepResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const rows = results.map(({ variant, name, outcome, seconds, told }) => {
    const shown = outcome === 'failed' ? 'FAILED' : outcome;
    return [variant, name, shown, seconds.toFixed(1), told.split('\n')[0] ?? ''];
  });
  return [
    ...aligned([[...headings], ...rows], 3),
    '',
    'Not proven, because only AWS can:',
    ...aligned(
      NOT_PROVEN.map(([what, instead]) => [`  ${what}`, `here: ${instead}`]),
      -1,
    ),
    '',
    `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`,
  ];
}
