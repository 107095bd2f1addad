import { storeError } from '../store-error.ts';
import type { Page, PageRequest } from './types.ts';

/** Position of a row in a list sorted by (time, id). */
export interface Position {
  readonly timeUs: number;
  readonly id: number;
}

const DEFAULT_FIRST = 20;
const MAX_FIRST = 100;

/** The text handed out for a position. Not secret and not signed: any position is a legal place to go on from. */
function encodeCursor(position: Position): string {
  return `${position.timeUs}.${position.id}`;
}

/** The position of a cursor. Throws `StoreError` STORE_BAD_CURSOR when the text is not one. */
function decodeCursor(cursor: string): Position {
  const parts = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor);
  if (parts === null) throw storeError('STORE_BAD_CURSOR', '');
  return { timeUs: Number(parts[1]), id: Number(parts[2]) };
}

/** The rows a page asks for, between 1 and 100, and the position it starts after. */
export function readPageRequest(page: PageRequest = {}): {
  readonly first: number;
  readonly after: Position | null;
} {
  const wanted = Math.trunc(page.first ?? DEFAULT_FIRST);
  const first = Number.isNaN(wanted) ? DEFAULT_FIRST : Math.min(Math.max(wanted, 1), MAX_FIRST);
  const after = page.after ?? null;
  return { first, after: after === null ? null : decodeCursor(after) };
}

/** Builds a page from rows of which one more than `first` was asked for. */
export function toPage<Row, Node>(
  rows: readonly Row[],
  first: number,
  map: { readonly node: (row: Row) => Node; readonly position: (row: Row) => Position },
): Page<Node> {
  const edges = rows
    .slice(0, first)
    .map((row) => ({ cursor: encodeCursor(map.position(row)), node: map.node(row) }));
  return { edges, hasNextPage: rows.length > first };
}
