import { error } from '@sveltejs/kit';
import type { GraphQlDocument } from '../graphql/document.ts';
import { GraphQlError, readReply, requestInit } from '../graphql/request.ts';
import type { Platform } from './platform.ts';

/** Runs one operation in-process as the viewer. Throws a GraphQlError when it gives no data. */
export async function askServer<Result, Variables>(
  platform: Platform,
  document: GraphQlDocument<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const request = new Request(new URL('/graphql', platform.publicOrigin), requestInit(document, variables));
  return readReply(document, await platform.graphql(request));
}

/** Like `askServer`, but a failure becomes the error page with the server's own words. */
export async function runOperation<Result, Variables>(
  platform: Platform,
  document: GraphQlDocument<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  try {
    return await askServer(platform, document, variables);
  } catch (cause) {
    if (cause instanceof GraphQlError) error(cause.isBadInput ? 400 : 502, cause.message);
    throw cause;
  }
}
