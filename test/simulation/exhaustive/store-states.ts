/**
 * The states that the store can be in, each known by all its cells, made on a real Redis and checked against the model when it is first
 * seen. What a call does depends on the store and on the call alone, so each pair is tried once.
 */
import type { Redis } from 'ioredis';
import { differencesOf } from '../compare';
import type { SentCommand } from '../effects';
import type { FaultyWire } from '../faulty-wire';
import type { MemoryTopic } from '../memory-topic';
import { modelCells } from '../model/model-cells';
import { ModelShard } from '../model/model-shard';
import { usualBounds } from '../model/rules';
import { storedCells } from '../stored-cells';
import { type Answer, Violation } from '../task';
import type { BehaviourNode } from './behaviour';

export interface StoreState {
  readonly id: number;
  /** First offset that is not counted; 0 for an empty store. */
  readonly next: number;
  /** That make it from an empty store. */
  readonly commands: readonly SentCommand[];
}

export interface Transition {
  readonly answer: Answer;
  readonly after: StoreState;
}

export class StoreStates {
  private readonly byCells = new Map<string, StoreState>();
  private readonly transitions = new Map<string, Transition>();
  /** The state that Redis is in now. */
  private current: StoreState | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly wire: FaultyWire,
    private readonly topic: MemoryTopic,
  ) {}

  get count(): number {
    return this.byCells.size;
  }

  async empty(): Promise<StoreState> {
    await this.redis.flushall();
    this.current = await this.stateNow([]);
    return this.current;
  }

  /** The program's call on a store in that state. Throws Violation where the store is then not what the model says. */
  async play(before: StoreState, node: BehaviourNode): Promise<Transition> {
    const name = `${before.id} ${node.id}`;
    const known = this.transitions.get(name);
    if (known !== undefined) return known;
    if (this.current !== before) await this.restore(before);
    this.wire.take();
    const answer = await node.perform();
    const after = await this.stateNow([...before.commands, ...this.wire.take()]);
    this.current = after;
    const transition = { answer, after };
    this.transitions.set(name, transition);
    return transition;
  }

  private async restore({ commands }: StoreState): Promise<void> {
    await this.redis.flushall();
    for (const [name, ...args] of commands) await this.redis.callBuffer(name, ...args);
  }

  private async stateNow(commands: readonly SentCommand[]): Promise<StoreState> {
    const cells = await storedCells(this.redis);
    const text = [...cells]
      .map(([cell, value]) => `${cell}=${value}`)
      .sort()
      .join('\n');
    const known = this.byCells.get(text);
    if (known !== undefined) return known;
    const tag = `{${this.topic.name}.1:0}`;
    const next = Number(cells.get(`${tag}:state|next`) ?? 0);
    const state = { id: this.byCells.size, next, commands };
    this.byCells.set(text, state);
    const expected = cells.size === 0 ? new Map() : await this.expected(tag, next);
    const [difference] = differencesOf(expected, cells);
    if (difference !== undefined) throw new Violation(`${next} records are counted, and ${difference}`);
    return state;
  }

  private expected(tag: string, next: number) {
    const log = this.topic.partition(0);
    const fates = [{ kind: 'counted', from: 0, to: next, partitionCount: 1 }] as const;
    // Repair makes a shard with the first record's log time; so does the first commit.
    const made = {
      generation: 1,
      exists: true,
      hasNext: true,
      start: 0,
      madeAtMs: log.entries[0]?.timestampMs,
      movedTo: undefined,
    };
    // The first commit's last record; and each holds one.
    const checkedOffset = next > 0 ? 0 : undefined;
    const progress = { ...made, next, isTorn: false, waiting: undefined, checkedOffset, fates };
    const shard = new ModelShard(0, progress, log, false, usualBounds);
    return modelCells(tag, shard, usualBounds, async (visitors) => visitors.size);
  }
}
