/**
 * What lies between the product's store and a real Redis. Its faults: a commit script that breaks off before its n-th write, and a server
 * that is out of memory. It also writes down what was sent, so that a fail-over can be played, and may put smaller bounds into a commit,
 * so that a short history reaches them. A mutant may exchange the text of a script here. It never changes an answer.
 */
import { createHash } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import type { Redis } from 'ioredis';
import announceText from '../../pipeline/store/announce.lua';
import commitText from '../../pipeline/store/commit.lua';
import initialiseText from '../../pipeline/store/initialise.lua';
import lookUpText from '../../pipeline/store/look-up.lua';
import markCheckedText from '../../pipeline/store/mark-checked.lua';
import markWrongLogText from '../../pipeline/store/mark-wrong-log.lua';
import passOverText from '../../pipeline/store/pass-over.lua';
import type { SentCommand } from './effects';

/** Bounds that histories may lower; the product's own are in pipeline/core/limits.ts. */
export interface Bounds {
  readonly exactVisitors: number;
  readonly liveVisitors: number;
  readonly feed: number;
  readonly rejects: number;
  readonly values: {
    readonly minute: number;
    readonly hour: number;
    readonly day: number;
    readonly pages: number;
  };
}

export type ScriptName =
  | 'commit'
  | 'lookUp'
  | 'initialise'
  | 'markChecked'
  | 'markWrongLog'
  | 'passOver'
  | 'announce';
/** Exchanges the text of a script; the same text where it has nothing to change. */
export type Rewrite = (script: ScriptName, text: string) => string;

export type Fault =
  | { readonly kind: 'break off'; readonly atWrite: number }
  | { readonly kind: 'out of memory' };

/** What the script says when it is made to break off. */
export const brokenOff = 'BROKEN OFF by the simulation';

const texts: readonly (readonly [ScriptName, string])[] = [
  ['commit', commitText],
  ['lookUp', lookUpText],
  ['initialise', initialiseText],
  ['markChecked', markCheckedText],
  ['markWrongLog', markWrongLogText],
  ['passOver', passOverText],
  ['announce', announceText],
];

function nameOf(text: string): ScriptName {
  const found = texts.find(([, end]) => text.endsWith(end));
  if (found === undefined)
    throw new Error(`a script that the simulation does not know: ${text.slice(0, 80)}`);
  return found[0];
}

const readOnly: readonly ScriptName[] = ['lookUp'];

/** Stands before a script: `redis.call` counts writes and breaks off before the n-th. */
function breakOff(atWrite: number): string {
  return `local redis = (function(real)
  local reads, writes = { HGET=1, HMGET=1, HGETALL=1, HEXISTS=1, TYPE=1, EXISTS=1, GETRANGE=1, SCARD=1, ZCARD=1, ZRANGE=1, PFCOUNT=1 }, 0
  return setmetatable({ call = function(command, ...)
    if not reads[command] then
      writes = writes + 1
      if writes == ${atWrite} then error('${brokenOff}') end
    end
    return real.call(command, ...)
  end }, { __index = real })
end)(redis)
`;
}

function digestOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

type Argument = string | number | Buffer;

export class FaultyWire {
  /** For the product's store. */
  readonly client: Redis;
  /** What was sent since it was last taken, but for look-ups. */
  private sent: SentCommand[] = [];
  private readonly textOf = new Map<string, string>();
  private readonly scripts = new Map<string, { readonly text: string; readonly digest: string }>();
  private fault: Fault | undefined;
  /** Before which write the last script that was made to break off did. */
  brokeAtWrite = 0;

  constructor(
    private readonly redis: Redis,
    private readonly bounds: Bounds | undefined,
    private readonly rewrite: Rewrite = (_, text) => text,
  ) {
    const wire = this;
    this.client = new Proxy(redis, {
      get(target, property) {
        if (property === 'callBuffer') return wire.callBuffer;
        if (property === 'hset') return wire.hset;
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** The next writing script meets it, or the next commit where it is to break off. */
  arm(fault: Fault): void {
    this.fault = fault;
  }

  get isArmed(): boolean {
    return this.fault !== undefined;
  }

  disarm(): void {
    this.fault = undefined;
  }

  take(): SentCommand[] {
    const { sent } = this;
    this.sent = [];
    return sent;
  }

  private readonly hset = async (
    key: string,
    fields: Readonly<Record<string, Argument>>,
  ): Promise<number> => {
    const command: SentCommand = ['HSET', key, ...Object.entries(fields).flat()];
    this.sent.push(command);
    const [name, ...args] = command;
    return (await this.redis.callBuffer(name, ...args)) as number;
  };

  private readonly callBuffer = async (command: string, ...args: Argument[]): Promise<unknown> => {
    const [first, ...rest] = args;
    if (command === 'EVAL') this.textOf.set(digestOf(String(first)), String(first));
    const text = command === 'EVAL' ? String(first) : this.textOf.get(String(first));
    // Never seen: the caller then sends the whole text, as it must be able to at any time.
    if (text === undefined) throw new Error('NOSCRIPT No matching script.');
    const name = nameOf(text);
    const script = this.scriptOf(name, text);
    const parameters = name === 'commit' ? this.bounded(rest) : rest;
    if (readOnly.includes(name)) return this.evaluate(command, script, parameters);
    const fault = this.faultFor(name);
    if (fault?.kind === 'out of memory') return this.outOfMemory(script.text, parameters);
    if (fault?.kind === 'break off') {
      this.brokeAtWrite = fault.atWrite;
      const broken = breakOff(fault.atWrite) + script.text;
      this.sent.push(['EVAL', broken, ...parameters]);
      return this.redis.callBuffer('EVAL', broken, ...parameters);
    }
    const answer = await this.evaluate(command, script, parameters);
    this.sent.push(['EVAL', script.text, ...parameters]);
    return answer;
  };

  /** Only a commit can break off half-way: the other scripts write once. */
  private faultFor(name: ScriptName): Fault | undefined {
    const { fault } = this;
    if (fault?.kind === 'break off' && name !== 'commit') return undefined;
    this.fault = undefined;
    return fault;
  }

  private scriptOf(name: ScriptName, text: string): { readonly text: string; readonly digest: string } {
    let script = this.scripts.get(text);
    if (script === undefined) {
      const rewritten = this.rewrite(name, text);
      script = { text: rewritten, digest: digestOf(rewritten) };
      this.scripts.set(text, script);
    }
    return script;
  }

  private evaluate(
    command: string,
    script: { readonly text: string; readonly digest: string },
    parameters: readonly Argument[],
  ): Promise<unknown> {
    return this.redis.callBuffer(command, command === 'EVAL' ? script.text : script.digest, ...parameters);
  }

  private async outOfMemory(text: string, parameters: readonly Argument[]): Promise<unknown> {
    await this.redis.call('CONFIG', 'SET', 'maxmemory', '1');
    try {
      return await this.redis.callBuffer('EVAL', text, ...parameters);
    } finally {
      await this.redis.call('CONFIG', 'SET', 'maxmemory', '0');
    }
  }

  /** `parameters`: number of keys, keys, arguments; the payload is the fourth argument (commit.lua). */
  private bounded(parameters: readonly Argument[]): readonly Argument[] {
    const { bounds } = this;
    if (bounds === undefined) return parameters;
    const at = 1 + Number(parameters[0]) + 3;
    const payload = decode(parameters[at] as Buffer) as CommitBounds;
    Object.assign(payload.limits, {
      exactVisitorsMax: bounds.exactVisitors,
      liveVisitorsMax: bounds.liveVisitors,
      feedMax: bounds.feed,
      rejectsMax: bounds.rejects,
    });
    for (const dimensions of payload.dims) {
      const key = String(parameters[dimensions[0] as number]);
      const grain = /\}:([mhd]):/.exec(key)?.[1];
      const { minute, hour, day, pages } = bounds.values;
      dimensions[1] = grain === 'm' ? minute : grain === 'h' ? hour : grain === 'd' ? day : pages;
    }
    return parameters.map((parameter, i) => (i === at ? Buffer.from(encode(payload)) : parameter));
  }
}

/** What of the commit's payload is lowered (commit-payload.ts). */
interface CommitBounds {
  readonly limits: Record<string, number>;
  readonly dims: unknown[][];
}
