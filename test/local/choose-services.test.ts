import { chooseServices } from '../../local/services/choose-services';
import { parseComposeRows } from '../../local/services/compose-services';
import { commandStub, ended, missing } from './command-stub';

const row = (service: string, state: string, port?: number) =>
  JSON.stringify({
    Service: service,
    State: state,
    Publishers: port === undefined ? null : [{ URL: '127.0.0.1', TargetPort: 1, PublishedPort: port }],
  });

const askCompose = 'docker compose ps';

describe('which Kafka and which Redis', () => {
  it('takes those that are set, and asks nobody', async () => {
    const { runner, asked } = commandStub({});
    const env = { KAFKA_BROKERS: 'k:1,k:2', REDIS_URL: 'rediss://r:3' };

    const choices = await chooseServices(env, runner);

    expect(choices).toEqual({
      kafka: { from: 'setting', address: 'k:1,k:2' },
      redis: { from: 'setting', address: 'rediss://r:3' },
    });
    expect(asked).toEqual([]);
  });

  it('takes running Compose services at the ports that they publish', async () => {
    const rows = [row('kafka', 'running', 9_094), row('redis', 'running', 6_380)].join('\n');
    const { runner } = commandStub({ [askCompose]: ended(rows) });

    const choices = await chooseServices({}, runner);

    expect(choices).toEqual({
      kafka: { from: 'compose', address: '127.0.0.1:9094' },
      redis: { from: 'compose', address: 'redis://127.0.0.1:6380' },
    });
  });

  it('decides for each by itself', async () => {
    const { runner } = commandStub({ [askCompose]: ended(row('kafka', 'running', 9_094)) });
    const choices = await chooseServices({ REDIS_URL: 'redis://r:1' }, runner);
    expect(choices.kafka.from).toBe('compose');
    expect(choices.redis.from).toBe('setting');
  });

  it.each([
    ['Docker is missing', missing],
    ['Docker does not answer', { kind: 'timed_out' } as const],
    ['there is no daemon', ended('', 1, 'Cannot connect to the Docker daemon')],
    ['no service runs', ended('')],
    ['the services have stopped', ended([row('kafka', 'exited', 9_094), row('redis', 'exited')].join('\n'))],
    ['the services publish no port', ended([row('kafka', 'running'), row('redis', 'running', 0)].join('\n'))],
    ['Docker answers with something else', ended('WARN: what?')],
  ])('starts its own where %s', async (_why, outcome) => {
    const { runner } = commandStub({ [askCompose]: outcome });
    expect(await chooseServices({}, runner)).toEqual({ kafka: { from: 'here' }, redis: { from: 'here' } });
  });

  it('reads both forms in which Compose prints its services', () => {
    const rows = [row('kafka', 'running', 1), row('redis', 'running', 2)];
    expect(parseComposeRows(`[${rows.join(',')}]`)).toEqual(parseComposeRows(rows.join('\n')));
  });
});
