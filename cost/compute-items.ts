/** What runs: Lambda (consumer, repair, audit, dashboard), its event pollers, Fargate, and the API in front of the dashboard. */
import type { Configuration } from '../lib/config';
import { assumed } from './assumptions';
import { collectorItems } from './collector-items';
import { type Load, processorShare } from './demand';
import { hourly, type Item, item, type Service, written } from './item';
import { HOURS_PER_MONTH, PRICES, type Price, SECONDS_PER_MONTH } from './prices';
import { POLLER } from './service-limits';
import { MEASURED } from './unit-costs';

const MILLION = 1e6;
const GB = 1e9;
const minutesPerMonth = HOURS_PER_MONTH * 60;

/** `seconds`: of all invocations of a month. */
function lambdaItems(service: Service, name: string, requests: number, seconds: number, memoryMib: number) {
  const gbSeconds = (seconds * memoryMib) / 1_024;
  return [
    item(service, `${name}: requests`, requests / MILLION, PRICES.lambdaRequests, 'million'),
    item(service, `${name}: time`, gbSeconds, PRICES.lambdaTime, 'GB-s'),
  ];
}

/** Units of provisioned pollers that are paid; on demand there are none to pay. */
export function pollerUnits({ consumer }: Configuration, load: Load): number {
  if (consumer.pollersMax === 0) return 0;
  const byRate = load.logBytesPerSecond / 1e6 / POLLER.unitMbPerSecond;
  return Math.ceil(Math.max(byRate, load.consumer.pollers / POLLER.pollersPerUnit));
}

export function consumerItems(configuration: Configuration, load: Load): Item[] {
  const { consumer, audit } = configuration;
  const invocations = load.consumer.invocationsPerSecond * SECONDS_PER_MONTH;
  const seconds = invocations * load.consumer.secondsPerInvocation;
  const units = pollerUnits(configuration, load);
  return [
    ...(units > 0 ? [hourly('Consumer', 'event pollers', units, PRICES.pollerUnit, 'units')] : []),
    ...lambdaItems('Consumer', 'consumer', invocations, seconds, consumer.memoryMib),
    ...lambdaItems(
      'Consumer',
      'repair, each minute',
      minutesPerMonth,
      minutesPerMonth * assumed('repairSeconds'),
      consumer.memoryMib,
    ),
    ...(audit.intervalMinutes > 0 ? auditItems(configuration, load) : []),
  ];
}

/** Processor seconds of the audit for one second of traffic. */
export function auditBusy({ audit }: Configuration, load: Load): number {
  return (load.recordsPerSecond * MEASURED.audit.value) / 1e6 / processorShare(audit.memoryMib);
}

function auditItems(configuration: Configuration, load: Load): Item[] {
  const { intervalMinutes, memoryMib } = configuration.audit;
  const runs = minutesPerMonth / intervalMinutes;
  const perRun =
    assumed('auditStartSeconds') + Math.min(auditBusy(configuration, load) * intervalMinutes * 60, 300);
  return lambdaItems('Consumer', `audit, each ${intervalMinutes} min`, runs, runs * perRun, memoryMib);
}

export function producerItems(configuration: Configuration, load: Load): Item[] {
  const { producer } = configuration;
  const vcpus = (load.tasks * producer.taskCpu) / 1_024;
  const gb = (load.tasks * producer.taskMemoryMib) / 1_024;
  const isArm = producer.architecture === 'ARM64';
  const paid = (price: Price): Price =>
    producer.spot ? { ...price, dollars: price.dollars * assumed('spotShare') } : price;
  const cpu = paid(isArm ? PRICES.fargateCpu : PRICES.fargateCpuX86);
  const memory = paid(isArm ? PRICES.fargateMemory : PRICES.fargateMemoryX86);
  return [
    hourly('Producer', `processors of ${load.tasks} tasks`, vcpus, cpu, 'vCPU'),
    hourly('Producer', `memory of ${load.tasks} tasks`, gb, memory, 'GB'),
    item('Producer', 'image', assumed('imageGb'), PRICES.image, 'GB-months'),
    ...collectorItems(configuration, load),
  ];
}

/** A limit by address, and three managed groups; test/cost/stacks.test.ts holds it to the stack. */
export const FIREWALL_RULES = 4;
/** API Gateway asks the authorizer about each viewer's token once in five minutes. */
const tokensPerSecond = 1 / 300;
const authorizerMib = 256;

function accessItems({ dashboard }: Configuration, requests: number, load: Load): Item[] {
  const asked = load.dashboard.requestsPerSecond * tokensPerSecond * SECONDS_PER_MONTH;
  const login =
    dashboard.login === 'none'
      ? []
      : lambdaItems('Dashboard', 'authorizer', asked, asked * assumed('authorizerSeconds'), authorizerMib);
  if (!dashboard.firewall) return login;
  return [
    ...login,
    item('Dashboard', 'firewall', 1, PRICES.firewall, 'web ACL'),
    item('Dashboard', 'firewall: rules', FIREWALL_RULES, PRICES.firewallRule, 'rules'),
    item('Dashboard', 'firewall: requests', requests / MILLION, PRICES.firewallRequests, 'million'),
  ];
}

export function dashboardItems(configuration: Configuration, load: Load): Item[] {
  const { dashboard } = configuration;
  const { requestsPerSecond, busy } = load.dashboard;
  const requests = requestsPerSecond * SECONDS_PER_MONTH;
  const answeredGb = (requests * (MEASURED.snapshotGzip.value + assumed('answerBytes'))) / GB;
  return [
    item(
      'Dashboard',
      'API',
      requests / MILLION,
      PRICES.restApi,
      `million, ${written(requestsPerSecond)} a second`,
    ),
    ...lambdaItems('Dashboard', 'dashboard', requests, busy * SECONDS_PER_MONTH, dashboard.memoryMib),
    item('Dashboard', 'answers to browsers', answeredGb, PRICES.internetOut, 'GB'),
    ...accessItems(configuration, requests, load),
  ];
}
