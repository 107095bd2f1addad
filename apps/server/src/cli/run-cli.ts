import { Command, CommanderError, Option } from 'commander';
import type { Role } from '@eyrie/db';
import { defaultConfigPath } from '../config/load.ts';
import { suggest } from '../config/suggest.ts';
import { version } from '../version.ts';
import type { CliContext, ConfigOptions } from './context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

const description = 'Sees what AI agents and every other program really do on a Linux host.';

/** Runs one command line (without node and script) and returns the exit status. Never rejects. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let status: number = exitCodes.ok;
  const program = createProgram(context, (code) => {
    status = code;
  });
  const [first] = args;
  const commands = program.commands.map((command) => command.name());
  if (first !== undefined && !first.startsWith('-') && ![...commands, 'help'].includes(first)) {
    // Without this check a misspelt command would be called an argument too many of the default one.
    const meant = suggest(first, commands);
    const hint = meant === undefined ? `known: ${commands.join(', ')}` : `did you mean "${meant}"?`;
    context.printError(`eyrie: there is no command "${first}"; ${hint}\n`);
    return exitCodes.usage;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has printed its own message; help and version are "errors" with status 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof CommandError) {
      context.printError(`eyrie: ${error.message}\n`);
      return error.exitCode;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.printError(`eyrie: an unexpected failure, please report it:\n${detail}\n`);
    return exitCodes.failure;
  }
}

/** Commands load their code when they run: `--version` and `config validate` need no native part. */
function createProgram(context: CliContext, finish: (status: number) => void): Command {
  const program = new Command('eyrie')
    .description(description)
    .version(`eyrie ${version} (node ${process.version})`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(run "eyrie --help" for what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text),
      writeErr: (text) => context.printError(text),
    });

  withServerOptions(program.command('serve', { isDefault: true }))
    .description('capture, store and serve the dashboard (the default)')
    .action(async (options: ConfigOptions) => {
      const { runServe } = await import('./serve.ts');
      finish(await runServe(options, context));
    });

  withScopeOptions(program.command('record'))
    .description('capture without a server and write redacted events, one JSON object a line')
    .requiredOption('-o, --output <file>', 'file to make; mode 0600, never overwritten')
    .action(async (options: ConfigOptions & { output: string }) => {
      const { runRecord } = await import('./record.ts');
      finish(await runRecord(options, context));
    });

  withScopeOptions(program.command('trace'))
    .description('record raw kernel records for tests and bug reports: NOT REDACTED, secrets and all')
    .requiredOption('-o, --output <file>', 'file to make; mode 0600, never overwritten')
    .action(async (options: ConfigOptions & { output: string }) => {
      const { runTrace } = await import('./trace.ts');
      finish(await runTrace(options, context));
    });

  withServerOptions(program.command('replay'))
    .description('send a trace through the same pipeline; needs no privileges')
    .argument('<file>', 'file made by "eyrie trace"')
    .option('-o, --output <file>', 'write JSON lines there and leave the store alone')
    .option('--serve', 'serve the dashboard meanwhile and afterwards')
    .action(async (file: string, options: ConfigOptions & { output?: string; serve?: boolean }) => {
      const { runReplay } = await import('./replay.ts');
      finish(await runReplay(file, options, context));
    });

  program
    .command('check')
    .description('say what can be captured on this machine; exit status 0 ready, 1 limited, 2 not ready')
    .option('--json', 'print the whole report as JSON')
    .action(async (options: { json?: boolean }) => {
      const { runCheck } = await import('./check.ts');
      finish(await runCheck(options, context));
    });

  const user = program.command('user').description('work with accounts');
  withStorageOption(withConfigOption(user.command('add')))
    .description('make an account; the password is asked for, or is the first line of standard input')
    .argument('<name>', 'name to log in with')
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(['viewer', 'operator', 'admin'])
        .default('viewer'),
    )
    .action(async (name: string, options: ConfigOptions & { role: Role }) => {
      const { runUserAdd } = await import('./user-add.ts');
      finish(await runUserAdd(name, options, context));
    });

  const config = program.command('config').description('work with the configuration file');
  withConfigOption(config.command('validate'))
    .description('check the configuration without starting anything')
    .action(async (options: ConfigOptions) => {
      const { runConfigValidate } = await import('./config-validate.ts');
      finish(runConfigValidate(options, context));
    });
  return program;
}

function withConfigOption(command: Command): Command {
  return command.option(
    '-c, --config <file>',
    `configuration file (default: ${defaultConfigPath} if it exists)`,
  );
}

function withScopeOptions(command: Command): Command {
  return withConfigOption(command)
    .option(
      '--scope-subtree <pid>',
      'capture only this process and its descendants; may be repeated',
      collect,
    )
    .option('--scope-cgroup <path>', 'capture only this control group; may be repeated', collect);
}

function withServerOptions(command: Command): Command {
  return withStorageOption(withScopeOptions(command))
    .option('-p, --port <port>', 'port to listen on')
    .option('--host <address>', 'address to listen on');
}

function withStorageOption(command: Command): Command {
  return command.option('--storage <directory>', 'where the databases are kept');
}

function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}
