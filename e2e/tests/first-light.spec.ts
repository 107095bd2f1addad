import { expect } from '@playwright/test';
import { signIn } from '../src/sign-in.ts';
import { test } from '../src/system.ts';

test.beforeEach(({ system }) => test.skip(!system.captures, 'nothing can be captured here'));

test('a real client’s call over TLS appears, redacted, in the authenticated page', async ({
  page,
  system,
}) => {
  await signIn(page, system);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'AI activity' }).click();
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await system.runClient('openai-agent');
  // No reload: the row arrives by subscription, through nginx.
  const row = page.getByRole('row').filter({ hasText: 'Which files in this project are the largest?' });
  await expect(row).toContainText('gpt-5-mini');
  await expect(row).toContainText('openai');
  await expect(row).toContainText('removed');

  await row.getByRole('link').first().click();
  const dialogue = page.locator('body');
  await expect(dialogue).toContainText('run_command');
  await expect(dialogue).toContainText('Done — the tool answered with');
  await expect(dialogue).toContainText('server.log');
  await expect(dialogue).not.toContainText('ghp_DEMO');
  await expect(page.getByRole('heading', { name: 'Turn 2' })).toBeVisible();
  const who = page.getByRole('complementary', { name: 'Who did this' });
  await expect(who).toContainText('openai-agent.ts');
  await page.screenshot({ path: 'test-results/conversation.png', fullPage: true });
});

test('Anthropic messages show thinking, the tool, its result and a failed call', async ({ page, system }) => {
  await signIn(page, system);
  await system.runClient('anthropic-agent');
  await page.goto(`${system.origin}/ai?q=provider%3Aanthropic`);
  await page.getByRole('link', { name: /Summarise notes\.txt/ }).click();
  const body = page.locator('body');
  await expect(body).toContainText('read_file');
  await expect(body).toContainText('Ship on Friday.');
  await expect(body).toContainText('🦅');
  await expect(body).not.toContainText('jane.doe@example.com');
  await page.goto(`${system.origin}/ai?q=provider%3Aanthropic`);
  await page.getByRole('link', { name: /Please overload/ }).click();
  await expect(body).toContainText('overloaded_error');
});

test('the Responses API and curl are seen too, and plain pages are not', async ({ page, system }) => {
  await signIn(page, system);
  await system.runClient('openai-responses');
  await system.runClient('curl');
  await page.goto(`${system.origin}/ai`);
  await expect(page.getByRole('link', { name: /How big is this project/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /What is eBPF/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /Does this key still work/ })).toBeVisible();
  await expect(page.locator('body')).not.toContainText('Not an AI call');
  await page.screenshot({ path: 'test-results/activity.png', fullPage: true });
});

test('without script the list, the filter and the conversation still work', async ({
  browser,
  page,
  system,
}) => {
  await signIn(page, system);
  await system.runClient('curl');
  const cookies = await page.context().cookies();
  const plain = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
  await plain.addCookies(cookies);
  const still = await plain.newPage();
  await still.goto(`${system.origin}/ai?q=eBPF`);
  await still
    .getByRole('link', { name: /What is eBPF/ })
    .first()
    .click();
  await expect(still.locator('body')).toContainText('no proxy and no change to the program');
  await plain.close();
});
