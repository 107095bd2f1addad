import { builder } from '../builder.ts';
import type {
  CaptureDrop,
  CaptureFamily,
  CaptureStage,
  CaptureStatus as StatusShape,
  CaptureTarget,
} from '../capture-status.ts';

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

const Stage = builder.objectRef<CaptureStage>('CaptureStage').implement({
  description: 'What went through one stage since start.',
  fields: (t) => ({
    emitted: t.exposeFloat('emitted'),
    received: t.exposeFloat('received'),
    stage: t.exposeString('stage'),
  }),
});

const Drop = builder.objectRef<CaptureDrop>('CaptureDrop').implement({
  description: 'What one stage lost or left out since start, for one reason.',
  fields: (t) => ({
    intended: t.exposeBoolean('isIntended', {
      description: 'Left out on purpose, such as traffic that is no AI call.',
    }),
    reason: t.exposeString('reason'),
    stage: t.exposeString('stage'),
    total: t.exposeFloat('total'),
  }),
});

const CaptureStatus = builder.objectRef<StatusShape>('CaptureStatus').implement({
  fields: (t) => ({
    behindMs: t.exposeFloat('behindMs'),
    drops: t.field({ type: [Drop], resolve: ({ drops }) => [...drops] }),
    eventsTotal: t.exposeFloat('eventsTotal'),
    families: t.field({ type: [Family], resolve: ({ families }) => [...families] }),
    lostTotal: t.exposeFloat('lostTotal'),
    ready: t.exposeBoolean('ready'),
    reasons: t.stringList({ resolve: ({ reasons }) => [...reasons] }),
    stages: t.field({ type: [Stage], resolve: ({ stages }) => [...stages] }),
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
