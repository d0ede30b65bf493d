import { DEBUG_MODULES } from './debug';

/** Prints the text and ends the process where `--help` is asked, before anything else is done. */
export function answerHelp(text: string): void {
  if (!process.argv.slice(2).includes('--help')) return;
  console.log(text);
  process.exit(0);
}

/** `npm start -- --help`. */
export function helpText(): string {
  const modules = Object.entries(DEBUG_MODULES).map(([name, says]) => `  ${name.padEnd(14)} ${says}`);
  return `npm start [-- options]

Kafka, Redis, simulator, consumer and page on this machine: http://localhost:5000. Ctrl-C stops it all; the data stay.

  --rate N        events a second that the simulator writes; default 1,700, with --past 20
  --seed N        seed of the simulator; default: drawn and printed
  --daily-curve   N is the mean of a day that has a night, a morning and an evening
  --past T        first writes the past, up to 24h, as fast as Kafka takes it; for an empty topic: with --fresh
  --via http      the simulator sends through the collector, by HTTP, instead of straight to Kafka
  --no-simulator  no simulated traffic: your own producers, and heartbeats
  --port N        port of the page; default 5000
  --fresh         deletes the data of earlier runs first; not beside KAFKA_BROKERS or REDIS_URL
  --help          this text

npm run spike, beside it, puts one article into the news. Trackers and SDKs send to http://localhost:5001 (the page's port plus one,
or COLLECTOR_PORT; 0: off): docs/collector.md.

Kafka and Redis: KAFKA_BROKERS and REDIS_URL where they are set, else this project's running Compose services, else real ones
that are started here on 127.0.0.1 (ports KAFKA_PORT 19092 and REDIS_PORT 16379), with data in .clickstream/.
All settings: docs/settings.md.

DEBUG=module[,module] says more:
${modules.join('\n')}`;
}
