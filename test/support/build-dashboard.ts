/** The dashboard around a fake store, and the proxy events that it is asked with. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { answerRequest, type Dashboard } from '../../lambdas/dashboard/answer-request';
import { OutageLog } from '../../lambdas/dashboard/outage-log';
import type { PageFiles } from '../../lambdas/dashboard/page-files';
import { patientStore } from '../../lambdas/dashboard/patient-store';
import { readRequest } from '../../lambdas/dashboard/request';
import { SharedAnswers } from '../../lambdas/dashboard/shared-answers';
import { toProxyEvent } from '../../local/gateway/proxy-event';
import type { SnapshotStore } from '../../pipeline/store/store-port';

export interface DashboardOptions {
  readonly store: SnapshotStore;
  readonly files: PageFiles;
  readonly timeMsMax?: number;
  readonly areSitesClosed?: boolean;
  readonly isLoginNeeded?: boolean;
}

export interface BuiltDashboard extends Dashboard {
  /** What was logged, a line each. */
  readonly lines: readonly string[];
}

export function buildDashboard(options: DashboardOptions): BuiltDashboard {
  const lines: string[] = [];
  const log: Dashboard['log'] = (level, message, fields) => {
    lines.push(JSON.stringify({ level, message, ...fields }));
  };
  return {
    api: {
      sites: {
        defaultSite: 'demo',
        listedSites: ['demo'],
        areSitesClosed: options.areSitesClosed ?? false,
      },
      store: patientStore(async () => options.store, options.timeMsMax),
      shared: new SharedAnswers(),
    },
    files: options.files,
    isLoginNeeded: options.isLoginNeeded ?? false,
    log,
    outage: new OutageLog(log),
    lines,
  };
}

export function buildProxyEvent(
  target: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): APIGatewayProxyEvent {
  const { method = 'GET', headers = {} } = options;
  const rawHeaders = Object.entries(headers).flat();
  const body = Buffer.alloc(0);
  return toProxyEvent({ method, target, rawHeaders, body, sourceIp: '127.0.0.1' }, 0);
}

/** Asks as the gateway does: the event has been JSON on its way. */
export async function askDashboard(
  dashboard: Dashboard,
  target: string,
  options: Parameters<typeof buildProxyEvent>[1] & { readonly nowMs?: number } = {},
): Promise<APIGatewayProxyResult> {
  const event = JSON.parse(JSON.stringify(buildProxyEvent(target, options))) as APIGatewayProxyEvent;
  return await answerRequest(dashboard, readRequest(event), options.nowMs ?? Date.UTC(2026, 0, 31, 12));
}
