import type { GraphQlDocument } from './document.ts';
import { readReply, requestInit } from './request.ts';

/** Runs one operation from the browser as the viewer. Throws a GraphQlError, or what `fetch` throws without a network. */
export async function fetchOperation<Result, Variables>(
  document: GraphQlDocument<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  return readReply(document, await fetch('/graphql', requestInit(document, variables)));
}
