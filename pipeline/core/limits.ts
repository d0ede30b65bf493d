/**
 * What stops a flood from filling memory: every bound of the pipeline, with its unit and its reason.
 * test/core/limits.test.ts ties them to their neighbours.
 */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** One event, as JSON on the topic. Segment's limit, which SDKs keep (facts: their HTTP API documentation). */
export const eventBytesMax = 32 * 1024;
/** A URL, path or referrer, in UTF-16 units. Plausible's limit. */
export const urlCharsMax = 2_000;
/** The name of a custom event. Plausible's limit. */
export const eventNameCharsMax = 120;
/** `messageId`, in UTF-8 bytes. */
export const messageIdBytesMax = 128;
/** `anonymousId`, `userId` and the demo's `user_id`, in UTF-16 units. */
export const visitorIdCharsMax = 128;
/** Browser, device, country, campaign and the like, in UTF-16 units. Longer ones are cut, not rejected. */
export const labelCharsMax = 120;
/** Entries of `properties.props` that are taken, in their order. Plausible's limit. */
export const propsMax = 30;
/** A prop's key, and its value, in UTF-16 units. Longer ones are cut. */
export const propCharsMax = 120;
/** Where an outbound link or a download leads to, in UTF-16 units. Longer ones are cut. */
export const linkCharsMax = 300;
/** Revenue of one event, in units of its currency. */
export const revenueUnitsMax = 1_000_000_000;
/** Time that one engagement event adds. */
export const engagedMsMax = DAY_MS;
/** Depth of a page, in percentage points. */
export const scrolledMax = 100;
/** What one summary of the edge counts at most. */
export const summaryCountMax = 1_000_000_000;
/** A site's name: it becomes part of a Redis key, so its letters are closed too. */
export const siteIdPattern = /^[A-Za-z0-9._-]{1,64}$/;
/** Where the sites are not listed (`SITES=*`): names of one shard that are taken before further ones are `unknown_site`. */
export const sitesMax = 50;

/** `receivedAt` may differ from log time by this much; beyond it, log time stands in. A collector's clock is NTP's. */
export const skewMsMax = 5 * MINUTE_MS;
/** Re-sends of one (siteId, messageId) within this much log time are dropped. */
export const duplicateWindowMs = 10 * MINUTE_MS;
/** Marks are kept in slices of this length and forgotten slice by slice: an id is remembered for the window, at most a slice longer. */
export const markSliceMs = duplicateWindowMs / 4;

/** Visitors of one shard and bucket that are counted as an exact set; above it only the HyperLogLog stays. */
export const exactVisitorsMax = 2_000;
/** Visitors of one shard and site whose last-seen time is kept, for the last 5 and 30 minutes. */
export const liveVisitorsMax = 20_000;
/** How long a visitor without a further event stays among them, in log time: 30 minutes and room for clock differences. */
export const liveKeptMs = 35 * MINUTE_MS;

/** Paths of one shard and site that are kept for all time. */
export const allTimePagesMax = 10_000;
/** A dimension above its bound is cut to this share of it in one go, so that the work of cutting is spread thin. */
export const trimmedShare = 0.75;
/** Newest events of one shard and site, for the live feed. */
export const feedMax = 50;
/** Newest rejections of one shard: offset and reason, never content. */
export const rejectsMax = 100;
/** Records of one shard that repair may give up as unprocessable. More of them are no odd records but a fault of the program. */
export const unprocessableMax = 1_000;

/** Above any of these, a roll-up is committed as successive prefixes of its run (ElastiCache Serverless: 3,999 arguments). */
export const rollUpKeysMax = 3_000;
export const rollUpIncrementsMax = 20_000;
export const rollUpBytesMax = 1024 * 1024;
/** Members of the due index that one commit works off. */
export const dueMaxPerCommit = 50;

/** Freshness by lag. 4 s, so that the page has said it within 5 s of the last heartbeat, its own refresh included. */
export const liveLagMsMax = 4 * SECOND_MS;
export const delayedLagMsMax = 30 * SECOND_MS;
