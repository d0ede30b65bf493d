/**
 * What a program does, as a tree: at each node it waits for the answer to a call, and the answer says which node is next. A program that is
 * under way cannot be copied; but it is a function of the answers that it was given, so a node is reached by starting it anew and
 * answering the same again. Two nodes are one where the program waits with the same call and the same arguments: what it was answered
 * before shows in them, or in nothing but what it would report. Where it asks twice of the same record, the first answer counts too.
 */
import { type Answer, type Task, Violation } from '../task';
import type { StartProgram } from './stepped-programs';

export interface BehaviourNode {
  readonly id: number;
  readonly program: string;
  /** The call that it waits for; undefined: it has ended. */
  readonly call: string | undefined;
  /** Makes the call, whose answer the program does not learn. */
  readonly perform: () => Promise<Answer>;
}

function textOf(answer: Answer): string {
  if ('error' in answer) return `error ${(answer.error as Error).message}`;
  return JSON.stringify(answer.value, (_, value: unknown) => {
    if (value instanceof Set) return [...value];
    // JSON knows no NaN, and a mutant's look-up may answer it.
    return typeof value === 'number' && Number.isNaN(value) ? 'NaN' : value;
  });
}

/** Log time of the record that a look-up is for; undefined: another call. */
function recordAsked(call: string | undefined): string | undefined {
  return /^look up .* at (\d+)$/.exec(call ?? '')?.[1];
}

const answersMax = 60;
let nodes = 0;

export class Behaviour {
  private readonly known = new Map<string, BehaviourNode>();
  private readonly byCall = new Map<string, BehaviourNode>();
  private readonly answersTo = new Map<number, readonly Answer[]>();
  /** All ends are one: whatever came of it, the program does nothing more. */
  private readonly end: BehaviourNode;

  constructor(
    private readonly program: string,
    private readonly start: StartProgram,
  ) {
    const perform = (): never => {
      throw new Error(`${program} has ended`);
    };
    this.end = { id: nodes++, program, call: undefined, perform };
  }

  root(): Promise<BehaviourNode> {
    return this.nodeAfter(undefined, []);
  }

  next(node: BehaviourNode, answer: Answer): Promise<BehaviourNode> {
    return this.nodeAfter(node, [...(this.answersTo.get(node.id) ?? []), answer]);
  }

  private async nodeAfter(
    before: BehaviourNode | undefined,
    answers: readonly Answer[],
  ): Promise<BehaviourNode> {
    const name = answers.map(textOf).join('\n');
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (answers.length > answersMax) throw new Violation(`${this.program} does not end`);
    const task = await this.start();
    for (const answer of answers) await task.answer(answer);
    const node = this.nodeOf(task, before, answers);
    this.known.set(name, node);
    return node;
  }

  private nodeOf(task: Task, before: BehaviourNode | undefined, answers: readonly Answer[]): BehaviourNode {
    if (task.isOver) return this.end;
    const call = task.next ?? '';
    const asksAgain = recordAsked(call) !== undefined && recordAsked(call) === recordAsked(before?.call);
    const name = asksAgain ? `${call} after ${textOf(answers.at(-1) as Answer)}` : call;
    const known = this.byCall.get(name);
    if (known !== undefined) return known;
    const node = { id: nodes++, program: this.program, call, perform: () => task.perform() };
    this.byCall.set(name, node);
    this.answersTo.set(node.id, answers);
    return node;
  }
}
