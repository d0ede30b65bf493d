/** `npm run faults`: wiring alone. What can go wrong is in scenarios.ts, one file a row. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerHelp } from '../local/help';
import { homeAt } from '../local/home';
import { runCommand } from '../local/run-command';
import { onStopSignal } from '../local/shutdown';
import { claimRun, type RunRecord } from '../local/supervisor/run-file';
import { SETTING } from '../pipeline/settings';
import { KafkaBroker } from './kafka-broker';
import { readFaultOptions, usage } from './options';
import { playRow } from './play-row';
import { Programs } from './programs';
import { isGood, type PlayedRow, printTable } from './table';

const stopMsMax = 30_000;
/** Standard output is for the table. */
const say = (line: string): void => console.error(line);

async function main(): Promise<number> {
  const options = readFaultOptions(process.argv.slice(2));
  if (options.isList) {
    for (const { name } of options.scenarios) console.log(name);
    return 0;
  }
  const home = homeAt(process.env[SETTING.CLICKSTREAM_HOME] || '.clickstream/faults');
  const record: RunRecord = await claimRun(home.runFile, say);
  for (const folder of ['broker', 'rows'])
    rmSync(join(home.folder, folder), { recursive: true, force: true });
  say(`seed ${options.seed}${options.isShort ? ', short' : ''}; logs in ${home.folder}`);
  const kafka = await KafkaBroker.start(home, record, say);
  const ending: (() => Promise<void>)[] = [];
  const endRow = async (): Promise<void> => {
    for (const work of ending.splice(0).reverse()) await work();
  };
  const close = async (): Promise<void> => {
    await endRow();
    await kafka.stop();
    record.release();
  };
  onStopSignal(close, stopMsMax);
  const rows: PlayedRow[] = [];
  const services = { kafka, record, programs: new Programs(home.folder, record), folder: home.folder, say };
  try {
    for (const scenario of options.scenarios) {
      rows.push(await playRow(scenario, options, services, (work) => ending.push(work)));
      await endRow();
    }
  } finally {
    await close();
    for (const line of printTable(rows, options.isMarkdown)) console.log(line);
    if (options.jsonFile !== undefined)
      writeFileSync(options.jsonFile, `${JSON.stringify(rows, undefined, 2)}\n`);
    if (!rows.every(isGood)) {
      const names = rows.filter((row) => !isGood(row)).map(({ name }) => name);
      say(
        `play again: npm run faults -- ${names.join(' ')} --seed ${options.seed}${options.isShort ? ' --short' : ''}`,
      );
    }
  }
  return rows.every(isGood) ? 0 : 1;
}

answerHelp(usage());
runCommand(main);
