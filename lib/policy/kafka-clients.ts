/** Programs that connect to brokers by themselves. The mapping's function does not: its pollers do. */
import { type Cluster, clustersOf } from './kafka-clusters';
import type { Program } from './programs';
import type { TemplateGraph } from './template-graph';

/** By an environment variable that names brokers, as nearly every client has one. */
export function isKafkaClient({ environment }: Program): boolean {
  return Object.entries(environment).some(([name, value]) => /BROKERS|BOOTSTRAP/i.test(name) && value !== '');
}

/** The cluster that its addresses were asked of, or else the only one; undefined where that is not in these templates. */
export function clusterOfClient(graph: TemplateGraph, program: Program): Cluster | undefined {
  const clusters = clustersOf(graph);
  const [only, ...others] = clusters;
  if (only !== undefined && others.length === 0) return only;
  const sources = Object.values(program.environment).flatMap((value) => graph.mentioned(value));
  return clusters.find((cluster) =>
    sources.some((source) =>
      Object.values(source.properties).some(
        (value) => graph.target(graph.text(source.stack, value)) === cluster.node,
      ),
    ),
  );
}
