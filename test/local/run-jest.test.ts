import { judgeResult } from '../support/run-jest';

const result = (statuses: Record<string, string>, broken = 0) => ({
  numPassedTests: Object.values(statuses).filter((status) => status === 'passed').length,
  numFailedTests: Object.values(statuses).filter((status) => status === 'failed').length,
  numRuntimeErrorTestSuites: broken,
  testResults: [
    { assertionResults: Object.entries(statuses).map(([fullName, status]) => ({ fullName, status })) },
  ],
});

test.each([
  ['all pass', result({ a: 'passed', b: 'passed' }), 0, '2 passed, 0 failed, 0 skipped', 0],
  ['one fails', result({ a: 'passed', b: 'failed' }), 1, '1 passed, 1 failed, 0 skipped', 1],
  ['a file cannot run', result({ a: 'passed' }, 1), 1, '1 passed, 1 failed, 0 skipped', 1],
  ['a skip is allowed', result({ a: 'passed', ok: 'pending' }), 0, '1 passed, 0 failed, 1 skipped', 0],
  ['a skip is not allowed', result({ a: 'passed', b: 'pending' }), 0, '1 passed, 0 failed, 1 skipped', 1],
  ['a test is only planned', result({ b: 'todo' }), 0, '0 passed, 0 failed, 1 skipped', 1],
  ['jest itself fails', result({ a: 'passed' }), 1, '1 passed, 0 failed, 0 skipped', 1],
] as const)('where %s, the last line and the exit code say so', (_case, jest, jestCode, line, code) => {
  const verdict = judgeResult(jest, jestCode, ['ok']);
  expect(verdict.lines.at(-1)).toBe(line);
  expect(verdict.exitCode).toBe(code);
});

test('a skip that is not allowed is named', () => {
  expect(judgeResult(result({ 'a b': 'pending' }), 0, []).lines[0]).toContain('a b');
});
