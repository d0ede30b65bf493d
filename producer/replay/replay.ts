/** Replays one file into the topic: looks at it whole, then sends it line by line. */
import type { Kafka } from 'kafkajs';
import { visitorIdentity } from '../../enrich/visitor';
import type { SiteRules } from '../../pipeline/core/validation';
import { batchSender, SendAbandonedError } from '../../pipeline/stream/acknowledged-batch';
import { describeDifference, ensureTopic, type TopicSpec } from '../../pipeline/stream/topics';
import { lineMapper } from './line-mapper';
import { readLines, surveyLog } from './log-file';
import { detectFormat, type LogFormat, timeReader } from './log-format';
import { planReplay, type ReplaySpeed } from './replay-plan';
import { sendLines } from './send-lines';
import { Tally } from './tally';

export interface ReplayRequest {
  readonly file: string;
  readonly siteId: string | undefined;
  readonly sites: SiteRules;
  readonly host: string | undefined;
  readonly speed: ReplaySpeed;
  /** true: the newest line is now. */
  readonly isShifted: boolean;
  readonly visitorKey: Buffer;
}

export interface ReplayEnd {
  readonly format: LogFormat;
  readonly linesOfFile: number;
  readonly tally: Tally;
  /** Why not every event that is tallied is on the topic; undefined: all are. */
  readonly unsent: string | undefined;
}

export interface ReplayWatcher {
  readonly say: (line: string) => void;
  readonly onProgress: (lines: number, linesOfFile: number) => void;
}

/** After `stop`, what is under way may take so long. */
const stopWithinMs = 3_000;

export async function replayFile(
  request: ReplayRequest,
  kafka: Kafka,
  spec: TopicSpec,
  stop: AbortSignal,
  { say, onProgress }: ReplayWatcher,
): Promise<ReplayEnd> {
  const format = await detectFormat(request.file);
  const survey = await surveyLog(request.file, timeReader(format));
  const topic = await ensureTopic(kafka, spec);
  for (const difference of topic.differences) say(describeDifference(spec.topic, difference));

  const { shiftMs, dueMs } = planReplay(survey, request.speed, request.isShifted, Date.now());
  const identifyVisitor = visitorIdentity(request.visitorKey);
  const sender = batchSender(kafka, spec.topic, say);
  const abandonLater = (): void => void setTimeout(() => sender.abandon(), stopWithinMs).unref();
  stop.addEventListener('abort', abandonLater);
  const tally = new Tally();
  try {
    await sendLines({
      lines: readLines(request.file),
      linesMax: survey.lines,
      mapLine: lineMapper({ ...request, format, shiftMs, identifyVisitor }),
      dueMs,
      sender,
      partitions: topic.partitions,
      tally,
      stop,
      onProgress: (lines) => onProgress(lines, survey.lines),
    });
    return { format, linesOfFile: survey.lines, tally, unsent: undefined };
  } catch (error) {
    if (!(error instanceof SendAbandonedError)) throw error;
    return { format, linesOfFile: survey.lines, tally, unsent: error.message };
  } finally {
    stop.removeEventListener('abort', abandonLater);
    await sender.close();
  }
}
