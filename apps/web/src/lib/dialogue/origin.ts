import { parseObject, readNumber, readObject, readObjects, readText, type JsonObject } from './json.ts';

/** Where a conversation came from and what was removed from it, read from the envelopes of its events. */
export interface Origin {
  readonly connectionIds: readonly string[];
  readonly host: string | null;
  readonly endpoint: string | null;
  readonly fd: number | null;
  readonly capturePoint: string | null;
  readonly replayed: boolean;
  readonly hostname: string | null;
  readonly redactionProfile: string | null;
  /** Things removed, by rule, most first. */
  readonly findings: readonly { readonly rule: string; readonly count: number }[];
  readonly reasons: readonly string[];
  readonly tools: readonly string[];
}

/** Reads the envelopes; what none of them holds is null or empty. Never throws. */
export function readOrigin(payloads: readonly string[]): Origin {
  const events = payloads.map(parseObject);
  const connections = events.map((event) => readObject(readObject(event, 'ext'), 'connection'));
  const sources = events.map((event) => readObject(event, 'source'));
  const data = events.map((event) => readObject(event, 'data'));
  return {
    connectionIds: distinct(connections.map((connection) => readText(connection, 'connection_id'))),
    host: first(connections.map((connection) => readText(connection, 'host'))),
    endpoint: first(data.map((each) => readText(readObject(each, 'provider'), 'endpoint'))),
    fd: first(connections.map((connection) => readNumber(connection, 'fd'))),
    capturePoint: first(sources.map((source) => readText(source, 'capture_point'))),
    replayed: sources.some((source) => source['replayed'] === true),
    hostname: first(events.map((event) => readText(readObject(event, 'host'), 'hostname'))),
    redactionProfile: first(
      events.map((event) => readText(readObject(event, 'confidence'), 'redaction_profile')),
    ),
    findings: countFindings(events),
    reasons: distinct(events.flatMap((event) => readReasons(event))),
    tools: distinct(data.flatMap((each) => readObjects(each, 'tools').map((tool) => readText(tool, 'name')))),
  };
}

function countFindings(events: readonly JsonObject[]): Origin['findings'] {
  const counts = new Map<string, number>();
  for (const finding of events.flatMap((event) => readObjects(readObject(event, 'ext'), 'redaction'))) {
    const rule = readText(finding, 'type') ?? 'unnamed rule';
    counts.set(rule, (counts.get(rule) ?? 0) + (readNumber(finding, 'count') ?? 1));
  }
  return [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count);
}

function readReasons(event: JsonObject): readonly (string | undefined)[] {
  const reasons = readObject(event, 'confidence')['reasons'];
  return Array.isArray(reasons) ? reasons.map((each) => (typeof each === 'string' ? each : undefined)) : [];
}

function first<Value>(values: readonly (Value | undefined)[]): Value | null {
  return values.find((value) => value !== undefined) ?? null;
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
