/** Container identity as the control group path shows it. */

/** docker-ID.scope, cri-containerd-ID.scope, libpod-ID.scope, /docker/ID, /kubepods/…/ID: 64 hex digits, all runtimes. */
const containerId = /(?:^|[/-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/g;

/** The id of the innermost container of a path, or undefined for a process of the host. */
export function containerIdOf(cgroup: string): string | undefined {
  let found: string | undefined;
  // a lookahead-free pattern consumes the slash between two ids; step back over it
  containerId.lastIndex = 0;
  for (let match = containerId.exec(cgroup); match !== null; match = containerId.exec(cgroup)) {
    found = match[1];
    containerId.lastIndex -= 1;
  }
  return found;
}
