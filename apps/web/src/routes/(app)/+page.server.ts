import { Overview } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

const hours = 24;
const hourMs = 3_600_000;

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('eyrie:frame');
  const now = Date.now();
  const since = new Date(now - hours * hourMs).toISOString();
  const { conversations, captureStatus } = await runOperation(locals.platform, Overview, { since });
  const nodes = conversations.edges.map((edge) => edge.node);
  const byHour = Array.from({ length: hours }, () => 0);
  for (const node of nodes) {
    const hour = hours - 1 - Math.floor((now - Date.parse(node.startTime)) / hourMs);
    if (hour >= 0 && hour < hours) byHour[hour] = (byHour[hour] ?? 0) + 1;
  }
  const sum = (of: (node: (typeof nodes)[number]) => number): number =>
    nodes.reduce((total, node) => total + of(node), 0);
  return {
    byHour,
    atLeast: conversations.pageInfo.hasNextPage,
    conversations: nodes.length,
    turns: sum((node) => node.turnCount),
    toolCalls: sum((node) => node.toolCallCount),
    removed: sum((node) => node.redactionCount),
    failed: sum((node) => node.errorCount),
    programs: [...new Set(nodes.flatMap((node) => node.process?.name ?? []))],
    providers: [...new Set(nodes.map((node) => node.provider))],
    targets: captureStatus.targets.length,
    uncaptured: captureStatus.targets.filter((target) => !target.captured).length,
  };
};
