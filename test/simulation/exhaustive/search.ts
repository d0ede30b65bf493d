/**
 * Searches a small space whole: some one-record batches, a late twin of each, one run of repair, and fail-overs that lose any number of
 * the last commits, in every order in which their steps can come. A state that was reached before, however, is not searched again.
 */
import type { Redis } from 'ioredis';
import { RedisCommitStore } from '../../../pipeline/store/redis-commit-store';
import { FaultyWire } from '../faulty-wire';
import { Violation } from '../task';
import type { Mutation } from '../world';
import { Behaviour, type BehaviourNode } from './behaviour';
import { smallTopic } from './small-topic';
import { consumerOf, repairOf, type Stage } from './stepped-programs';
import { type StoreState, StoreStates } from './store-states';

export interface SmallSpace {
  readonly batches: number;
  readonly failOvers: number;
}

export interface Searched {
  readonly states: number;
  readonly storeStates: number;
  /** Undefined: nothing is wrong anywhere. Else what is, and the steps that lead there. */
  readonly failure: { readonly what: string; readonly steps: readonly string[] } | undefined;
}

/** The store's states after each commit, the newest first: what a fail-over may fall back to. */
interface Past {
  readonly id: number;
  readonly store: StoreState;
  readonly before: Past | undefined;
}

interface State {
  readonly past: Past;
  readonly failOversLeft: number;
  /** One for each program that is at work: batches and their twins in pairs, then repair. */
  readonly nodes: readonly BehaviourNode[];
  readonly from: State | undefined;
  readonly step: string;
}

/** Letters of a call in a list of steps. */
const callShown = 60;

class Search {
  private readonly pasts = new Map<string, Past>();
  private readonly seen = new Set<string>();
  private readonly checked = new Set<number>();
  private readonly open: State[] = [];
  private readonly behaviours: readonly Behaviour[];
  private readonly stores: StoreStates;
  private readonly repair: Behaviour;

  constructor(
    redis: Redis,
    private readonly space: SmallSpace,
    mutation: Mutation,
  ) {
    const topic = smallTopic(space.batches);
    const wire = new FaultyWire(redis, undefined, mutation.rewrite);
    const stage: Stage = { redis, store: new RedisCommitStore(wire.client), topic, mutation };
    this.stores = new StoreStates(redis, wire, topic);
    this.repair = new Behaviour('repair', repairOf(stage));
    const consumers = Array.from(
      { length: space.batches },
      (_, offset) => new Behaviour(`consumer of ${offset}`, consumerOf(stage, offset)),
    );
    this.behaviours = [...consumers.flatMap((consumer) => [consumer, consumer]), this.repair];
  }

  async run(): Promise<Searched> {
    let at: State | undefined;
    try {
      const nodes = await Promise.all(this.behaviours.map((behaviour) => behaviour.root()));
      const past = this.pastOf(await this.stores.empty(), undefined);
      this.reach({ past, nodes, failOversLeft: this.space.failOvers, from: undefined, step: '' });
      for (at = this.open.pop(); at !== undefined; at = this.open.pop()) await this.expand(at);
      return this.result(undefined);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return this.result({ what: error.message, steps: stepsTo(at) });
    }
  }

  private result(failure: Searched['failure']): Searched {
    return { states: this.seen.size, storeStates: this.stores.count, failure };
  }

  private async expand(state: State): Promise<void> {
    for (const [i, node] of state.nodes.entries()) {
      // Twins are alike: that the first goes on is as good as that the second does.
      if (node.call !== undefined && !(i % 2 === 1 && node === state.nodes[i - 1]))
        await this.advance(state, i);
    }
    if (state.failOversLeft > 0) this.failOver(state);
  }

  private async advance(state: State, i: number): Promise<void> {
    const { past, nodes } = state;
    const node = nodes[i] as BehaviourNode;
    const { answer, after } = await this.stores.play(past.store, node);
    if (!this.checked.has(after.id)) await this.checkEnd(after);
    const next = await (this.behaviours[i] as Behaviour).next(node, answer);
    // It ends and has changed nothing: whatever can come after that can come while it still waits, too.
    if (next.call === undefined && after === past.store) return;
    this.reach({
      ...state,
      past: after === past.store ? past : this.pastOf(after, past),
      nodes: nodes.with(i, next),
      from: state,
      step: `${node.program}: ${node.call?.slice(0, callShown)}`,
    });
  }

  private failOver(state: State): void {
    let lost = 1;
    for (let { before } = state.past; before !== undefined; before = before.before) {
      const step = `fail-over: the last ${lost++} commits are lost`;
      this.reach({ ...state, past: before, failOversLeft: state.failOversLeft - 1, from: state, step });
    }
  }

  /** If nothing more happened than that repair runs, by itself: everything is counted then. */
  private async checkEnd(store: StoreState): Promise<void> {
    this.checked.add(store.id);
    let node = await this.repair.root();
    let at = store;
    while (node.call !== undefined) {
      const { answer, after } = await this.stores.play(at, node);
      at = after;
      node = await this.repair.next(node, answer);
    }
    if (at.next !== this.space.batches)
      throw new Violation(`${at.next} records are counted when repair has run`);
  }

  private pastOf(store: StoreState, before: Past | undefined): Past {
    const name = `${store.id} ${before?.id}`;
    let past = this.pasts.get(name);
    if (past === undefined) {
      past = { id: this.pasts.size, store, before };
      this.pasts.set(name, past);
    }
    return past;
  }

  private reach(state: State): void {
    const ids = state.nodes.map(({ id }) => id);
    for (let i = 0; i + 1 < ids.length; i += 2) {
      const [a, b] = [ids[i] as number, ids[i + 1] as number];
      ids[i] = Math.min(a, b);
      ids[i + 1] = Math.max(a, b);
    }
    const name = `${state.past.id} ${state.failOversLeft} ${ids.join(' ')}`;
    if (this.seen.has(name)) return;
    this.seen.add(name);
    this.open.push(state);
  }
}

function stepsTo(state: State | undefined): string[] {
  const steps: string[] = [];
  for (let at = state; at?.from !== undefined; at = at.from) steps.unshift(at.step);
  return steps;
}

/** `redis`: whole and alone for this; it is emptied. */
export function searchSmallSpace(
  redis: Redis,
  space: SmallSpace,
  mutation: Mutation = {},
): Promise<Searched> {
  return new Search(redis, space, mutation).run();
}
