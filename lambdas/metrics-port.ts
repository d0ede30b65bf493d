/** Figures that the alarms look at. Where nobody has to be told, as on one machine, they are written nowhere. */
import type { PipelineMetric } from '../pipeline/settings';

export type Figures = Readonly<Partial<Record<PipelineMetric, number>>>;
export type WriteMetrics = (figures: Figures) => void;

export const silentMetrics: WriteMetrics = () => undefined;
