import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';

const imports = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** A program that stops the way `eyrie serve` does, with something that goes wrong in it. */
async function run(
  trouble: string,
  cleanUp: string,
): Promise<{ status: number; stdout: string; ms: number }> {
  const program = `
    import { createProcessContext } from ${imports('../cli/process-context.ts')};
    import { createLogger } from ${imports('../log/create-logger.ts')};
    import { waitForStop } from ${imports('./stop.ts')};
    const log = createLogger('info');
    const stopped = waitForStop(createProcessContext(), log);
    setInterval(() => {}, 1000);
    ${trouble}
    const { exitCode } = await stopped;
    ${cleanUp}
    log.info('flushed');
    process.exit(exitCode);
  `;
  const start = performance.now();
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', program], (error, stdout) => {
      const status = typeof error?.code === 'number' ? error.code : 0;
      resolve({ status, stdout, ms: performance.now() - start });
    });
  });
}

it.each([
  ['an exception', `setTimeout(() => { throw new Error('broken'); }, 10);`],
  ['a rejection', `void Promise.reject(new Error('broken'));`],
])('flushes after %s nobody caught, logs it and exits with a failure', async (_name, trouble) => {
  const { status, stdout } = await run(trouble, '');
  expect(status).toBe(1);
  expect(stdout).toMatch(/"level":"fatal".*broken.*nobody caught.*flushed/s);
});

it('flushes after SIGTERM and exits with success', async () => {
  const { status, stdout } = await run(`setTimeout(() => process.kill(process.pid, 'SIGTERM'), 10);`, '');
  expect(status).toBe(0);
  expect(stdout).toContain('flushed');
});

it('ends within five seconds when cleaning up hangs, and says what it means', async () => {
  const trouble = `setTimeout(() => process.kill(process.pid, 'SIGTERM'), 10);`;
  const { status, stdout, ms } = await run(trouble, 'await new Promise(() => {});');
  expect(status).toBe(1);
  expect(stdout).toContain('stopping took longer');
  expect(ms).toBeLessThan(7000);
}, 15_000);
