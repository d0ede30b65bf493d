/**
 * `npm run test:compose`: brings the Compose stack of this working tree up, as a project of its own, and checks what a user of
 * `docker compose up --build` relies on. Without a Docker engine it says that it is skipped. Ports and volumes are its own.
 */
import { answerHelp } from '../../local/help';
import { CHECKS, type Check } from './checks';
import { CLUSTER_CHECKS } from './cluster-checks';
import { CLUSTER, engineVersion, FIVE, Stack, StackError, type Variant, wipeLeftovers } from './stack';

interface Plan {
  readonly variant: Variant;
  readonly checks: readonly Check[];
  /** Events a second: the simulator must not keep a small machine from what is being checked. */
  readonly rate: number;
}
const PLANS: Readonly<Record<string, Plan>> = {
  five: { variant: FIVE, checks: CHECKS, rate: 500 },
  cluster: { variant: CLUSTER, checks: CLUSTER_CHECKS, rate: 100 },
};

async function main([name = 'five']: readonly string[]): Promise<number> {
  const plan = PLANS[name];
  if (plan === undefined) {
    console.error(`test:compose: ${JSON.stringify(name)}; allowed: ${Object.keys(PLANS).join(' | ')}`);
    return 1;
  }
  const { checks, variant, rate } = plan;
  const version = await engineVersion();
  if (version === undefined) {
    console.log('skipped: no Docker engine with Compose v2 answers here');
    console.log(`0 passed, 0 failed, ${checks.length} skipped`);
    return 0;
  }
  await wipeLeftovers((line) => console.log(line));
  const stack = await Stack.prepare({ RATE: String(rate), SEED: '7' }, variant);
  console.log(`${version}; page on port ${stack.ports.page}`);
  // Ctrl-C reaches the command in flight as well: the check that it breaks ends, and what was started is taken down.
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  let passed = 0;
  try {
    for (const { name, run } of checks) {
      if (isStopped) throw new StackError('told to stop');
      const startedAtMs = Date.now();
      const finding = await run(stack);
      passed += 1;
      console.log(`ok   ${name} (${((Date.now() - startedAtMs) / 1000).toFixed(0)} s): ${finding}`);
    }
  } catch (error) {
    console.log(`FAIL ${checks[passed]?.name}: ${(error as Error).message}`);
    // Each check builds on the ones before it, so the rest is not tried; the services' last words say more.
    console.log(await stack.compose(['logs', '--tail', '15']).catch(() => ''));
  } finally {
    await stack.wipe();
  }
  const failed = passed < checks.length ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed, ${checks.length - passed - failed} skipped`);
  return failed;
}

answerHelp(`npm run test:compose [-- five | cluster]

Brings the Compose stack of this working tree up as a project of its own, on free ports, checks what docs/compose.md promises,
and takes it down again. Where no Docker engine answers it says so and skips, with exit code 0.

  five     the five services of docker compose up; default
  cluster  the profile of three brokers and a Redis Cluster: each node is killed in turn
  --help   this text`);
main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
