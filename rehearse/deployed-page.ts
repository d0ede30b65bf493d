/** The deployed page and API, asked through API Gateway. */
import { sleep } from '../faults/scenario';
import type { DashboardSnapshot } from '../pipeline/core/snapshot';
import type { HttpAnswer } from './aws';
import type { Stage } from './stage';
import { expect } from './step';

/** `https://ID.execute-api.REGION.amazonaws.com/live/`, as the deployment prints it. */
export function pageAddress(stage: Stage): URL {
  return new URL(stage.output('Page') ?? '');
}

/** `path`: below the page's address, `api/v1/health`. */
export function askPage(stage: Stage, path: string, token = ''): Promise<HttpAnswer> {
  const { hostname, pathname } = pageAddress(stage);
  const emulator = new URL(stage.aws.endpoint);
  const [api] = hostname.split('.');
  return stage.aws.send({
    method: 'GET',
    url: `${stage.aws.endpoint}${pathname}${path}`,
    headers: {
      host: `${api}.execute-api.localhost:${emulator.port}`,
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
  });
}

const path = 'api/v1/snapshot?window=24h';
/** A function that has just started, or a busy machine: the API then says 503 and "ask again", which is what the page does. */
const unavailableMsMax = 120_000;

/** The API as the viewer who has signed in asks it. Throws RehearsalError where it does not answer 200. */
export async function readSnapshot(stage: Stage): Promise<DashboardSnapshot> {
  const deadlineMs = Date.now() + unavailableMsMax;
  let answer = await askPage(stage, path, stage.token);
  while (answer.status === 503 && Date.now() < deadlineMs) {
    await sleep(500);
    answer = await askPage(stage, path, stage.token);
  }
  expect(answer.status === 200, `the API answers ${answer.status}: ${answer.body.toString().slice(0, 200)}`);
  return JSON.parse(answer.body.toString()) as DashboardSnapshot;
}
