/** `npm run cost`: dollars a month of the configured deployment at a rate of events. */
import { readFileSync } from 'node:fs';
import { estimate } from '../cost/estimate';
import { billJson, printBill, printPrices } from '../cost/print-bill';
import { costHelp, readCostOptions } from './cost-options';
import { runCommand } from './run-command';

/** As the CDK reads it: from the folder of the command. */
function cdkContext(): Readonly<Record<string, unknown>> {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as {
    context?: Readonly<Record<string, unknown>>;
  };
  return context ?? {};
}

/** The bill is long, and people pipe it: whoever has read enough (`| head`) is no error. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

async function main(): Promise<number> {
  endWithReader();
  const options = readCostOptions(process.argv.slice(2));
  if (options === 'help' || options === 'prices') {
    for (const line of options === 'help' ? [costHelp] : printPrices()) console.log(line);
    return 0;
  }
  const { eventsPerMinute, viewers, sites, historyDays, preset, settings, isFit, region } = options;
  const context = cdkContext();
  const { bill, askedFor } = estimate({
    context,
    environment: process.env,
    preset,
    settings,
    demand: { eventsPerMinute, viewers, sites, historyDays },
    isFit,
  });
  const printing = { preset: preset ?? 'of cdk.json', region, askedFor };
  const lines = options.isJson ? [billJson(bill, printing)] : printBill(bill, printing);
  for (const line of lines) console.log(line);
  return 0;
}

runCommand(main);
