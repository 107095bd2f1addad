import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What an agent's tool really does here: `ls` and reading one file, both in the demonstration's own folder. */
export async function runTool(name: string, argumentsJson: string): Promise<string> {
  if (name === 'run_command') {
    // Run as fixed words, whatever the model asked for: a demonstration must not execute text from a network.
    const { stdout } = await execute('sh', ['-c', 'ls -l --sort=size']);
    return stdout;
  }
  if (name === 'read_file') return readFile('notes.txt', 'utf8');
  return `unknown tool ${name} with ${argumentsJson}`;
}
