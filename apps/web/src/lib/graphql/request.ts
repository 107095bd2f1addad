import type { GraphQlDocument } from './document.ts';

interface Reply<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly errors?: readonly FieldError[] };
  }[];
}

/** What is wrong with one field of the input. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
  /** 1-based place in the field where it stops making sense. */
  readonly column: number | null;
}

/** A GraphQL request that gave no data; the message is for people. */
export class GraphQlError extends Error {
  readonly code = 'WEB_GRAPHQL_FAILED';
  /** The fields at fault; empty when it is none. */
  readonly fields: readonly FieldError[];
  /** The request itself is at fault, and would fail again. */
  readonly isBadInput: boolean;

  constructor(message: string, errors: NonNullable<Reply<unknown>['errors']> = []) {
    super(message);
    this.fields = errors.flatMap((error) => error.extensions?.errors ?? []);
    this.isBadInput = errors.some((error) => error.extensions?.code === 'BAD_USER_INPUT');
  }
}

/** Body and headers of one operation, for `fetch` in the browser and for the in-process call on the server. */
export function requestInit<Result, Variables>(
  document: GraphQlDocument<Result, Variables>,
  variables: Variables,
): { method: string; headers: Record<string, string>; body: string } {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ operationName: document.name, query: document.text, variables }),
  };
}

/** Reads the answer of one operation. Throws a GraphQlError when it holds no data or any error. */
export async function readReply<Result, Variables>(
  _document: GraphQlDocument<Result, Variables>,
  response: Response,
): Promise<Result> {
  // The schema the document was generated from is what the server answers by, so the type holds.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  const reply = (await response.json().catch(() => ({}))) as Reply<Result>;
  const messages = (reply.errors ?? []).map((error) => error.message);
  if (reply.data == null || messages.length > 0) {
    const reason = messages.length > 0 ? messages.join(' ') : `The server answered ${response.status}.`;
    throw new GraphQlError(reason, reply.errors);
  }
  return reply.data;
}
