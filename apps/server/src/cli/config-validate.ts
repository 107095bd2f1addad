import { requireConfig, sourcesOf, type CliContext, type ConfigOptions } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { defaultConfigPath } from '../config/load.ts';

/** `eyrie config validate`. Throws `CommandError` with every problem. */
export function runConfigValidate(options: ConfigOptions, context: CliContext): number {
  const { path } = requireConfig(sourcesOf(options, context));
  const subject = path === null ? `There is no ${defaultConfigPath}; the defaults apply` : `${path} is valid`;
  context.print(`${subject}.\n`);
  return exitCodes.ok;
}
