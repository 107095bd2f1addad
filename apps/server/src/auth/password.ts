import { hash, verify } from '@node-rs/argon2';

/** Argon2id (what the library uses unless told otherwise; a test holds it to that) with 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet. About 23 ms on the reference machine. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** NIST SP 800-63B: at least eight, and longer ones encouraged; no rules about kinds of characters. */
const minimumPasswordLength = 12;
const maximumPasswordLength = 256;

/** Says what is wrong with a new password, or null. */
export function findPasswordProblem(password: string, name: string): string | null {
  const length = Array.from(password).length;
  if (length < minimumPasswordLength) {
    return `Use at least ${minimumPasswordLength} characters; a sentence is easy to remember.`;
  }
  if (length > maximumPasswordLength) return `Use at most ${maximumPasswordLength} characters.`;
  if (new Set(password).size < 4) return 'Use more than three different characters.';
  if (password.toLowerCase() === name.toLowerCase()) return 'Use something other than the user name.';
  return null;
}

/** Hashes off the main thread; the result is a PHC string that carries salt and parameters. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), parameters);
}

/**
 * True when `password` belongs to `passwordHash`. With null, for an account that does not exist, the same work is done
 * and the answer is false, so that time does not tell which names exist.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoyHash ??= hashPassword('no account has this password');
  const matches = await verify(passwordHash ?? (await decoyHash), clip(password).normalize('NFKC'));
  return matches && passwordHash !== null;
}

let decoyHash: Promise<string> | undefined;

/** A stored password is never longer, so nothing that could match is cut off. */
function clip(password: string): string {
  return password.slice(0, maximumPasswordLength * 4);
}
