import type { AuditEntry as StoredEntry } from '@eyrie/db';
import { builder } from '../builder.ts';
import { pageArgs, pageCost, readPage, toConnection } from '../connection.ts';
import { formatTime } from '../time.ts';

const AuditEntry = builder.objectRef<StoredEntry>('AuditEntry').implement({
  fields: (t) => ({
    action: t.exposeString('action'),
    actor: t.exposeString('actor'),
    after: t.exposeString('after', { nullable: true, description: 'JSON text.' }),
    before: t.exposeString('before', { nullable: true, description: 'JSON text.' }),
    id: t.exposeID('id'),
    ipAddress: t.exposeString('ip', { nullable: true }),
    target: t.exposeString('target'),
    time: t.string({ resolve: ({ timeUs }) => formatTime(timeUs) }),
  }),
});

const AuditEntryConnection = builder.connectionObject({ type: AuditEntry, name: 'AuditEntryConnection' });

builder.queryFields((t) => ({
  audit: t.field({
    type: AuditEntryConnection,
    description: 'Newest first. Admins only.',
    authScopes: { admin: true },
    args: pageArgs,
    complexity: pageCost,
    resolve: async (_root, args, { control }) => {
      const page = readPage(args);
      return toConnection(await control.findAudit(page), page);
    },
  }),
}));
