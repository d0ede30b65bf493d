import type { CommandOutcome } from '../../local/services/command-runner';
import { containerArguments, missingForLocalstack } from '../../rehearse/localstack-setup';

const running: CommandOutcome = { kind: 'ended', exitCode: 0, stdout: '28.0.0\n', stderr: '' };
const stopped: CommandOutcome = { kind: 'ended', exitCode: 1, stdout: '', stderr: 'no daemon' };
const token = { LOCALSTACK_AUTH_TOKEN: 'ls-secret' };

test.each([
  [token, { kind: 'missing' } as const, /^Docker is missing/],
  [token, stopped, /^Docker does not answer/],
  [token, { kind: 'timed_out' } as const, /^Docker does not answer/],
  [{}, running, /^LOCALSTACK_AUTH_TOKEN is not set/],
  [{ LOCALSTACK_AUTH_TOKEN: '' }, running, /^LOCALSTACK_AUTH_TOKEN is not set/],
])('with %j and Docker %j one line says what is missing', (env, docker, line) => {
  const said = missingForLocalstack(env, docker);

  expect(said).toMatch(line);
  expect(said).toContain('npm run rehearse');
  expect(said?.split('\n')).toHaveLength(1);
});

test('with both nothing is missing, and the token stands in no argument', () => {
  expect(missingForLocalstack(token, running)).toBeUndefined();
  expect(containerArguments.join(' ')).not.toContain('ls-secret');
  expect(containerArguments).toContain('LOCALSTACK_AUTH_TOKEN');
});
