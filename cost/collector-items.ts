/** The collector: what stands before its tasks, by request and by the hour. Trackers send one event a request. */
import type { Configuration } from '../lib/config';
import { assumed } from './assumptions';
import type { Load } from './demand';
import { hourly, type Item, item } from './item';
import { HOURS_PER_MONTH, PRICES, SECONDS_PER_MONTH } from './prices';

const MILLION = 1e6;
const GB = 1e9;
/** The tasks look for new sites four times a minute (collector/site-sources.ts). */
const siteLooksPerMonth = 4 * HOURS_PER_MONTH * 60;
/** From here on API Gateway asks less. */
const dearMillions = 300;
/** A limit by address, and a managed group; test/cost/stacks.test.ts holds it to the stack. */
export const COLLECTOR_FIREWALL_RULES = 2;

/** What one capacity unit of a load balancer is (Elastic Load Balancing, pricing): whichever is most is paid. */
const UNIT = { connectionsPerSecond: 25, openConnections: 3_000, gbPerHour: 1 } as const;
const connectionOpenSeconds = 60;

/** A month. */
interface Clicks {
  readonly perSecond: number;
  readonly millions: number;
  readonly gbIn: number;
  readonly gbOut: number;
}

function clicksOf({ eventsPerSecond: perSecond }: Load): Clicks {
  const requests = perSecond * SECONDS_PER_MONTH;
  return {
    perSecond,
    millions: requests / MILLION,
    gbIn: (requests * assumed('clickBytes')) / GB,
    gbOut: (requests * assumed('clickAnswerBytes')) / GB,
  };
}

function capacityUnits({ perSecond, gbIn, gbOut }: Clicks): number {
  const connections = perSecond * assumed('connectionsPerClick');
  return Math.max(
    connections / UNIT.connectionsPerSecond,
    (connections * connectionOpenSeconds) / UNIT.openConnections,
    (gbIn + gbOut) / HOURS_PER_MONTH / UNIT.gbPerHour,
  );
}

function apiItems({ millions }: Clicks): Item[] {
  const [dear, cheap] = [Math.min(millions, dearMillions), Math.max(0, millions - dearMillions)];
  return [
    item('Producer', 'collector: API', dear, PRICES.httpApi, 'million, one event each'),
    ...(cheap > 0
      ? [item('Producer', 'collector: API, above 300 million', cheap, PRICES.httpApiMore, 'million')]
      : []),
    item('Producer', 'collector: names of the tasks', 1, PRICES.hostedZone, 'hosted zone'),
  ];
}

function cloudfrontItems({ millions, gbIn, gbOut }: Clicks): Item[] {
  return [
    item('Producer', 'collector: CloudFront', millions, PRICES.cdnRequests, 'million'),
    item('Producer', 'collector: CloudFront, function', millions, PRICES.cdnFunction, 'million'),
    item('Producer', 'collector: CloudFront, answers', gbOut, PRICES.cdnOut, 'GB'),
    item('Producer', 'collector: CloudFront, clicks', gbIn, PRICES.cdnToOrigin, 'GB'),
    item('Producer', 'collector: secret of CloudFront', 1, PRICES.secret, 'secret'),
  ];
}

function balancerItems({ network }: Configuration, clicks: Clicks): Item[] {
  const { zoneCount } = network;
  return [
    hourly('Producer', 'collector: load balancer', 1, PRICES.loadBalancer, 'load balancer'),
    hourly('Producer', 'collector: its addresses', zoneCount, PRICES.publicAddress, 'one a zone'),
    hourly('Producer', 'collector: its work', capacityUnits(clicks), PRICES.capacityUnit, 'capacity units'),
  ];
}

/** Answers leave AWS by whichever way; CloudFront has a price of its own for that. */
function entranceItems(configuration: Configuration, clicks: Clicks): Item[] {
  const { collector } = configuration.producer;
  const answers = item('Producer', 'collector: answers', clicks.gbOut, PRICES.internetOut, 'GB');
  if (collector === 'cloudfront') return [...apiItems(clicks), ...cloudfrontItems(clicks)];
  return collector === 'alb'
    ? [...balancerItems(configuration, clicks), answers]
    : [...apiItems(clicks), answers];
}

export function collectorItems(configuration: Configuration, load: Load): Item[] {
  const { producer } = configuration;
  if (producer.collector === 'none') return [];
  const clicks = clicksOf(load);
  const looks = load.tasks * siteLooksPerMonth;
  const firewall = producer.collectorFirewall
    ? [
        item('Producer', 'collector: firewall', 1, PRICES.firewall, 'web ACL'),
        item(
          'Producer',
          'collector: firewall, rules',
          COLLECTOR_FIREWALL_RULES,
          PRICES.firewallRule,
          'rules',
        ),
        item(
          'Producer',
          'collector: firewall, requests',
          clicks.millions,
          PRICES.firewallRequests,
          'million',
        ),
      ]
    : [];
  return [
    ...entranceItems(configuration, clicks),
    ...firewall,
    item('Producer', 'collector: sites', 1, PRICES.secret, 'secret'),
    item('Producer', 'collector: looks for new sites', looks / MILLION, PRICES.secretCalls, 'million'),
  ];
}
