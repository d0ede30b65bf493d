/** What becomes of each line of a file. Pure but for the format's own memory of its header: the same line, the same event. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { IdentifyVisitor } from '../../enrich/visitor';
import type { SiteRules } from '../../pipeline/core/validation';
import { CloudFrontLog } from './cloudfront-log';
import { parseCombinedLine } from './combined-log';
import { mapEventLine } from './event-line';
import { type LineOutcome, skipped } from './line-outcome';
import type { LogFormat } from './log-format';
import type { LoggedRequest } from './logged-request';
import { reasonToSkip } from './page-view';
import { requestEvent } from './request-event';

export interface MappingRules {
  readonly file: string;
  readonly format: LogFormat;
  /** undefined: the default site, and with NDJSON each event's own. */
  readonly siteId: string | undefined;
  readonly sites: SiteRules;
  /** The site's own host; undefined: the one that the log names, if any. */
  readonly host: string | undefined;
  readonly shiftMs: number;
  readonly identifyVisitor: IdentifyVisitor;
}

/** From 1. */
export type MapLine = (line: string, lineNumber: number) => LineOutcome;

const idBytes = 16;

/**
 * Where the line stands and what it says: equal lines stay separate hits, a second replay of the file sends the same ids, and
 * another day's file of the same name does not.
 */
export function messageIdOf(file: string, lineNumber: number, line: string): string {
  const digest = createHash('sha256')
    .update(`${basename(file)}\0${lineNumber}\0${line}`)
    .digest();
  return digest.subarray(0, idBytes).toString('base64url');
}

export function lineMapper(rules: MappingRules): MapLine {
  const { file, format, siteId, sites, host, shiftMs, identifyVisitor } = rules;
  const parse = requestParser(format);
  return (line, lineNumber) => {
    if (line.trim() === '') return skipped('blank');
    const messageId = messageIdOf(file, lineNumber, line);
    if (format === 'events') return mapEventLine(line, { siteId, messageId, shiftMs, sites });
    const request = parse(line);
    if (request === undefined) return skipped('malformed');
    if (request === 'header') return skipped('header');
    const reason = reasonToSkip(request);
    if (reason !== undefined) return skipped(reason);
    const ownSite = siteId ?? sites.defaultSite;
    return requestEvent(request, { siteId: ownSite, messageId, host, shiftMs, identifyVisitor });
  };
}

function requestParser(format: LogFormat): (line: string) => LoggedRequest | 'header' | undefined {
  if (format !== 'cloudfront') return parseCombinedLine;
  const log = new CloudFrontLog();
  return (line) => log.parse(line);
}
