import type { Role } from '@eyrie/db';

/** Who makes a request. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** True when the viewer's role is `role` or one that includes it. */
export function hasRole(viewer: Viewer, role: Role): boolean {
  return ranks[viewer.role] >= ranks[role];
}
