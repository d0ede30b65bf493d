/** The program of the `redis-cluster` service: see keeper.ts. */
import '../one-line-stop';
import { touchHealthFile } from '../../producer/health';
import { onStopSignal } from '../shutdown';
import { clusterHealthFile } from './health-file';
import { ClusterKeeper } from './keeper';
import { ClusterNodes } from './nodes';

const lookEveryMs = 1_000;
const stopMsMax = 2_000;

const nodes = ClusterNodes.connect(process.env);
const keeper = new ClusterKeeper(nodes, {
  say: (line) => console.log(line),
  onServing: () => touchHealthFile(Date.now(), clusterHealthFile),
});

let timer: NodeJS.Timeout | undefined;
async function lookAgain(): Promise<void> {
  await keeper.look();
  timer = setTimeout(() => void lookAgain(), lookEveryMs);
}

onStopSignal(async () => {
  clearTimeout(timer);
  nodes.close();
}, stopMsMax);
void lookAgain();
