/** For tests: the endpoint over real database files in a directory of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openControlStore, openEventReader, openEventStore, startWriter } from '@eyrie/db';
import type { ControlStore, EventInput, EventReader, Role } from '@eyrie/db';
import { builtInRules, compilePattern } from '@eyrie/engine/redact';
import type { RedactionConfig } from '@eyrie/engine/redact';
import { expect } from 'vitest';
import { createBus } from '../../ingest/bus.ts';
import type { Bus } from '../../ingest/bus.ts';
import { sizeOfLiveEvent, toLiveEvent } from '../../ingest/live-event.ts';
import type { LiveEvent } from '../../ingest/live-event.ts';
import { createPreviewer } from '../../rules/previewer.ts';
import { createRuleService } from '../../rules/rule-service.ts';
import type { FileRedaction, RuleService } from '../../rules/rule-service.ts';
import type { LiveOptions, Viewer } from '../context.ts';
import { createGraphql } from '../index.ts';
import type { Graphql } from '../index.ts';

export interface TestGraphql extends AsyncDisposable {
  readonly graphql: Graphql;
  readonly bus: Bus<LiveEvent>;
  readonly control: ControlStore;
  readonly reader: EventReader;
  readonly rules: RuleService;
  /** Configurations the redactor was given, oldest first. */
  readonly applied: RedactionConfig[];
  /** Names of the reader's queries, in the order they were asked. */
  readonly queries: string[];
  /** Errors the client was not told. */
  readonly logged: unknown[];
  /** Stores the events and does not publish them. */
  commit(events: readonly EventInput[]): Promise<readonly LiveEvent[]>;
  /** Stores the events and then publishes them, as ingest does. */
  store(events: readonly EventInput[]): Promise<void>;
}

export interface TestOptions {
  readonly live?: LiveOptions;
  readonly busCapacity?: number;
  readonly file?: FileRedaction;
  /** Stands for the engine's answer to a new configuration; default: it takes everything. */
  readonly applyRedaction?: (config: RedactionConfig) => Promise<void>;
}

/** Passes everything on to `reader` and notes which queries were asked: for tests that count them. */
function noteQueries(reader: EventReader, queries: string[]): EventReader {
  return new Proxy(reader, {
    get(target, name, receiver) {
      if (typeof name === 'string' && name.startsWith('find')) queries.push(name);
      const value: unknown = Reflect.get(target, name, receiver);
      return value;
    },
  });
}

/** Opens everything; dispose it to close and delete everything. */
export async function openTestGraphql(options: TestOptions = {}): Promise<TestGraphql> {
  const directory = await mkdtemp(path.join(tmpdir(), 'eyrie-graphql-'));
  const events = { path: path.join(directory, 'events.db') };
  await openEventStore(events);
  const writer = await startWriter(events);
  const reader = await openEventReader(events);
  const control = await openControlStore({ path: path.join(directory, 'control.db') });
  const bus = createBus<LiveEvent>({
    sizeOf: sizeOfLiveEvent,
    ...(options.busCapacity === undefined ? {} : { capacity: options.busCapacity }),
  });
  const applied: RedactionConfig[] = [];
  const queries: string[] = [];
  const logged: unknown[] = [];
  const previewer = createPreviewer();
  const rules = createRuleService({
    control,
    file: options.file ?? { mode: 'safe', patterns: [] },
    builtInRules,
    checks: { compilePattern },
    preview: (request) => previewer.preview(request),
    applyRedaction: async (config) => {
      await options.applyRedaction?.(config);
      applied.push(config);
    },
  });
  const graphql = createGraphql({
    reader: noteQueries(reader, queries),
    control,
    bus,
    rules,
    captureStatus: () => ({
      ...{ ready: false, reasons: ['Not run as root.'], eventsTotal: 3, lostTotal: 2 ** 40, behindMs: 1.5 },
      stages: [{ stage: 'kernel', received: 9, emitted: 7 }],
      drops: [{ stage: 'kernel', reason: 'tls.ring_full', total: 2, isIntended: false }],
      families: [{ name: 'tls', active: false, reason: 'Not run as root.' }],
      targets: [{ path: '/usr/lib/libssl.so.3', library: 'openssl', captured: true, processCount: 2 }],
    }),
    log: { error: ({ err }) => logged.push(err) },
    ...(options.live === undefined ? {} : { live: options.live }),
  });
  const commit = async (inputs: readonly EventInput[]): Promise<readonly LiveEvent[]> => {
    const { firstId } = await writer.write(inputs);
    return inputs.map((input, index) => toLiveEvent(input, firstId + index));
  };
  return {
    ...{ graphql, bus, control, reader, rules, applied, queries, logged },
    commit,
    store: async (inputs) => bus.publish(await commit(inputs)),
    async [Symbol.asyncDispose]() {
      bus.close();
      await previewer.close();
      await Promise.all([writer.close(), reader.close(), control.close()]);
      await rm(directory, { recursive: true });
    },
  };
}

/** Somebody with the role. */
export function viewerOf(role: Role): Viewer {
  return { name: `${role}-user`, role };
}

/** `expect.stringMatching` without its `any`. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** `expect.stringContaining` without its `any`. */
export function containing(part: string): unknown {
  return expect.stringContaining(part);
}

export interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

/** Sends one query as JSON and reads the answer. */
export async function ask(
  { graphql }: Pick<TestGraphql, 'graphql'>,
  query: string,
  { variables, viewer }: { variables?: Record<string, unknown>; viewer?: Viewer | null } = {},
): Promise<Answer> {
  const request = new Request('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const scope = { viewer: viewer === undefined ? viewerOf('viewer') : viewer, clientAddress: '203.0.113.9' };
  const response = await graphql.fetch(request, scope);
  const body = (await response.json()) as Partial<Answer>;
  return { status: response.status, data: body.data, errors: body.errors ?? [] };
}
