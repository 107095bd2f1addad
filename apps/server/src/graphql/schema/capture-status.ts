import { builder } from '../builder.ts';
import type { CaptureFamily, CaptureStatus as StatusShape, CaptureTarget } from '../capture-status.ts';

const Family = builder.objectRef<CaptureFamily>('CaptureFamily').implement({
  fields: (t) => ({
    active: t.exposeBoolean('active'),
    name: t.exposeString('name'),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it is not active.' }),
  }),
});

const TlsTarget = builder.objectRef<CaptureTarget>('TlsTarget').implement({
  fields: (t) => ({
    captured: t.exposeBoolean('captured'),
    library: t.exposeString('library'),
    path: t.exposeString('path'),
    processCount: t.exposeInt('processCount'),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it is not captured.' }),
  }),
});

const CaptureStatus = builder.objectRef<StatusShape>('CaptureStatus').implement({
  fields: (t) => ({
    behindMs: t.exposeFloat('behindMs'),
    eventsTotal: t.exposeFloat('eventsTotal'),
    families: t.field({ type: [Family], resolve: ({ families }) => [...families] }),
    lostTotal: t.exposeFloat('lostTotal'),
    ready: t.exposeBoolean('ready'),
    reasons: t.stringList({ resolve: ({ reasons }) => [...reasons] }),
    targets: t.field({ type: [TlsTarget], resolve: ({ targets }) => [...targets] }),
  }),
});

builder.queryFields((t) => ({
  captureStatus: t.field({
    type: CaptureStatus,
    authScopes: { viewer: true },
    resolve: (_root, _args, context) => context.captureStatus(),
  }),
}));
