/** User names from passwd(5), read again when the file changes. */
import { readFileSync, statSync } from 'node:fs';

export interface UserNames {
  /** Undefined for a number without a name: a user of a container or of a directory service. */
  nameOf(uid: number): string | undefined;
}

/** No names: for replay. */
export const noUsers: UserNames = { nameOf: () => undefined };

/** The file is looked at again after this long at the earliest. */
const recheckMs = 5_000;

function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    // the first of several names of one number is the one that tools show
    if (
      name !== undefined &&
      name !== '' &&
      uid !== undefined &&
      /^\d+$/.test(uid) &&
      !names.has(Number(uid))
    ) {
      names.set(Number(uid), name);
    }
  }
  return names;
}

/** Names of a passwd file; a file that cannot be read has none. */
export function createUserNames(path: string, now: () => number): UserNames {
  let names: ReadonlyMap<number, string> = new Map();
  let modified = Number.NaN;
  let checked = Number.NEGATIVE_INFINITY;
  return {
    nameOf(uid) {
      if (now() - checked >= recheckMs) {
        checked = now();
        try {
          const { mtimeMs } = statSync(path);
          if (mtimeMs !== modified) names = parsePasswd(readFileSync(path, 'utf8'));
          modified = mtimeMs;
        } catch {
          names = new Map();
          modified = Number.NaN;
        }
      }
      return names.get(uid);
    },
  };
}
