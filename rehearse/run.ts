/** `npm run rehearse`: wiring alone. What is done is in steps/, what it is done with in stage.ts. */
import { join } from 'node:path';
import { answerHelp } from '../local/help';
import { homeAt } from '../local/home';
import { runCommand } from '../local/run-command';
import { commandRunner } from '../local/services/command-runner';
import { onStopSignal } from '../local/shutdown';
import { claimRun } from '../local/supervisor/run-file';
import { SETTING } from '../pipeline/settings';
import { saveFunctionLogs } from './function-logs';
import { readRehearsalOptions, usage } from './options';
import { provideTools } from './python-tools';
import { isGood, printResults } from './result-table';
import { Stage } from './stage';
import { runSteps, type StepResult } from './step';
import { AUDITING } from './steps/auditing';
import { COUNTING } from './steps/counting';
import { DEPLOYING } from './steps/deploying';
import { ENDING } from './steps/ending';
import { VIEWING } from './steps/viewing';

const stopMsMax = 30_000;
/** Standard output is for the table. */
const say = (line: string): void => console.error(line);

function sayHowToReach(stage: Stage): void {
  say(`Deployed until Ctrl-C. For the AWS CLI and the SDKs, in another terminal:`);
  for (const [name, value] of Object.entries(stage.cdk.environment)) say(`export ${name}=${value}`);
}

async function main(): Promise<number> {
  const { variants, keepsRunning } = readRehearsalOptions(process.argv.slice(2));
  const home = homeAt(process.env[SETTING.CLICKSTREAM_HOME] || '.clickstream/rehearse');
  const record = await claimRun(home.runFile, say);
  const ending: (() => Promise<void>)[] = [];
  const endVariant = async (): Promise<void> => {
    for (const work of ending.splice(0).reverse()) await work();
  };
  const close = async (): Promise<void> => {
    await endVariant();
    record.release();
  };
  onStopSignal(close, stopMsMax);
  const results: StepResult[] = [];
  try {
    const tools = await provideTools(commandRunner, home.folder, say);
    for (const variant of variants) {
      const folder = join(home.folder, variant.name);
      say(`${variant.name}: ${variant.about}; logs in ${folder}`);
      const isLast = variant === variants.at(-1);
      let opening: Promise<Stage> | undefined;
      const stage = (): Promise<Stage> => {
        opening ??= Stage.open({ variant, folder, tools, record, say }, (work) => ending.push(work));
        return opening;
      };
      const kept = keepsRunning && isLast;
      const steps = [...DEPLOYING, ...VIEWING, ...COUNTING, ...AUDITING, ...(kept ? [] : ENDING)];
      results.push(...(await runSteps(variant.name, steps, stage, say)));
      await stage()
        .then(({ aws }) => saveFunctionLogs(aws, join(folder, 'functions.log')))
        // There is none where the emulator did not start.
        .catch(() => undefined);
      if (
        kept &&
        results.some(({ variant: name, outcome }) => name === variant.name && outcome === 'passed')
      ) {
        sayHowToReach(await stage());
        await new Promise(() => undefined);
      }
      await endVariant();
    }
  } finally {
    await close();
    for (const line of results.length > 0 ? printResults(results) : []) console.log(line);
  }
  return isGood(results) ? 0 : 1;
}

answerHelp(usage());
runCommand(main);
