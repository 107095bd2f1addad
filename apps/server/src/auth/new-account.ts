import { findPasswordProblem } from './password.ts';

export interface AccountProblem {
  readonly field: 'name' | 'password';
  readonly message: string;
}

const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

/** What is wrong with the name and password of an account to be made; null when nothing is. */
export function findAccountProblem(name: string, password: string): AccountProblem | null {
  if (!namePattern.test(name)) {
    const message = 'Use 1 to 64 letters, digits, ".", "_", "-" or "@", starting with a letter or digit.';
    return { field: 'name', message };
  }
  const message = findPasswordProblem(password, name);
  return message === null ? null : { field: 'password', message };
}
