import { StoreError } from '@eyrie/db';
import { GraphQLError } from 'graphql';
import type { ErrorLog } from './context.ts';

/** An argument the client can correct: shown as it is, with the argument's name in `extensions.argument`. */
export function badInput(argument: string, message: string): GraphQLError {
  return new GraphQLError(`${argument}: ${message}`, { extensions: { code: 'BAD_USER_INPUT', argument } });
}

/** The refusal of a field: `UNAUTHENTICATED` when nobody is logged in, else `FORBIDDEN`. */
export function refusal(loggedIn: boolean, fieldName: string): GraphQLError {
  return loggedIn
    ? new GraphQLError(`Your role does not allow "${fieldName}".`, { extensions: { code: 'FORBIDDEN' } })
    : new GraphQLError(`Log in to read "${fieldName}".`, { extensions: { code: 'UNAUTHENTICATED' } });
}

function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError !== undefined
    ? originOf(error.originalError)
    : error;
}

function shownFor(
  origin: unknown,
  message: string,
): { message: string; extensions: Record<string, unknown> } {
  if (!(origin instanceof StoreError)) return { message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  if (origin.code === 'STORE_BAD_CURSOR') {
    return {
      message: 'after: not a cursor of this list; use the endCursor of the page before, or leave it out',
      extensions: { code: 'BAD_USER_INPUT', argument: 'after' },
    };
  }
  // The store's own message names files: that is for the log.
  return {
    message: 'The store cannot be read right now. The server log says why.',
    extensions: { code: 'STORE_UNAVAILABLE', reason: origin.code },
  };
}

/**
 * Makes the function that decides what a client is told of an error: errors meant for clients pass, a bad cursor becomes an
 * input error, everything else is logged and replaced by `message`.
 */
export function createErrorMask(log: ErrorLog): (error: unknown, message: string) => Error {
  return (error, message) => {
    const origin = originOf(error);
    if (error instanceof GraphQLError && origin instanceof GraphQLError) return error;
    const shown = shownFor(origin, message);
    if (shown.extensions['code'] !== 'BAD_USER_INPUT') log.error({ err: origin }, 'A GraphQL request failed');
    const { nodes, path } = error instanceof GraphQLError ? error : {};
    return new GraphQLError(shown.message, {
      ...(nodes === undefined ? {} : { nodes }),
      ...(path === undefined ? {} : { path }),
      extensions: shown.extensions,
    });
  };
}
