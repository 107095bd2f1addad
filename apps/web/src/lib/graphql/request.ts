import type { GraphQlDocument } from './document.ts';

interface Reply<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** A GraphQL request that gave no data; the message is for people. */
export class GraphQlError extends Error {
  readonly code = 'WEB_GRAPHQL_FAILED';
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
    throw new GraphQlError(reason);
  }
  return reply.data;
}
