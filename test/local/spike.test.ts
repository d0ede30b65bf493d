import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function runSpike(...options: readonly string[]) {
  const home = mkdtempSync(join(tmpdir(), 'spike-'));
  const run = spawnSync(process.execPath, ['run.mjs', 'local/spike.ts', ...options], {
    encoding: 'utf8',
    env: { ...process.env, CLICKSTREAM_HOME: home },
  });
  rmSync(home, { recursive: true });
  return { status: run.status, lines: `${run.stdout}${run.stderr}`.trim().split('\n') };
}

test('a spike where nothing runs is refused in one line', () => {
  const { status, lines } = runSpike();

  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('npm start');
});

test.each([
  ['--factor', '1'],
  ['--factor', 'many'],
  ['--minutes', '600'],
])('%s %s is refused in one line that says what is allowed', (name, value) => {
  const { status, lines } = runSpike(name, value);

  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(value);
});
