import type { NativeEngine } from '../native.ts';
import { resolveScope, type ResolvedScope } from './resolve-scope.ts';
import type { CaptureScope } from './types.ts';

function key32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function key64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** struct file_key of control.h from "device:inode". */
export function fileKey(name: string): Buffer {
  const [device = '0', inode = '0'] = name.split(':');
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(inode), 0);
  bytes.writeUInt32LE(Number(device), 8);
  return bytes;
}

type Entries = ReadonlyMap<string, { readonly key: Buffer; readonly action: number }>;

function encode<K>(map: ReadonlyMap<K, number>, toKey: (key: K) => Buffer): Entries {
  return new Map(
    [...map].map(([name, action]) => {
      const key = toKey(name);
      return [key.toString('hex'), { key, action }];
    }),
  );
}

function encodeAll(scope: ResolvedScope): (readonly [map: string, entries: Entries])[] {
  return [
    ['scope_cgroups', encode(scope.cgroups, key64)],
    ['scope_users', encode(scope.users, key32)],
    ['scope_executables', encode(scope.executables, fileKey)],
    ['scope_subtrees', encode(scope.subtrees, key32)],
  ];
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function sameSubtrees(a: CaptureScope | undefined, b: CaptureScope): boolean {
  if (a === undefined) return false;
  return (
    sameNumbers(a.subtreePids, b.subtreePids) && sameNumbers(a.exclude.subtreePids, b.exclude.subtreePids)
  );
}

/** What a scope is written for. */
export interface ScopeWriting {
  readonly scope: CaptureScope;
  /** The scope that was written before, if any. */
  readonly previous: CaptureScope | undefined;
  readonly ownPid: number;
}

/**
 * Makes the kernel's scope maps of `object` hold a scope: additions, then the mode, then removals, so that no process
 * is in the wrong scope in between. Subtrees are looked up twice, because a process may fork while they are read.
 * Throws as `resolveScope` does, and ENGINE_MAP_FAILED when a map is full.
 */
export function writeScope(native: NativeEngine, object: number, writing: ScopeWriting): void {
  const { scope, previous, ownPid } = writing;
  const write = (resolved: ResolvedScope): void => {
    for (const [map, entries] of encodeAll(resolved)) {
      for (const { key, action } of entries.values()) native.mapUpdate(object, map, key, Buffer.of(action));
    }
  };
  const resolved = resolveScope(scope, ownPid);
  write(resolved);
  const config = Buffer.alloc(8);
  config.writeUInt32LE(resolved.mode, 0);
  config.writeUInt32LE(resolved.kinds, 4);
  native.mapUpdate(object, 'scope_config', key32(0), config);
  for (const [map, entries] of encodeAll(resolved)) {
    // The kernel has added members of the subtrees that /proc no longer connects to their roots: those stay.
    if (map === 'scope_subtrees' && sameSubtrees(previous, scope)) continue;
    for (const key of native.mapKeys(object, map)) {
      if (!entries.has(Buffer.from(key).toString('hex'))) native.mapDelete(object, map, key);
    }
  }
  write(resolveScope(scope, ownPid));
}
