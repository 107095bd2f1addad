import { join } from 'node:path';
import { openControlStore, StoreError, type ControlStore, type Role } from '@eyrie/db';
import { findAccountProblem } from '../auth/new-account.ts';
import { hashPassword } from '../auth/password.ts';
import { requireConfig, sourcesOf, type CliContext, type ConfigOptions } from './context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/**
 * `eyrie user add NAME`: makes an account, also while the server runs. The password comes from the terminal or standard input,
 * never from the command line, which every user of the machine can read. Throws `CommandError`.
 */
export async function runUserAdd(
  name: string,
  options: ConfigOptions & { readonly role: Role },
  context: CliContext,
): Promise<number> {
  const { config } = requireConfig(sourcesOf(options, context));
  const control = await open(join(config.storage.directory, 'control.db'));
  try {
    await refuseBeforeFirstAdmin(control, options.role);
    const password = await context.readNewPassword();
    const problem = findAccountProblem(name, password);
    if (problem !== null)
      throw new CommandError(exitCodes.usage, `The ${problem.field} can't be used. ${problem.message}`);
    const passwordHash = await hashPassword(password);
    const by = { name: `${context.userName} (command line)`, ip: null };
    const creation = await control.createUser({ name, passwordHash, role: options.role }, by);
    if (creation.kind === 'name_taken')
      throw new CommandError(exitCodes.usage, `There is already an account named "${name}".`);
    context.print(`${name} may now log in as ${options.role}.\n`);
    return exitCodes.ok;
  } finally {
    await control.close();
  }
}

async function open(path: string): Promise<ControlStore> {
  try {
    return await openControlStore({ path });
  } catch (error) {
    if (error instanceof StoreError)
      throw new CommandError(exitCodes.storage, error.message, { cause: error });
    throw error;
  }
}

/** The set-up link dies with the first account: one that can't administer would lock everybody out. */
async function refuseBeforeFirstAdmin(control: ControlStore, role: Role): Promise<void> {
  if (role === 'admin' || (await control.countUsers()) > 0) return;
  const message =
    'There is no administrator yet. Open the set-up link from the log first, or make the first account with --role admin.';
  throw new CommandError(exitCodes.usage, message);
}
