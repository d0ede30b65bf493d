/**
 * `node run.mjs producer/simulator/draw-user-agents.ts`: makes user-agents.json of the package `user-agents`, to be run when the
 * package is updated (a test compares them). The package's own data are 5 MB, of which a simulator at a thousand events a
 * second shows the last five hundred headers about never; so what runs and ships is the head of the list.
 */
import { writeFileSync } from 'node:fs';
import UserAgent from 'user-agents';
import { sampleUserAgents } from './user-agent-sample';

const file = 'producer/simulator/user-agents.json';

writeFileSync(file, `${JSON.stringify(sampleUserAgents(UserAgent.top()), undefined, 2)}\n`);
console.log(`Wrote ${file}`);
