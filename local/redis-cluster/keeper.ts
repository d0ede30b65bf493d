/** Makes one Redis Cluster of nodes that each start alone, and keeps them together; ElastiCache does it on AWS. */

import { type ClusterSight, lookAt, newsOf } from './news';
import type { ClusterNodes } from './nodes';
import { planSteps } from './plan';

export interface KeeperOptions {
  readonly say: (line: string) => void;
  /** Called at each look that finds the cluster serving. */
  readonly onServing: () => void;
}

export class ClusterKeeper {
  private before: ClusterSight | undefined;
  /** By id. */
  private readonly names = new Map<string, string>();

  constructor(
    private readonly nodes: ClusterNodes,
    private readonly options: KeeperOptions,
  ) {}

  /** One look at all nodes, and what follows from it. True where the cluster serves and nothing is left to do. */
  async look(): Promise<boolean> {
    const views = await this.nodes.views();
    for (const { id, name } of views) this.names.set(id, name);
    const sight = lookAt(views, this.nodes.count, this.names);
    for (const line of newsOf(this.before, sight)) this.options.say(line);
    // While a node is away nobody has its slots: who had them is remembered until another has.
    this.before = { ...sight, owners: new Map([...(this.before?.owners ?? []), ...sight.owners]) };
    if (sight.isServing) this.options.onServing();
    const steps = planSteps(views, this.nodes.count);
    // One after the other, since some follow from those before; what fails is planned again at the next look.
    for (const step of steps) await this.nodes.do(step).catch(() => undefined);
    return sight.isServing && steps.length === 0;
  }
}
