import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/free-port.ts';
import { startProgram } from '../src/program.ts';
import { makeAdministrator } from '../src/sign-in.ts';
import { findSetupLink } from '../src/system.ts';

const repository = join(import.meta.dirname, '../..');

test('without capture the banner says so, and recorded conversations can be replayed into the running dashboard', async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-e2e-replay-'));
  const port = await freePort();
  const config = [
    '[storage]',
    `directory = "${folder}/storage"`,
    '[capture]',
    'process = false',
    'tls = false',
  ];
  writeFileSync(join(folder, 'config.toml'), config.join('\n'));
  const env = { EYRIE_CONFIG: join(folder, 'config.toml') };
  const main = join(repository, 'apps/server/src/main.ts');
  const eyrie = startProgram(process.execPath, [main, 'serve', '--port', String(port)], { env });
  try {
    await eyrie.says('/setup?token=');
    await makeAdministrator(page, findSetupLink(eyrie.output()));
    await expect(page.locator('body')).toContainText('Nothing is captured');

    await page.goto(`http://127.0.0.1:${port}/ai`);
    await expect(page.getByText('Live', { exact: true })).toBeVisible();
    const demo = startProgram(
      process.execPath,
      [join(repository, 'deploy/demo/src/main.ts'), '--replay', '--dashboard', `http://127.0.0.1:${port}`],
      { env },
    );
    await demo.says('replayed by the running server');
    // Live, without a reload.
    await expect(page.getByRole('link', { name: /Which files in this project/ })).toBeVisible();
    await expect(page.getByRole('link', { name: /Summarise notes/ })).toBeVisible();
    await expect(page.locator('body')).not.toContainText('ghp_DEMO');
  } finally {
    await eyrie.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
