/** The dashboard: HTTP in, the page and the JSON API out. Wiring alone; see answer-request.ts and api.ts. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { redisFromEnvironment } from '../redis-connection';
import { structuredLog } from '../structured-log';
import { answerRequest, type Dashboard } from './answer-request';
import { readDashboardConfiguration } from './configuration';
import { OutageLog } from './outage-log';
import { loadPageFiles } from './page-files';
import { patientStore } from './patient-store';
import { readRequest } from './request';
import { SharedAnswers } from './shared-answers';

const log = structuredLog('dashboard');
const configuration = readDashboardConfiguration(process.env, __dirname);
const { topic, listedSites } = configuration;

const dashboard: Dashboard = {
  api: {
    sites: configuration,
    store: patientStore(
      async () =>
        new RedisSnapshotStore(await redisFromEnvironment(process.env, log), {
          topic,
          sites: listedSites,
        }),
    ),
    shared: new SharedAnswers(),
  },
  files: loadPageFiles(configuration.webDirectory, configuration),
  isLoginNeeded: configuration.login !== undefined,
  log,
  outage: new OutageLog(log),
};

/** Answers every request; rejects never. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  return await answerRequest(dashboard, readRequest(event), Date.now());
}
