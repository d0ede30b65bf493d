import type { CommandOutcome, CommandRunner } from '../../local/services/command-runner';
import { strictStub } from '../support/strict-stub';

export const ended = (stdout: string, exitCode = 0, stderr = ''): CommandOutcome => ({
  kind: 'ended',
  exitCode,
  stdout,
  stderr,
});
export const missing: CommandOutcome = { kind: 'missing' };

export interface CommandStub {
  readonly runner: CommandRunner;
  /** Command lines in the order in which they were asked. */
  readonly asked: string[];
}

/** Answers by the beginning of the command line; a command line that no answer begins throws. An array: one answer a call. */
export function commandStub(
  answers: Readonly<Record<string, CommandOutcome | CommandOutcome[]>>,
): CommandStub {
  const asked: string[] = [];
  const runner = strictStub<CommandRunner>('CommandRunner', {
    run: async (command, args) => {
      const line = [command, ...args].join(' ');
      asked.push(line);
      const found = Object.keys(answers).find((start) => line.startsWith(start));
      if (found === undefined) throw new Error(`command was not expected: ${line}`);
      const answer = answers[found];
      const outcome = Array.isArray(answer) ? answer.shift() : answer;
      if (outcome === undefined) throw new Error(`command came once too often: ${line}`);
      return outcome;
    },
  });
  return { runner, asked };
}
