import type { StoredFacets } from '@eyrie/db';
import { builder } from '../builder.ts';
import { readSince } from '../event-filter.ts';

const Facets = builder.objectRef<StoredFacets>('Facets').implement({
  description: 'Values that occur among the newest 20 000 AI events, for filter forms; at most 200 each.',
  fields: (t) => ({
    models: t.stringList({ resolve: ({ models }) => [...models] }),
    processNames: t.stringList({ resolve: ({ processNames }) => [...processNames] }),
    providers: t.stringList({ resolve: ({ providers }) => [...providers] }),
  }),
});

builder.queryFields((t) => ({
  facets: t.field({
    type: Facets,
    authScopes: { viewer: true },
    args: { since: t.arg.string({ description: 'RFC 3339 with a zone, inclusive.' }) },
    resolve: (_root, { since }, { reader }) => reader.findFacets({ sinceUs: readSince(since) }),
  }),
}));
