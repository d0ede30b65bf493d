import type { Kafka } from 'kafkajs';
import {
  batchSender,
  type OutgoingRecord,
  SendAbandonedError,
} from '../../pipeline/stream/acknowledged-batch';

type Send = (request: { messages: readonly OutgoingRecord[] }) => Promise<{ partition: number }[]>;

/** A Kafka whose producers answer as the test says; counts how many producers were made. */
function scriptedKafka(answers: Send[]) {
  const sent: number[][] = [];
  let producers = 0;
  const send: Send = async (request) => {
    sent.push(request.messages.map(({ partition }) => partition));
    const answer = answers.shift();
    if (answer === undefined) throw new Error('the script has ended');
    return answer(request);
  };
  const producer = () => {
    producers += 1;
    return { connect: async () => undefined, disconnect: async () => undefined, send };
  };
  return { kafka: { producer } as unknown as Kafka, sent, producers: () => producers };
}

const record = (partition: number): OutgoingRecord => ({ key: null, value: 'x', partition });
const acknowledgeAll: Send = async ({ messages }) => messages.map(({ partition }) => ({ partition }));
const failWith =
  (name: string): Send =>
  async () => {
    throw Object.assign(new Error('of the script'), { name });
  };

describe('sending a batch until it is acknowledged', () => {
  it('sends again what an answer leaves out, and only that', async () => {
    const { kafka, sent } = scriptedKafka([async () => [{ partition: 0 }], acknowledgeAll]);
    await batchSender(kafka, 'clicks', () => undefined).send([record(0), record(1), record(0)]);
    expect(sent).toEqual([[0, 1, 0], [1]]);
  });

  it('goes on with the same producer after a lost connection', async () => {
    const { kafka, producers } = scriptedKafka([failWith('KafkaJSConnectionClosedError'), acknowledgeAll]);
    await batchSender(kafka, 'clicks', () => undefined).send([record(0)]);
    expect(producers()).toBe(1);
  });

  it('takes a new producer, and says so, after an error that the old one cannot mend', async () => {
    const lines: string[] = [];
    const { kafka, producers } = scriptedKafka([failWith('KafkaJSProtocolError'), acknowledgeAll]);
    await batchSender(kafka, 'clicks', (line) => lines.push(line)).send([record(0)]);
    expect(producers()).toBe(2);
    expect(lines).toEqual(['Kafka refused a batch (KafkaJSProtocolError: of the script); sending it again']);
  });

  it('does not repeat a programmer’s error for ever', async () => {
    const wrapped: Send = async () => {
      const wrapper = new Error('wrapped', { cause: new TypeError('undefined has no value') });
      throw Object.assign(wrapper, { name: 'KafkaJSNonRetriableError' });
    };
    const { kafka, sent } = scriptedKafka([wrapped]);
    await expect(batchSender(kafka, 'clicks', () => undefined).send([record(0)])).rejects.toThrow('wrapped');
    expect(sent).toHaveLength(1);
  });

  it('gives up only when it is told to', async () => {
    const { kafka } = scriptedKafka(Array.from({ length: 9 }, () => failWith('KafkaJSConnectionError')));
    const sender = batchSender(kafka, 'clicks', () => undefined);
    const sending = sender.send([record(0)]);
    sender.abandon();
    await expect(sending).rejects.toThrow(SendAbandonedError);
  });
});
