import { audit, conversationRows, events, processes, rules, targets } from './fixtures.ts';

interface Page {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** State of the host that a test may choose. */
export interface Scenario {
  readonly ready: boolean;
  readonly empty: boolean;
  readonly role: 'admin' | 'viewer';
}

function connection(all: readonly object[], page: Page): object {
  const first = page.first ?? 20;
  const start = page.after == null ? 0 : Number(page.after) + 1;
  const nodes = all.slice(start, start + first);
  return {
    edges: nodes.map((node, index) => ({ cursor: String(start + index), node })),
    pageInfo: {
      hasNextPage: start + first < all.length,
      hasPreviousPage: start > 0,
      startCursor: String(start),
      endCursor: String(start + nodes.length - 1),
    },
  };
}

interface Filter {
  readonly providers?: readonly string[];
  readonly types?: readonly string[];
  readonly execId?: string;
  readonly conversationId?: string;
}

const byTimeDown = events.toSorted((a, b) => b.time.localeCompare(a.time));

const matches = (filter: Filter | undefined, event: (typeof events)[number]): boolean =>
  (filter?.providers?.includes(event.provider) ?? true) &&
  (filter?.types?.includes(event.type) ?? true) &&
  (filter?.execId ?? event.execId) === event.execId &&
  (filter?.conversationId ?? event.conversationId) === event.conversationId;

/** The root value graphql-js resolves the server's schema from. */
export function createAnswers(scenario: Scenario): object {
  const some = <Item>(list: readonly Item[]): readonly Item[] => (scenario.empty ? [] : list);
  const conversationOf = (row: (typeof conversationRows)[number]): object => ({
    ...row,
    events: (page: Page) =>
      connection(
        events.filter((event) => event.conversationId === row.id),
        page,
      ),
  });
  const ruleById = (id: string) => rules.find((rule) => rule.id === id);
  const saveRule = ({
    id,
    input,
    version,
  }: {
    id?: string;
    version?: number;
    input: { name: string; pattern: string };
  }) => {
    const rule = id === undefined ? undefined : ruleById(id);
    if (rule !== undefined && version !== rule.version) {
      return {
        __typename: 'VersionConflict',
        message: 'This rule was changed while you edited it.',
        current: rule,
      };
    }
    const open = input.pattern.lastIndexOf('[');
    if (open >= 0 && !input.pattern.slice(open).includes(']')) {
      const error = { field: 'pattern', message: 'Missing closing bracket.', column: open + 1 };
      return { __typename: 'InvalidInput', errors: [error] };
    }
    return { __typename: 'RedactionRule', ...rules[0], ...input };
  };
  return {
    viewer: { name: 'ada', role: scenario.role },
    captureStatus: {
      ready: scenario.ready,
      reasons: scenario.ready ? [] : ['Capture of TLS is off: Eyrie lacks CAP_BPF.'],
      behindMs: scenario.ready ? 3 : 0,
      lostTotal: scenario.ready ? 0 : 214,
      eventsTotal: 12_431,
      families: ['process', 'tls', 'discovery'].map((name) => ({
        name,
        active: scenario.ready,
        reason: scenario.ready ? null : 'needs CAP_BPF and CAP_PERFMON',
      })),
      targets: some(targets),
      stages: [
        { stage: 'kernel', received: 12_645, emitted: 12_431 },
        { stage: 'streams', received: 9_120, emitted: 86 },
      ],
      drops: [
        ...(scenario.ready
          ? []
          : [{ stage: 'kernel', reason: 'tls.ring_full', total: 214, intended: false }]),
        { stage: 'streams', reason: 'not_ai', total: 3_204, intended: true },
      ],
    },
    conversations: ({ filter, ...page }: Page & { filter?: Filter }) =>
      connection(
        some(conversationRows)
          .filter((row) => filter?.providers?.includes(row.provider) ?? true)
          .map(conversationOf),
        page,
      ),
    conversation: ({ id }: { id: string }) =>
      conversationRows.filter((row) => row.id === id).map(conversationOf)[0] ?? null,
    events: ({ filter, ...page }: Page & { filter?: Filter }) =>
      connection(
        some(byTimeDown).filter((event) => matches(filter, event)),
        page,
      ),
    event: ({ id }: { id: string }) => events.find((event) => event.id === id) ?? null,
    facets: {
      models: ['claude-sonnet-4-5', 'gpt-5', 'gpt-5-mini'],
      processNames: ['node', 'python3'],
      providers: ['anthropic', 'openai'],
    },
    processes: ({ name, ...page }: Page & { name?: string }) =>
      connection(
        some(processes).filter((process) => process.name.includes(name ?? '')),
        page,
      ),
    process: ({ execId }: { execId: string }) => {
      const found = processes.find((process) => process.execId === execId);
      if (found === undefined) return null;
      const children = processes.filter((process) => process.parentExecId === execId);
      return { ...found, children: (page: Page) => connection(children, page) };
    },
    audit: (page: Page) => connection(some(audit), page),
    redactionMode: 'safe',
    redactionRules: rules,
    redactionRule: ({ id }: { id: string }) => ruleById(id) ?? null,
    redactionPreview: ({
      text,
      rule,
    }: {
      text: string;
      rule?: { name: string; pattern: string; placeholder: string };
    }) => {
      if (rule === undefined) return { text, findings: [] };
      const pattern = new RegExp(rule.pattern, 'g');
      const count = [...text.matchAll(pattern)].length;
      const findings = count === 0 ? [] : [{ rule: rule.name, count }];
      return { text: text.replace(pattern, rule.placeholder), findings };
    },
    createRedactionRule: saveRule,
    updateRedactionRule: saveRule,
    deleteRedactionRule: ({ id }: { id: string }) => ({ __typename: 'RedactionRule', ...ruleById(id) }),
    setRedactionRuleEnabled: ({ id, enabled }: { id: string; enabled: boolean }) => ({
      __typename: 'RedactionRule',
      ...ruleById(id),
      enabled,
    }),
    eventBatches: () => liveBatches(),
  };
}

async function* liveBatches(): AsyncGenerator<object> {
  for (let number = 1; ; number += 1) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    const model = byTimeDown[number % byTimeDown.length];
    const event = {
      ...model,
      id: `live-${number}`,
      time: new Date().toISOString(),
      summary: `Live event ${number}`,
    };
    yield { eventBatches: { dropped: number === 3 ? 214 : 0, events: [event] } };
  }
}
