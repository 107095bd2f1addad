import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, containing, matching, openTestGraphql, viewerOf } from './test/open-test-graphql.ts';
import type { TestGraphql } from './test/open-test-graphql.ts';
import { schema } from './schema/index.ts';
import { execEvent, requestEvent } from './test/test-events.ts';

let server: TestGraphql;

beforeAll(async () => {
  server = await openTestGraphql();
  await server.store([
    execEvent(1, 50, 1),
    execEvent(2, 60, 50),
    execEvent(3, 70, 60),
    ...Array.from({ length: 45 }, (_, index) => requestEvent(100 + index)),
  ]);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const filter = '{ types: ["ai.request"] }';

/** Root fields with arguments that are valid, so that only the right to use them can be what is missing. */
const rule = '{ name: "x", pattern: "x", placeholder: "x", enabled: true }';
const uses: Record<string, string> = {
  audit: 'audit { pageInfo { hasNextPage } }',
  captureStatus: 'captureStatus { ready }',
  conversation: 'conversation(id: "c1") { id }',
  conversations: 'conversations { pageInfo { hasNextPage } }',
  event: 'event(id: "x") { id }',
  events: 'events { pageInfo { hasNextPage } }',
  facets: 'facets { models }',
  process: 'process(execId: "x") { pid }',
  processes: 'processes { pageInfo { hasNextPage } }',
  redactionMode: 'redactionMode',
  redactionPreview: 'redactionPreview(text: "x") { text }',
  redactionRule: 'redactionRule(id: "x") { id }',
  redactionRules: 'redactionRules { id }',
  viewer: 'viewer { name }',
  createRedactionRule: `createRedactionRule(input: ${rule}) { __typename }`,
  deleteRedactionRule: 'deleteRedactionRule(id: "custom:1", version: 1) { __typename }',
  setRedactionRuleEnabled:
    'setRedactionRuleEnabled(id: "custom:1", version: 1, enabled: true) { __typename }',
  updateRedactionRule: `updateRedactionRule(id: "custom:1", version: 1, input: ${rule}) { __typename }`,
};

function fieldsOf(type: ReturnType<typeof schema.getQueryType>): string[] {
  return Object.keys(type?.getFields() ?? {});
}

describe('who may do what', () => {
  const queries = fieldsOf(schema.getQueryType());
  const mutations = fieldsOf(schema.getMutationType());

  test.each([...queries, ...mutations])('without a log-in %s is refused', async (name) => {
    const operation = mutations.includes(name) ? 'mutation' : 'query';
    const { data, errors } = await ask(server, `${operation} { ${uses[name]} }`, { viewer: null });
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED']);
  });

  test.each(mutations)('a viewer is refused %s and nothing changes', async (name) => {
    const { errors } = await ask(server, `mutation { ${uses[name]} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' }, message: containing(name) }]);
    expect(await server.control.findRedactionRules()).toEqual([]);
    expect(server.applied).toEqual([]);
  });

  test('the audit log is for admins', async () => {
    const query = `{ ${uses['audit']} }`;
    expect((await ask(server, query, { viewer: viewerOf('operator') })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect((await ask(server, query, { viewer: viewerOf('admin') })).errors).toEqual([]);
  });

  test.each(queries.filter((name) => name !== 'audit'))('a viewer may read %s', async (name) => {
    expect((await ask(server, `{ ${uses[name]} }`)).errors).toEqual([]);
  });

  test('the schema can be read with a log-in only', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await ask(server, query)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    const { data, errors } = await ask(server, query, { viewer: null });
    expect(data).toBeUndefined();
    expect(errors[0]?.message).toMatch(/introspection/i);
  });
});

interface Page {
  readonly edges: { cursor: string; node: { id: string } }[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string;
    endCursor: string;
  };
}

async function readPage(args: string): Promise<Page> {
  const { data, errors } = await ask(
    server,
    `{ events(${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  );
  expect(errors).toEqual([]);
  return data?.['events'] as Page;
}

describe('lists', () => {
  test('have 20 rows when no number is named', async () => {
    expect((await readPage(`filter: ${filter}`)).edges).toHaveLength(20);
  });

  test('go through all rows once, newest first, also when new rows arrive between the pages', async () => {
    const ids: string[] = [];
    let page = await readPage(`filter: ${filter}, first: 10`);
    expect(page.pageInfo.hasPreviousPage).toBe(false);
    for (let pages = 1; ; pages++) {
      ids.push(...page.edges.map(({ node }) => node.id));
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor);
      if (!page.pageInfo.hasNextPage) break;
      await server.store([requestEvent(1_000 + pages)]);
      page = await readPage(`filter: ${filter}, first: 10, after: "${page.pageInfo.endCursor}"`);
      expect(page.pageInfo.hasPreviousPage).toBe(true);
    }
    const expected = Array.from({ length: 45 }, (_, index) => requestEvent(144 - index).eventId);
    expect(ids).toEqual(expected);
  });

  test.each([0, -1, 101, 1_000])('refuse first: %i', async (first) => {
    const { data, errors } = await ask(server, `{ events(first: ${first}) { edges { cursor } } }`);
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message: 'first: must be between 1 and 100',
        extensions: { code: 'BAD_USER_INPUT', argument: 'first' },
      },
    ]);
  });

  test.each(['events', 'conversations', 'processes', 'audit'])(
    '%s refuse a cursor that is none',
    async (list) => {
      for (const after of ['', 'garbage', 'bm9uc2Vuc2U=', 'x'.repeat(600)]) {
        const { errors } = await ask(server, `{ ${list}(after: "${after}") { edges { cursor } } }`, {
          viewer: viewerOf('admin'),
        });
        expect(errors, after).toMatchObject([
          { message: matching(/^after: not a cursor/), extensions: { code: 'BAD_USER_INPUT' } },
        ]);
      }
      expect(server.logged).toEqual([]);
    },
  );

  test.each([
    [
      '{ types: ["ai.nonsense"] }',
      /^filter\.types: "ai.nonsense" is no event type; the types are ai\.request/,
    ],
    ['{ since: "yesterday" }', /^filter\.since: must be an RFC 3339 time/],
    ['{ until: "2026-11-21T03:40:00" }', /^filter\.until: must be an RFC 3339 time/],
    [
      '{ since: "2026-11-22T00:00:00Z", until: "2026-11-21T00:00:00Z" }',
      /^filter\.until: must not be before/,
    ],
    [`{ text: "${'x'.repeat(501)}" }`, /^filter\.text: must have at most 500/],
    [`{ models: [${'"x",'.repeat(51)}] }`, /^filter\.models: must have at most 50/],
  ])('refuse the filter %s', async (wrong, message) => {
    const { errors } = await ask(server, `{ events(filter: ${wrong}) { edges { cursor } } }`);
    expect(errors).toMatchObject([{ message: matching(message), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('find events by what was said, by time and by process', async () => {
    const found = async (conditions: string): Promise<string[]> =>
      (await readPage(`filter: { types: ["ai.request"], ${conditions} }`)).edges.map(({ node }) => node.id);
    expect(await found('text: "question 117"')).toEqual([requestEvent(117).eventId]);
    expect(await found('since: "2026-11-21T03:40:00.000110Z", until: "2026-11-21T03:40:00.000112Z"')).toEqual(
      [requestEvent(111).eventId, requestEvent(110).eventId],
    );
    expect(await found('processName: "node", text: "117"')).toHaveLength(1);
    expect(await found('processName: "python", text: "117"')).toEqual([]);
  });
});

describe('what is read', () => {
  test('an event has its payload, its process and the process’s ancestors', async () => {
    const { eventId, payload } = requestEvent(100);
    const { data } = await ask(
      server,
      `{ event(id: "${eventId}") { id type time summary completeness provider model payload
         process { pid name ancestors { pid name } } } }`,
    );
    expect(data?.['event']).toEqual({
      ...{ id: eventId, type: 'ai.request', time: '2026-11-21T03:40:00.000100Z', summary: 'question 100' },
      ...{ completeness: 'full', provider: 'openai', model: 'gpt-5', payload },
      process: {
        ...{ pid: 70, name: 'node' },
        ancestors: [
          { pid: 60, name: 'tool60' },
          { pid: 50, name: 'tool50' },
        ],
      },
    });
  });

  test('a conversation has its events oldest first', async () => {
    const { data } = await ask(
      server,
      '{ conversation(id: "c1") { id title pid turnCount events(first: 2) { edges { node { id } } pageInfo { hasNextPage } } } }',
    );
    expect(data?.['conversation']).toMatchObject({
      ...{ id: 'c1', title: 'First question', pid: 70 },
      events: {
        edges: [{ node: { id: requestEvent(100).eventId } }, { node: { id: requestEvent(101).eventId } }],
        pageInfo: { hasNextPage: true },
      },
    });
  });

  test('what does not exist is null and no error', async () => {
    const { data, errors } = await ask(
      server,
      '{ event(id: "x") { id } conversation(id: "x") { id } process(execId: "x") { pid } redactionRule(id: "x") { id } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ event: null, conversation: null, process: null, redactionRule: null });
  });

  test('capture status and viewer are passed on', async () => {
    const { data } = await ask(
      server,
      '{ viewer { name role } captureStatus { ready reasons lostTotal behindMs drops { stage reason total intended } stages { stage received emitted } families { name active reason } targets { path processCount captured reason } } }',
    );
    expect(data).toEqual({
      viewer: { name: 'viewer-user', role: 'viewer' },
      captureStatus: {
        ...{ ready: false, reasons: ['Not run as root.'], lostTotal: 2 ** 40, behindMs: 1.5 },
        drops: [{ stage: 'kernel', reason: 'tls.ring_full', total: 2, intended: false }],
        stages: [{ stage: 'kernel', received: 9, emitted: 7 }],
        families: [{ name: 'tls', active: false, reason: 'Not run as root.' }],
        targets: [{ path: '/usr/lib/libssl.so.3', processCount: 2, captured: true, reason: null }],
      },
    });
  });

  test('facets and processes are listed', async () => {
    const { data } = await ask(
      server,
      '{ facets { models providers processNames } processes(name: "tool60") { edges { node { pid commandLine } } } }',
    );
    expect(data).toMatchObject({
      facets: { models: ['gpt-5'], providers: ['openai'], processNames: ['node'] },
      processes: { edges: [{ node: { pid: 60 } }] },
    });
  });

  test('a process lists what it started, and an answer says whether it failed', async () => {
    const { data, errors } = await ask(
      server,
      `{ process(execId: "boot/60/1") { children(first: 1) { edges { node { pid } } pageInfo { hasNextPage } } }
         events(first: 1, filter: { types: ["ai.request"] }) { edges { node { success statusCode } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      process: { children: { edges: [{ node: { pid: 70 } }], pageInfo: { hasNextPage: false } } },
      events: { edges: [{ node: { success: null, statusCode: null } }] },
    });
  });

  test('a page of events with payloads and process trees costs one query a level, not one a row', async () => {
    server.queries.length = 0;
    const { data, errors } = await ask(
      server,
      `{ events(first: 40, filter: ${filter}) { edges { node { payload process { pid ancestors { pid } } } } } }`,
    );
    expect(errors).toEqual([]);
    expect((data?.['events'] as Page).edges).toHaveLength(40);
    expect(server.queries.filter((name) => name === 'findEvents')).toHaveLength(1);
    expect(server.queries.filter((name) => name === 'findPayloads')).toHaveLength(1);
    // The process itself, its parent, its grandparent and the process 1 that was never seen.
    expect(server.queries.filter((name) => name === 'findProcessesByExecIds')).toHaveLength(4);
    expect(server.queries).toHaveLength(6);
  });
});

describe('limits', () => {
  test.each([
    [
      'depth',
      `{ process(execId: "x") ${'{ ancestors '.repeat(10)}{ pid }${' }'.repeat(10)} }`,
      /nests \d+ levels deep; 10 is the most/,
    ],
    ['breadth', `{ viewer { ${'name '.repeat(260)} } }`, /selects \d+ fields; 250 is the most/],
    [
      'complexity',
      '{ conversations(first: 100) { edges { node { events(first: 100) { edges { node { id payload } } } } } } }',
      /costs \d+ points/,
    ],
    [
      'aliases',
      `{ ${Array.from({ length: 21 }, (_, index) => `a${index}: redactionMode`).join(' ')} }`,
      /21 aliases; 20 is the most/,
    ],
    ['root fields', `{ ${'redactionMode '.repeat(21)} }`, /21 root fields; 20 is the most/],
    ['tokens', `{ viewer { ${'name '.repeat(2_100)} } }`, /2000 tokens/],
  ])('a query beyond the %s limit is refused before anything runs', async (_limit, query, message) => {
    server.queries.length = 0;
    const { data, errors } = await ask(server, query);
    expect(data ?? null).toBeNull();
    expect(errors[0]?.message).toMatch(message);
    expect(server.queries).toEqual([]);
  });

  test('the number of rows counts when it comes in a variable', async () => {
    const query = `query Q($n: Int) { conversations(first: $n) { edges { node { events(first: $n) { edges { node { id payload } } } } } } }`;
    expect((await ask(server, query, { variables: { n: 5 } })).errors).toEqual([]);
    expect((await ask(server, query, { variables: { n: 100 } })).errors[0]?.extensions['code']).toBe(
      'QUERY_TOO_LARGE',
    );
    expect((await ask(server, query, { variables: { n: 5 } })).errors).toEqual([]);
  });

  test('fragments count wherever they are used', async () => {
    const fragments = Array.from(
      { length: 12 },
      (_, index) => `fragment F${index} on Event { ...F${index + 1} ...F${index + 1} }`,
    ).join(' ');
    const query = `{ events { edges { node { ...F0 } } } } ${fragments} fragment F12 on Event { id }`;
    expect((await ask(server, query)).errors[0]?.extensions['code']).toBe('QUERY_TOO_LARGE');
  });

  test('a page as the dashboard reads it is within the limits', async () => {
    const process =
      'process { execId pid name commandLine cwd user ancestors { execId pid name commandLine } }';
    const node = `id type time summary provider model latencyMs redactionCount completeness payload ${process}`;
    const { errors } = await ask(
      server,
      `query P($first: Int) { viewer { name role } captureStatus { ready reasons } facets { models providers processNames }
       events(first: $first) { edges { cursor node { ${node} } } pageInfo { hasNextPage endCursor } } }`,
      { variables: { first: 100 } },
    );
    expect(errors).toEqual([]);
  });
});

describe('what is accepted over HTTP', () => {
  const mutation = `mutation { createRedactionRule(input: ${rule}) { __typename } }`;
  const scope = { viewer: viewerOf('admin'), clientAddress: '203.0.113.9' };

  function post(type: string | null, body: string | FormData): Request {
    const headers = type === null ? {} : { 'content-type': type };
    return new Request('http://localhost/graphql', { method: 'POST', headers, body });
  }

  test.each([
    ['a form', post('application/x-www-form-urlencoded', `query=${encodeURIComponent(mutation)}`)],
    ['JSON that says it is text', post('text/plain', JSON.stringify({ query: mutation }))],
    ['a bare query', post('application/graphql', mutation)],
    ['JSON beside another type', post('application/json, text/plain', JSON.stringify({ query: mutation }))],
    ['JSON in a look-alike type', post('application/graphql+json', JSON.stringify({ query: mutation }))],
    [
      'a multipart form',
      post(
        null,
        (() => {
          const form = new FormData();
          form.set('operations', JSON.stringify({ query: mutation }));
          form.set('map', '{}');
          return form;
        })(),
      ),
    ],
  ])('%s is not executed', async (_what, request) => {
    const response = await server.graphql.fetch(request, scope);
    expect(response.status).toBe(415);
    expect(await server.control.findRedactionRules()).toEqual([]);
  });

  test('a mutation by GET is not executed, a query is answered', async () => {
    const get = async (query: string): Promise<Response> =>
      server.graphql.fetch(new Request(`http://localhost/graphql?query=${encodeURIComponent(query)}`), scope);
    expect((await get(mutation)).status).toBe(405);
    expect(await server.control.findRedactionRules()).toEqual([]);
    const answered = await get('{ viewer { name } }');
    expect(await answered.json()).toEqual({ data: { viewer: { name: 'admin-user' } } });
    expect(answered.headers.get('cache-control')).toBe('no-store');
  });

  test('other methods are refused and no other origin is let in', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
      const request = new Request('http://localhost/graphql', {
        method,
        headers: { origin: 'https://evil.test' },
      });
      const response = await server.graphql.fetch(request, scope);
      expect(response.status, method).toBe(405);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('several operations in one body and too large a body are refused', async () => {
    const batch = post('application/json', JSON.stringify([{ query: '{ viewer { name } }' }]));
    expect((await server.graphql.fetch(batch, scope)).status).toBe(400);
    const large = post(
      'application/json',
      JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(1_100_000)}` }),
    );
    expect((await server.graphql.fetch(large, scope)).status).toBe(413);
  });
});

test('errors of the server are masked and logged', async () => {
  const broken = await openTestGraphql();
  expect((await ask(broken, '{ events { edges { cursor } } }')).errors).toEqual([]);
  await broken.reader.close();
  const { errors } = await ask(broken, '{ events { edges { cursor } } }');
  expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
  expect(JSON.stringify(errors)).not.toMatch(/eyrie-graphql-|events\.db|at .*\.ts/);
  expect(broken.logged).toHaveLength(1);
  await broken[Symbol.asyncDispose]();
});
