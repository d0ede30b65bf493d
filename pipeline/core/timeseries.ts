/** What /api/v1/timeseries answers: one number of one site over time. */

/** `revenue`: of the currency that is asked for with it. */
export type Metric =
  | 'views'
  | 'events'
  | 'bots'
  | 'visitors'
  | 'engagements'
  | 'engagedMs'
  | 'scrolled'
  | 'revenue';

/** Answer of /api/v1/timeseries. */
export interface Timeseries {
  readonly site: string;
  readonly metric: Metric;
  /** Of metric `revenue`, else absent. */
  readonly currency?: string;
  readonly step: 'minute' | 'hour' | 'day';
  readonly points: readonly TimeseriesPoint[];
}

export interface TimeseriesPoint {
  readonly at: string;
  readonly value: number;
  readonly exact: boolean;
  /** Of metric `revenue`: the sum as decimal text, of which `value` is the nearest number. Else absent. */
  readonly amount?: string;
}
