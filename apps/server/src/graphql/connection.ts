import type { Page, PageRequest } from '@eyrie/db';
import { builder } from './builder.ts';
import { badInput } from './errors.ts';

/** Rows of a list when the client names no number. */
const DEFAULT_ROWS = 20;
/** Most rows of one page. */
const MAX_ROWS = 100;

/** Cursors are some dozen characters; longer ones are not ours. */
const MAX_CURSOR = 500;

/** The arguments every list takes. */
export const pageArgs = builder.args((t) => ({ after: t.string(), first: t.int() }));

interface PageArgs {
  readonly after?: string | null | undefined;
  readonly first?: number | null | undefined;
}

/** Checks the page arguments of a list. Throws `BAD_USER_INPUT`. */
export function readPage(args: PageArgs): PageRequest {
  const first = args.first ?? DEFAULT_ROWS;
  if (first < 1 || first > MAX_ROWS) throw badInput('first', `must be between 1 and ${MAX_ROWS}`);
  const after = args.after ?? null;
  if (after !== null && (after === '' || after.length > MAX_CURSOR)) {
    throw badInput(
      'after',
      'not a cursor of this list; use the endCursor of the page before, or leave it out',
    );
  }
  return { first, after };
}

/** Cost of a list: what is below it, once for each row asked for. */
export function pageCost(args: PageArgs): { field: number; multiplier: number } {
  const first = args.first ?? DEFAULT_ROWS;
  return { field: 1, multiplier: Math.min(Math.max(first, 1), MAX_ROWS) };
}

interface Connection<Node> {
  readonly edges: { cursor: string; node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** The page of a query as a connection. A page that starts after a cursor has one before it. */
export function toConnection<Node>(page: Page<Node>, request: PageRequest): Connection<Node> {
  return {
    edges: page.edges.map(({ cursor, node }) => ({ cursor, node })),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: request.after !== null && request.after !== undefined,
      startCursor: page.edges.at(0)?.cursor ?? null,
      endCursor: page.edges.at(-1)?.cursor ?? null,
    },
  };
}
