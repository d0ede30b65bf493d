/** What programs print must do nothing to a terminal or a log, whatever lies on the topic. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FedTopic } from '../fed-topic';
import type { ScenarioContext } from '../scenario';

/** Control and format characters, line and paragraph separators, and halves of pairs: all but the newline that ends a line. */
const harmful = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** Each is fetched from the log by itself. */
const limit = 40;
const bytesMax = 16 * 1024 * 1024;

function complaint(what: string, text: string): string[] {
  const at = text.search(harmful);
  return at < 0 ? [] : [`${what} holds U+${text.codePointAt(at)?.toString(16)} at character ${at}`];
}

/** Runs `npm run rejects` on the topic, and looks through what it prints and through the log of the event source. */
export async function checkOutput(
  context: ScenarioContext,
  topic: FedTopic,
): Promise<{ readonly rejects: number; readonly violations: readonly string[] }> {
  const { spec } = context.programs.prepare({
    entry: 'local/rejects.ts',
    name: 'rejects',
    env: topic.env(),
    args: ['--limit', String(limit)],
    logFolder: context.folder,
  });
  const { stdout, stderr } = await promisify(execFile)(spec.command, [...spec.args], {
    env: { ...spec.env },
    maxBuffer: bytesMax,
  });
  const rejects = stdout.split('\n').filter((line) => / partition \d+ offset \d+ /.test(line)).length;
  const log = readFileSync(topic.logFile, 'utf8');
  return {
    rejects,
    violations: [
      ...complaint('what npm run rejects prints', stdout),
      ...complaint('what npm run rejects complains', stderr),
      ...complaint('the log of the event source', log),
      ...(rejects === 0 ? ['npm run rejects printed none'] : []),
    ],
  };
}
