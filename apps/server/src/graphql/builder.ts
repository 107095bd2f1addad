import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { hasRole } from './context.ts';
import type { GraphqlContext } from './context.ts';
import { refusal } from './errors.ts';

interface SchemaTypes {
  Context: GraphqlContext;
  AuthScopes: { viewer: boolean; operator: boolean; admin: boolean };
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: { ID: { Input: string; Output: string | number } };
}

/** The one schema builder. It defines no types: those are in `schema/`, one file a type. */
export const builder = new SchemaBuilder<SchemaTypes>({
  defaultFieldNullability: false,
  // The first plugin wraps all others. Errors is outermost, so that it sees what resolvers throw; refusals of ScopeAuth are in
  // no result union, so they pass it. Complexity only carries the cost of fields here: limits.ts adds them up before
  // anything runs, subscriptions included.
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, ComplexityPlugin],
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: (context) => ({
      viewer: hasRole(context.viewer, 'viewer'),
      operator: hasRole(context.viewer, 'operator'),
      admin: hasRole(context.viewer, 'admin'),
    }),
    unauthorizedError: (_parent, context, info) => refusal(context.viewer !== null, info.fieldName),
  },
  relay: {
    cursorType: 'String',
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    // The field that gives the connection is what multiplies: edges would count as ten rows for each of its rows.
    edgesFieldOptions: { nullable: { list: false, items: false }, complexity: { field: 1, multiplier: 1 } },
    nodeFieldOptions: { nullable: false },
  },
});

builder.queryType();
builder.mutationType();
builder.subscriptionType();
