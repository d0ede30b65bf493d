/** What the deployed functions have logged, for whoever looks why a step failed: the emulator forgets it when it ends. */
import { writeFileSync } from 'node:fs';
import type { Aws } from './aws';

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** One file with all of them, a function after the other. */
export async function saveFunctionLogs(aws: Aws, file: string): Promise<void> {
  const ask = <Answer>(action: string, input: object): Promise<Answer> =>
    aws.command<Answer>('logs', `Logs_20140328.${action}`, input);
  const { logGroups } = await ask<{ readonly logGroups: readonly { readonly logGroupName: string }[] }>(
    'DescribeLogGroups',
    { logGroupNamePrefix: '/aws/lambda/' },
  );
  const lines: string[] = [];
  for (const { logGroupName } of logGroups) {
    const { events } = await ask<{ readonly events: readonly LogEvent[] }>('FilterLogEvents', {
      logGroupName,
    });
    lines.push(`# ${logGroupName}`);
    lines.push(
      ...events.map(({ timestamp, message }) => `${new Date(timestamp).toISOString()} ${message.trim()}`),
    );
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
}
