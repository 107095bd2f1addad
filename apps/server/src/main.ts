import { createProcessContext } from './cli/process-context.ts';
import { runCli } from './cli/run-cli.ts';

// Commands compose what they need; this is where the outside world comes in, and where the process ends.
process.exit(await runCli(process.argv.slice(2), createProcessContext()));
