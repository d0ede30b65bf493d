/**
 * `node run.mjs test/support/write-user-agents.ts`: makes user-agents.json of the package `user-agents`, to be run when the
 * package is updated (a test compares them). The package's own data are 5 MB, of which a simulator at a thousand events a
 * second shows the last five hundred headers about never; so what runs and ships is the head of the list.
 */
import { writeFileSync } from 'node:fs';
import { observedUserAgents, sampleUserAgents, userAgentsFile, writeSample } from './user-agent-sample';

writeFileSync(userAgentsFile, writeSample(sampleUserAgents(observedUserAgents())));
console.log(`${userAgentsFile} is written.`);
