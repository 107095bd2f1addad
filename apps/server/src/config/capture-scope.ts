import { readFileSync } from 'node:fs';
import type { CaptureScope } from '@eyrie/bpf';
import type { Config } from './schema.ts';

type Selection = Config['capture']['exclude'];

export type ScopeResult =
  { readonly ok: true; readonly scope: CaptureScope } | { readonly ok: false; readonly message: string };

/** The scope the kernel filters by, with user names as ids. A name nobody has is an error: it would select nothing. */
export function toCaptureScope(
  capture: Config['capture'],
  findUid: (name: string) => number | undefined,
): ScopeResult {
  const unknown: string[] = [];
  const select = (selection: Selection): CaptureScope['exclude'] => ({
    cgroups: [...selection.cgroups],
    executables: [...selection.executables],
    subtreePids: [...selection.subtree_pids],
    users: selection.users.flatMap((user) => {
      const uid = typeof user === 'number' ? user : findUid(user);
      if (uid === undefined) unknown.push(String(user));
      return uid ?? [];
    }),
  });
  const scope = { mode: capture.scope, ...select(capture), exclude: select(capture.exclude) };
  if (unknown.length === 0) return { ok: true, scope };
  return { ok: false, message: `capture.users: there is no user called ${unknown.join(', ')}` };
}

/** The numeric id of a local account. Reads /etc/passwd, which has all accounts services run under. */
export function findLocalUid(name: string): number | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [account, , uid] = line.split(':');
    if (account === name && uid !== undefined) return Number(uid);
  }
  return undefined;
}
