// Generated from the .graphql files of this app by scripts/generate-documents.ts. Do not edit.
import type { GraphQlDocument } from '../graphql/document.ts';

export type EventFilter = {
  readonly connectionId?: string | null;
  readonly conversationId?: string | null;
  readonly execId?: string | null;
  readonly models?: readonly string[] | null;
  readonly pid?: number | null;
  readonly processName?: string | null;
  readonly providers?: readonly string[] | null;
  readonly since?: string | null;
  readonly text?: string | null;
  readonly types?: readonly string[] | null;
  readonly until?: string | null;
};
export type RedactionRuleInput = {
  readonly description?: string | null;
  readonly enabled: boolean;
  readonly name: string;
  readonly pattern: string;
  readonly placeholder: string;
};
export type RedactionPlaceholdersResult = {
  readonly redactionRules: readonly { readonly name: string; readonly placeholder: string }[];
};
export type RedactionPlaceholdersVariables = Record<string, never>;
export const RedactionPlaceholders: GraphQlDocument<
  RedactionPlaceholdersResult,
  RedactionPlaceholdersVariables
> = {
  name: 'RedactionPlaceholders',
  text: 'query RedactionPlaceholders {\n  redactionRules {\n    name\n    placeholder\n  }\n}',
};
export type ConversationPageResult = {
  readonly conversation: {
    readonly id: string;
    readonly title: string;
    readonly provider: string;
    readonly api: string;
    readonly model: string | null;
    readonly pid: number;
    readonly startTime: string;
    readonly endTime: string;
    readonly turnCount: number;
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly cachedTokens: number;
    readonly reasoningTokens: number;
    readonly toolCallCount: number;
    readonly errorCount: number;
    readonly redactionCount: number;
    readonly completeness: string;
    readonly process: {
      readonly execId: string;
      readonly name: string;
      readonly pid: number;
      readonly exe: string | null;
      readonly user: string | null;
      readonly commandLine: string | null;
      readonly containerId: string | null;
      readonly startTime: string | null;
      readonly endTime: string | null;
      readonly exitCode: number | null;
      readonly signal: number | null;
      readonly cwd: string | null;
      readonly uid: number | null;
      readonly ppid: number | null;
      readonly ancestors: readonly {
        readonly execId: string;
        readonly name: string;
        readonly pid: number;
        readonly exe: string | null;
        readonly user: string | null;
      }[];
    } | null;
    readonly events: {
      readonly edges: readonly {
        readonly node: {
          readonly id: string;
          readonly type: string;
          readonly time: string;
          readonly payload: string;
        };
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};
export type ConversationPageVariables = {
  readonly id: string;
  readonly first: number;
  readonly after?: string | null;
};
export const ConversationPage: GraphQlDocument<ConversationPageResult, ConversationPageVariables> = {
  name: 'ConversationPage',
  text: 'query ConversationPage($id: ID!, $first: Int!, $after: String) {\n  conversation(id: $id) {\n    ...ConversationRow\n    process {\n      ...ProcessRow\n      cwd\n      uid\n      ppid\n      ancestors {\n        ...ProcessRef\n      }\n    }\n    events(first: $first, after: $after) {\n      edges {\n        node {\n          id\n          type\n          time\n          payload\n        }\n      }\n      pageInfo {\n        ...PageEdges\n      }\n    }\n  }\n}\nfragment ConversationRow on Conversation {\n  id\n  title\n  provider\n  api\n  model\n  pid\n  startTime\n  endTime\n  turnCount\n  promptTokens\n  completionTokens\n  cachedTokens\n  reasoningTokens\n  toolCallCount\n  errorCount\n  redactionCount\n  completeness\n  process {\n    ...ProcessRef\n  }\n}\nfragment ProcessRow on Process {\n  ...ProcessRef\n  commandLine\n  containerId\n  startTime\n  endTime\n  exitCode\n  signal\n}\nfragment ProcessRef on Process {\n  execId\n  name\n  pid\n  exe\n  user\n}\nfragment PageEdges on PageInfo {\n  hasNextPage\n  endCursor\n}',
};
export type AiConversationsResult = {
  readonly conversations: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string;
        readonly title: string;
        readonly provider: string;
        readonly api: string;
        readonly model: string | null;
        readonly pid: number;
        readonly startTime: string;
        readonly endTime: string;
        readonly turnCount: number;
        readonly promptTokens: number;
        readonly completionTokens: number;
        readonly cachedTokens: number;
        readonly reasoningTokens: number;
        readonly toolCallCount: number;
        readonly errorCount: number;
        readonly redactionCount: number;
        readonly completeness: string;
        readonly process: {
          readonly execId: string;
          readonly name: string;
          readonly pid: number;
          readonly exe: string | null;
          readonly user: string | null;
        } | null;
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};
export type AiConversationsVariables = {
  readonly filter?: EventFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
};
export const AiConversations: GraphQlDocument<AiConversationsResult, AiConversationsVariables> = {
  name: 'AiConversations',
  text: 'query AiConversations($filter: EventFilter, $first: Int, $after: String) {\n  conversations(filter: $filter, first: $first, after: $after) {\n    edges {\n      node {\n        ...ConversationRow\n      }\n    }\n    pageInfo {\n      ...PageEdges\n    }\n  }\n}\nfragment ConversationRow on Conversation {\n  id\n  title\n  provider\n  api\n  model\n  pid\n  startTime\n  endTime\n  turnCount\n  promptTokens\n  completionTokens\n  cachedTokens\n  reasoningTokens\n  toolCallCount\n  errorCount\n  redactionCount\n  completeness\n  process {\n    ...ProcessRef\n  }\n}\nfragment PageEdges on PageInfo {\n  hasNextPage\n  endCursor\n}\nfragment ProcessRef on Process {\n  execId\n  name\n  pid\n  exe\n  user\n}',
};
export type AiEventsResult = {
  readonly events: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string;
        readonly type: string;
        readonly time: string;
        readonly summary: string;
        readonly provider: string | null;
        readonly model: string | null;
        readonly pid: number | null;
        readonly processName: string | null;
        readonly execId: string | null;
        readonly conversationId: string | null;
        readonly latencyMs: number | null;
        readonly completeness: string;
        readonly redactionCount: number;
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};
export type AiEventsVariables = {
  readonly filter?: EventFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
};
export const AiEvents: GraphQlDocument<AiEventsResult, AiEventsVariables> = {
  name: 'AiEvents',
  text: 'query AiEvents($filter: EventFilter, $first: Int, $after: String) {\n  events(filter: $filter, first: $first, after: $after) {\n    edges {\n      node {\n        ...EventRow\n      }\n    }\n    pageInfo {\n      ...PageEdges\n    }\n  }\n}\nfragment EventRow on Event {\n  id\n  type\n  time\n  summary\n  provider\n  model\n  pid\n  processName\n  execId\n  conversationId\n  latencyMs\n  completeness\n  redactionCount\n}\nfragment PageEdges on PageInfo {\n  hasNextPage\n  endCursor\n}',
};
export type AiFacetsResult = {
  readonly facets: {
    readonly models: readonly string[];
    readonly processNames: readonly string[];
    readonly providers: readonly string[];
  };
};
export type AiFacetsVariables = { readonly since?: string | null };
export const AiFacets: GraphQlDocument<AiFacetsResult, AiFacetsVariables> = {
  name: 'AiFacets',
  text: 'query AiFacets($since: String) {\n  facets(since: $since) {\n    models\n    processNames\n    providers\n  }\n}',
};
export type AiEventBatchesResult = {
  readonly eventBatches: {
    readonly dropped: number;
    readonly events: readonly {
      readonly id: string;
      readonly type: string;
      readonly time: string;
      readonly summary: string;
      readonly provider: string | null;
      readonly model: string | null;
      readonly pid: number | null;
      readonly processName: string | null;
      readonly execId: string | null;
      readonly conversationId: string | null;
      readonly latencyMs: number | null;
      readonly completeness: string;
      readonly redactionCount: number;
    }[];
  };
};
export type AiEventBatchesVariables = { readonly filter?: EventFilter | null };
export const AiEventBatches: GraphQlDocument<AiEventBatchesResult, AiEventBatchesVariables> = {
  name: 'AiEventBatches',
  text: 'subscription AiEventBatches($filter: EventFilter) {\n  eventBatches(filter: $filter) {\n    dropped\n    events {\n      ...EventRow\n    }\n  }\n}\nfragment EventRow on Event {\n  id\n  type\n  time\n  summary\n  provider\n  model\n  pid\n  processName\n  execId\n  conversationId\n  latencyMs\n  completeness\n  redactionCount\n}',
};
export type AuditLogResult = {
  readonly audit: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string;
        readonly time: string;
        readonly actor: string;
        readonly action: string;
        readonly target: string;
        readonly before: string | null;
        readonly after: string | null;
        readonly ipAddress: string | null;
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};
export type AuditLogVariables = { readonly first?: number | null; readonly after?: string | null };
export const AuditLog: GraphQlDocument<AuditLogResult, AuditLogVariables> = {
  name: 'AuditLog',
  text: 'query AuditLog($first: Int, $after: String) {\n  audit(first: $first, after: $after) {\n    edges {\n      node {\n        id\n        time\n        actor\n        action\n        target\n        before\n        after\n        ipAddress\n      }\n    }\n    pageInfo {\n      ...PageEdges\n    }\n  }\n}\nfragment PageEdges on PageInfo {\n  hasNextPage\n  endCursor\n}',
};
export type CapturePageResult = {
  readonly captureStatus: {
    readonly ready: boolean;
    readonly reasons: readonly string[];
    readonly behindMs: number;
    readonly lostTotal: number;
    readonly eventsTotal: number;
    readonly families: readonly {
      readonly name: string;
      readonly active: boolean;
      readonly reason: string | null;
    }[];
    readonly targets: readonly {
      readonly path: string;
      readonly library: string;
      readonly captured: boolean;
      readonly reason: string | null;
      readonly processCount: number;
    }[];
  };
};
export type CapturePageVariables = Record<string, never>;
export const CapturePage: GraphQlDocument<CapturePageResult, CapturePageVariables> = {
  name: 'CapturePage',
  text: 'query CapturePage {\n  captureStatus {\n    ready\n    reasons\n    behindMs\n    lostTotal\n    eventsTotal\n    families {\n      name\n      active\n      reason\n    }\n    targets {\n      path\n      library\n      captured\n      reason\n      processCount\n    }\n  }\n}',
};
export type EventPageResult = {
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly time: string;
    readonly summary: string;
    readonly provider: string | null;
    readonly model: string | null;
    readonly pid: number | null;
    readonly processName: string | null;
    readonly execId: string | null;
    readonly conversationId: string | null;
    readonly latencyMs: number | null;
    readonly completeness: string;
    readonly redactionCount: number;
    readonly requestId: string | null;
    readonly payload: string;
    readonly process: {
      readonly execId: string;
      readonly name: string;
      readonly pid: number;
      readonly exe: string | null;
      readonly user: string | null;
      readonly commandLine: string | null;
    } | null;
  } | null;
};
export type EventPageVariables = { readonly id: string };
export const EventPage: GraphQlDocument<EventPageResult, EventPageVariables> = {
  name: 'EventPage',
  text: 'query EventPage($id: ID!) {\n  event(id: $id) {\n    ...EventRow\n    requestId\n    payload\n    process {\n      ...ProcessRef\n      commandLine\n    }\n  }\n}\nfragment EventRow on Event {\n  id\n  type\n  time\n  summary\n  provider\n  model\n  pid\n  processName\n  execId\n  conversationId\n  latencyMs\n  completeness\n  redactionCount\n}\nfragment ProcessRef on Process {\n  execId\n  name\n  pid\n  exe\n  user\n}',
};
export type FrameResult = {
  readonly captureStatus: {
    readonly ready: boolean;
    readonly reasons: readonly string[];
    readonly behindMs: number;
    readonly lostTotal: number;
    readonly eventsTotal: number;
    readonly families: readonly {
      readonly name: string;
      readonly active: boolean;
      readonly reason: string | null;
    }[];
  };
};
export type FrameVariables = Record<string, never>;
export const Frame: GraphQlDocument<FrameResult, FrameVariables> = {
  name: 'Frame',
  text: 'query Frame {\n  captureStatus {\n    ready\n    reasons\n    behindMs\n    lostTotal\n    eventsTotal\n    families {\n      name\n      active\n      reason\n    }\n  }\n}',
};
export type OverviewResult = {
  readonly captureStatus: {
    readonly ready: boolean;
    readonly reasons: readonly string[];
    readonly lostTotal: number;
    readonly behindMs: number;
    readonly families: readonly { readonly name: string; readonly active: boolean }[];
    readonly targets: readonly { readonly captured: boolean }[];
  };
  readonly conversations: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string;
        readonly startTime: string;
        readonly provider: string;
        readonly turnCount: number;
        readonly toolCallCount: number;
        readonly redactionCount: number;
        readonly errorCount: number;
        readonly process: { readonly name: string } | null;
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  };
};
export type OverviewVariables = { readonly since: string };
export const Overview: GraphQlDocument<OverviewResult, OverviewVariables> = {
  name: 'Overview',
  text: 'query Overview($since: String!) {\n  captureStatus {\n    ready\n    reasons\n    lostTotal\n    behindMs\n    families {\n      name\n      active\n    }\n    targets {\n      captured\n    }\n  }\n  conversations(first: 100, filter: {since: $since}) {\n    edges {\n      node {\n        id\n        startTime\n        provider\n        turnCount\n        toolCallCount\n        redactionCount\n        errorCount\n        process {\n          name\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n    }\n  }\n}',
};
export type ProcessPageResult = {
  readonly process: {
    readonly execId: string;
    readonly name: string;
    readonly pid: number;
    readonly exe: string | null;
    readonly user: string | null;
    readonly commandLine: string | null;
    readonly containerId: string | null;
    readonly startTime: string | null;
    readonly endTime: string | null;
    readonly exitCode: number | null;
    readonly signal: number | null;
    readonly parentExecId: string | null;
    readonly ppid: number | null;
    readonly uid: number | null;
    readonly cwd: string | null;
    readonly ancestors: readonly {
      readonly execId: string;
      readonly name: string;
      readonly pid: number;
      readonly exe: string | null;
      readonly user: string | null;
      readonly commandLine: string | null;
      readonly containerId: string | null;
      readonly startTime: string | null;
      readonly endTime: string | null;
      readonly exitCode: number | null;
      readonly signal: number | null;
    }[];
  } | null;
  readonly events: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string;
        readonly type: string;
        readonly time: string;
        readonly summary: string;
        readonly provider: string | null;
        readonly model: string | null;
        readonly pid: number | null;
        readonly processName: string | null;
        readonly execId: string | null;
        readonly conversationId: string | null;
        readonly latencyMs: number | null;
        readonly completeness: string;
        readonly redactionCount: number;
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};
export type ProcessPageVariables = {
  readonly execId: string;
  readonly filter?: EventFilter | null;
  readonly after?: string | null;
};
export const ProcessPage: GraphQlDocument<ProcessPageResult, ProcessPageVariables> = {
  name: 'ProcessPage',
  text: 'query ProcessPage($execId: ID!, $filter: EventFilter, $after: String) {\n  process(execId: $execId) {\n    ...ProcessRow\n    parentExecId\n    ppid\n    uid\n    cwd\n    ancestors {\n      ...ProcessRow\n    }\n  }\n  events(filter: $filter, first: 50, after: $after) {\n    edges {\n      node {\n        ...EventRow\n      }\n    }\n    pageInfo {\n      ...PageEdges\n    }\n  }\n}\nfragment ProcessRow on Process {\n  ...ProcessRef\n  commandLine\n  containerId\n  startTime\n  endTime\n  exitCode\n  signal\n}\nfragment EventRow on Event {\n  id\n  type\n  time\n  summary\n  provider\n  model\n  pid\n  processName\n  execId\n  conversationId\n  latencyMs\n  completeness\n  redactionCount\n}\nfragment PageEdges on PageInfo {\n  hasNextPage\n  endCursor\n}\nfragment ProcessRef on Process {\n  execId\n  name\n  pid\n  exe\n  user\n}',
};
export type ProcessListResult = {
  readonly processes: {
    readonly edges: readonly {
      readonly node: {
        readonly execId: string;
        readonly name: string;
        readonly pid: number;
        readonly exe: string | null;
        readonly user: string | null;
        readonly commandLine: string | null;
        readonly containerId: string | null;
        readonly startTime: string | null;
        readonly endTime: string | null;
        readonly exitCode: number | null;
        readonly signal: number | null;
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};
export type ProcessListVariables = {
  readonly name?: string | null;
  readonly running?: boolean | null;
  readonly first?: number | null;
  readonly after?: string | null;
};
export const ProcessList: GraphQlDocument<ProcessListResult, ProcessListVariables> = {
  name: 'ProcessList',
  text: 'query ProcessList($name: String, $running: Boolean, $first: Int, $after: String) {\n  processes(name: $name, running: $running, first: $first, after: $after) {\n    edges {\n      node {\n        ...ProcessRow\n      }\n    }\n    pageInfo {\n      ...PageEdges\n    }\n  }\n}\nfragment ProcessRow on Process {\n  ...ProcessRef\n  commandLine\n  containerId\n  startTime\n  endTime\n  exitCode\n  signal\n}\nfragment PageEdges on PageInfo {\n  hasNextPage\n  endCursor\n}\nfragment ProcessRef on Process {\n  execId\n  name\n  pid\n  exe\n  user\n}',
};
export type RedactionRulesResult = {
  readonly redactionMode: string;
  readonly redactionRules: readonly {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly pattern: string;
    readonly placeholder: string;
    readonly enabled: boolean;
    readonly builtIn: boolean;
    readonly version: number;
    readonly updatedAt: string | null;
    readonly updatedBy: string | null;
  }[];
};
export type RedactionRulesVariables = Record<string, never>;
export const RedactionRules: GraphQlDocument<RedactionRulesResult, RedactionRulesVariables> = {
  name: 'RedactionRules',
  text: 'query RedactionRules {\n  redactionMode\n  redactionRules {\n    ...RuleFields\n  }\n}\nfragment RuleFields on RedactionRule {\n  id\n  name\n  description\n  pattern\n  placeholder\n  enabled\n  builtIn\n  version\n  updatedAt\n  updatedBy\n}',
};
export type RedactionRulePageResult = {
  readonly redactionRule: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly pattern: string;
    readonly placeholder: string;
    readonly enabled: boolean;
    readonly builtIn: boolean;
    readonly version: number;
    readonly updatedAt: string | null;
    readonly updatedBy: string | null;
  } | null;
};
export type RedactionRulePageVariables = { readonly id: string };
export const RedactionRulePage: GraphQlDocument<RedactionRulePageResult, RedactionRulePageVariables> = {
  name: 'RedactionRulePage',
  text: 'query RedactionRulePage($id: ID!) {\n  redactionRule(id: $id) {\n    ...RuleFields\n  }\n}\nfragment RuleFields on RedactionRule {\n  id\n  name\n  description\n  pattern\n  placeholder\n  enabled\n  builtIn\n  version\n  updatedAt\n  updatedBy\n}',
};
export type RedactionPreviewRunResult = {
  readonly redactionPreview: {
    readonly text: string;
    readonly findings: readonly { readonly rule: string; readonly count: number }[];
  };
};
export type RedactionPreviewRunVariables = {
  readonly text: string;
  readonly rule?: RedactionRuleInput | null;
};
export const RedactionPreviewRun: GraphQlDocument<RedactionPreviewRunResult, RedactionPreviewRunVariables> = {
  name: 'RedactionPreviewRun',
  text: 'query RedactionPreviewRun($text: String!, $rule: RedactionRuleInput) {\n  redactionPreview(text: $text, rule: $rule) {\n    text\n    findings {\n      rule\n      count\n    }\n  }\n}',
};
export type CreateRedactionRuleResult = {
  readonly createRedactionRule:
    | {
        readonly __typename: 'InvalidInput';
        readonly errors: readonly {
          readonly field: string;
          readonly message: string;
          readonly column: number | null;
        }[];
      }
    | {
        readonly __typename: 'RedactionRule';
        readonly id: string;
        readonly name: string;
        readonly description: string;
        readonly pattern: string;
        readonly placeholder: string;
        readonly enabled: boolean;
        readonly builtIn: boolean;
        readonly version: number;
        readonly updatedAt: string | null;
        readonly updatedBy: string | null;
      }
    | {
        readonly __typename: 'VersionConflict';
        readonly message: string;
        readonly current: {
          readonly id: string;
          readonly name: string;
          readonly description: string;
          readonly pattern: string;
          readonly placeholder: string;
          readonly enabled: boolean;
          readonly builtIn: boolean;
          readonly version: number;
          readonly updatedAt: string | null;
          readonly updatedBy: string | null;
        };
      };
};
export type CreateRedactionRuleVariables = { readonly input: RedactionRuleInput };
export const CreateRedactionRule: GraphQlDocument<CreateRedactionRuleResult, CreateRedactionRuleVariables> = {
  name: 'CreateRedactionRule',
  text: 'mutation CreateRedactionRule($input: RedactionRuleInput!) {\n  createRedactionRule(input: $input) {\n    ...RuleResult\n  }\n}\nfragment RuleResult on RedactionRuleResult {\n  __typename\n  ... on RedactionRule {\n    ...RuleFields\n  }\n  ... on InvalidInput {\n    errors {\n      field\n      message\n      column\n    }\n  }\n  ... on VersionConflict {\n    message\n    current {\n      ...RuleFields\n    }\n  }\n}\nfragment RuleFields on RedactionRule {\n  id\n  name\n  description\n  pattern\n  placeholder\n  enabled\n  builtIn\n  version\n  updatedAt\n  updatedBy\n}',
};
export type UpdateRedactionRuleResult = {
  readonly updateRedactionRule:
    | {
        readonly __typename: 'InvalidInput';
        readonly errors: readonly {
          readonly field: string;
          readonly message: string;
          readonly column: number | null;
        }[];
      }
    | {
        readonly __typename: 'RedactionRule';
        readonly id: string;
        readonly name: string;
        readonly description: string;
        readonly pattern: string;
        readonly placeholder: string;
        readonly enabled: boolean;
        readonly builtIn: boolean;
        readonly version: number;
        readonly updatedAt: string | null;
        readonly updatedBy: string | null;
      }
    | {
        readonly __typename: 'VersionConflict';
        readonly message: string;
        readonly current: {
          readonly id: string;
          readonly name: string;
          readonly description: string;
          readonly pattern: string;
          readonly placeholder: string;
          readonly enabled: boolean;
          readonly builtIn: boolean;
          readonly version: number;
          readonly updatedAt: string | null;
          readonly updatedBy: string | null;
        };
      };
};
export type UpdateRedactionRuleVariables = {
  readonly id: string;
  readonly version: number;
  readonly input: RedactionRuleInput;
};
export const UpdateRedactionRule: GraphQlDocument<UpdateRedactionRuleResult, UpdateRedactionRuleVariables> = {
  name: 'UpdateRedactionRule',
  text: 'mutation UpdateRedactionRule($id: ID!, $version: Int!, $input: RedactionRuleInput!) {\n  updateRedactionRule(id: $id, version: $version, input: $input) {\n    ...RuleResult\n  }\n}\nfragment RuleResult on RedactionRuleResult {\n  __typename\n  ... on RedactionRule {\n    ...RuleFields\n  }\n  ... on InvalidInput {\n    errors {\n      field\n      message\n      column\n    }\n  }\n  ... on VersionConflict {\n    message\n    current {\n      ...RuleFields\n    }\n  }\n}\nfragment RuleFields on RedactionRule {\n  id\n  name\n  description\n  pattern\n  placeholder\n  enabled\n  builtIn\n  version\n  updatedAt\n  updatedBy\n}',
};
export type SetRedactionRuleEnabledResult = {
  readonly setRedactionRuleEnabled:
    | {
        readonly __typename: 'InvalidInput';
        readonly errors: readonly {
          readonly field: string;
          readonly message: string;
          readonly column: number | null;
        }[];
      }
    | {
        readonly __typename: 'RedactionRule';
        readonly id: string;
        readonly name: string;
        readonly description: string;
        readonly pattern: string;
        readonly placeholder: string;
        readonly enabled: boolean;
        readonly builtIn: boolean;
        readonly version: number;
        readonly updatedAt: string | null;
        readonly updatedBy: string | null;
      }
    | {
        readonly __typename: 'VersionConflict';
        readonly message: string;
        readonly current: {
          readonly id: string;
          readonly name: string;
          readonly description: string;
          readonly pattern: string;
          readonly placeholder: string;
          readonly enabled: boolean;
          readonly builtIn: boolean;
          readonly version: number;
          readonly updatedAt: string | null;
          readonly updatedBy: string | null;
        };
      };
};
export type SetRedactionRuleEnabledVariables = {
  readonly id: string;
  readonly version: number;
  readonly enabled: boolean;
};
export const SetRedactionRuleEnabled: GraphQlDocument<
  SetRedactionRuleEnabledResult,
  SetRedactionRuleEnabledVariables
> = {
  name: 'SetRedactionRuleEnabled',
  text: 'mutation SetRedactionRuleEnabled($id: ID!, $version: Int!, $enabled: Boolean!) {\n  setRedactionRuleEnabled(id: $id, version: $version, enabled: $enabled) {\n    ...RuleResult\n  }\n}\nfragment RuleResult on RedactionRuleResult {\n  __typename\n  ... on RedactionRule {\n    ...RuleFields\n  }\n  ... on InvalidInput {\n    errors {\n      field\n      message\n      column\n    }\n  }\n  ... on VersionConflict {\n    message\n    current {\n      ...RuleFields\n    }\n  }\n}\nfragment RuleFields on RedactionRule {\n  id\n  name\n  description\n  pattern\n  placeholder\n  enabled\n  builtIn\n  version\n  updatedAt\n  updatedBy\n}',
};
export type DeleteRedactionRuleResult = {
  readonly deleteRedactionRule:
    | {
        readonly __typename: 'InvalidInput';
        readonly errors: readonly {
          readonly field: string;
          readonly message: string;
          readonly column: number | null;
        }[];
      }
    | {
        readonly __typename: 'RedactionRule';
        readonly id: string;
        readonly name: string;
        readonly description: string;
        readonly pattern: string;
        readonly placeholder: string;
        readonly enabled: boolean;
        readonly builtIn: boolean;
        readonly version: number;
        readonly updatedAt: string | null;
        readonly updatedBy: string | null;
      }
    | {
        readonly __typename: 'VersionConflict';
        readonly message: string;
        readonly current: {
          readonly id: string;
          readonly name: string;
          readonly description: string;
          readonly pattern: string;
          readonly placeholder: string;
          readonly enabled: boolean;
          readonly builtIn: boolean;
          readonly version: number;
          readonly updatedAt: string | null;
          readonly updatedBy: string | null;
        };
      };
};
export type DeleteRedactionRuleVariables = { readonly id: string; readonly version: number };
export const DeleteRedactionRule: GraphQlDocument<DeleteRedactionRuleResult, DeleteRedactionRuleVariables> = {
  name: 'DeleteRedactionRule',
  text: 'mutation DeleteRedactionRule($id: ID!, $version: Int!) {\n  deleteRedactionRule(id: $id, version: $version) {\n    ...RuleResult\n  }\n}\nfragment RuleResult on RedactionRuleResult {\n  __typename\n  ... on RedactionRule {\n    ...RuleFields\n  }\n  ... on InvalidInput {\n    errors {\n      field\n      message\n      column\n    }\n  }\n  ... on VersionConflict {\n    message\n    current {\n      ...RuleFields\n    }\n  }\n}\nfragment RuleFields on RedactionRule {\n  id\n  name\n  description\n  pattern\n  placeholder\n  enabled\n  builtIn\n  version\n  updatedAt\n  updatedBy\n}',
};
