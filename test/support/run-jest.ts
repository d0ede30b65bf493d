/** Runs jest in a process of its own and judges its result: what it counted, and whether each skip is an allowed one. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface Verdict {
  /** Lines for a person; the last is `N passed, N failed, N skipped`. */
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

/** A test file that could not run at all counts as a failed test: otherwise it would look like none. */
export function judgeResult(
  result: JestResult,
  jestExitCode: number,
  allowedSkips: readonly string[],
): Verdict {
  const skipped = result.testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName);
  const forbidden = skipped.filter((name) => !allowedSkips.includes(name));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    lines: [
      ...forbidden.map((name) => `skipped, and not named in test/allowed-skips.json: ${name}`),
      `${result.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`,
    ],
    exitCode: jestExitCode === 0 && failed === 0 && forbidden.length === 0 ? 0 : 1,
  };
}

export interface JestOptions {
  readonly resultFile: string;
  readonly allowedSkips: readonly string[];
  /** Ends jest. */
  readonly stop: AbortSignal;
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the exit code for this process. */
export async function runJest(args: readonly string[], options: JestOptions): Promise<number> {
  if (options.stop.aborted) return 1;
  const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${options.resultFile}`, ...args];
  // Its report goes to standard error; standard output would only be the JSON over again.
  const child = spawn(process.execPath, jest, {
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, ...options.env },
  });
  options.stop.addEventListener('abort', () => child.kill('SIGTERM'));
  const exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  if (!existsSync(options.resultFile)) {
    console.log('0 passed, 1 failed, 0 skipped');
    return 1;
  }
  const result = JSON.parse(readFileSync(options.resultFile, 'utf8')) as JestResult;
  const verdict = judgeResult(result, exitCode, options.allowedSkips);
  for (const line of verdict.lines) console.log(line);
  return verdict.exitCode;
}
