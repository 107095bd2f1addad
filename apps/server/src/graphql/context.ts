import type { ControlStore, EventReader, Role } from '@eyrie/db';
import type { Bus } from '../ingest/bus.ts';
import type { LiveEvent } from '../ingest/live-event.ts';
import type { RuleService } from '../rules/rule-service.ts';
import type { CaptureStatus } from './capture-status.ts';
import type { Loaders } from './loaders.ts';

/** Who asks: all this layer knows of accounts. */
export interface Viewer {
  readonly name: string;
  readonly role: Role;
}

/** What the HTTP layer knows about one request. */
export interface RequestScope {
  readonly viewer: Viewer | null;
  /** Address of the client as the HTTP layer trusts it, for the audit log. */
  readonly clientAddress: string;
  /**
   * Asked every few seconds while a subscription is open: who the session belongs to now, or null when it has ended. A
   * subscription whose viewer is gone or lost the role is closed. Absent: the viewer stays valid while connected.
   */
  readonly revalidate?: (() => Promise<Viewer | null>) | undefined;
}

/** Where this layer reports what clients are not told. */
export interface ErrorLog {
  error(details: { readonly err: unknown }, message: string): void;
}

/** What GraphQL needs from the rest of the server. */
export interface GraphqlDeps {
  readonly reader: EventReader;
  readonly control: Pick<ControlStore, 'findAudit'>;
  readonly bus: Bus<LiveEvent>;
  readonly rules: RuleService;
  captureStatus(): CaptureStatus | Promise<CaptureStatus>;
  readonly log: ErrorLog;
  readonly live?: LiveOptions;
}

export interface LiveOptions {
  /** Least pause between two batches to one client, milliseconds. Default 75. */
  readonly batchMs?: number;
  /** Most events in one batch. Default 200. */
  readonly batchEvents?: number;
  /** How often an open subscription checks its session, milliseconds. Default 5 000. */
  readonly revalidateMs?: number;
  /** Most open subscriptions of the whole server. Default 200. */
  readonly maxSubscriptions?: number;
  /** Most open subscriptions of one account. Default 50. */
  readonly maxSubscriptionsPerViewer?: number;
}

/** What resolvers see. */
export interface GraphqlContext extends RequestScope, GraphqlDeps {
  /** Open subscriptions by account name. */
  readonly subscriptions: Map<string, number>;
  readonly loaders: Loaders;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

const rank: Record<Role, number> = { viewer: 1, operator: 2, admin: 3 };

/** True when `viewer` is somebody with at least the rights of `role`. */
export function hasRole(viewer: Viewer | null, role: Role): boolean {
  return viewer !== null && rank[viewer.role] >= rank[role];
}
