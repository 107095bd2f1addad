import { spawn, type ChildProcess } from 'node:child_process';

/** A program started for the tests: its output so far, and the way to end it by its own pid. */
export interface Program {
  readonly child: ChildProcess;
  output(): string;
  /** Waits until the output holds `text`; fails with the whole output when the program ends or the time is up. */
  says(text: string, timeoutMs?: number): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function startProgram(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Program {
  const env = { ...process.env, ...options.env };
  const child = spawn(command, args, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const says = async (text: string, timeoutMs = 30_000): Promise<void> => {
    const deadline = Date.now() + timeoutMs;
    while (!output.includes(text)) {
      if (child.exitCode !== null)
        throw new Error(`${command} ended with ${child.exitCode} before it said "${text}":\n${output}`);
      if (Date.now() > deadline)
        throw new Error(`${command} did not say "${text}" in ${timeoutMs} ms:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null) child.kill(signal);
    return ended;
  };
  return { child, output: () => output, says, stop };
}
