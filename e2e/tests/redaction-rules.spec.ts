import { expect, type Page } from '@playwright/test';
import { signIn } from '../src/sign-in.ts';
import { test } from '../src/system.ts';

async function fillRule(
  page: Page,
  rule: { name: string; pattern: string; placeholder: string },
): Promise<void> {
  await page.getByLabel('Name').fill(rule.name);
  await page.getByLabel('Expression').fill(rule.pattern);
  await page.getByLabel('Leaves in its place').fill(rule.placeholder);
}

test('a rule is made with a live preview, takes effect at once, is edited, disabled and deleted, and all is audited', async ({
  page,
  system,
}) => {
  await signIn(page, system);
  await page.goto(`${system.origin}/redaction`);
  await page.getByRole('link', { name: 'New rule' }).click();
  await fillRule(page, { name: 'topic', pattern: 'eB(PF', placeholder: '[TOPIC_REDACTED]' });
  await page
    .getByRole('button', { name: /Add|Create|Make|Save/ })
    .first()
    .click();
  const pattern = page.getByLabel('Expression');
  await expect(pattern).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#pattern-error')).toContainText(/\d/);
  await expect(pattern).toBeFocused();

  await pattern.fill('eBPF');
  await page.getByLabel(/Paste text/).fill('All about eBPF, by bob@example.com');
  await expect(page.getByText('Removed:')).toContainText('topic');
  await expect(page.getByText('Removed:')).toContainText('email');
  await page.screenshot({ path: 'test-results/rule-form.png', fullPage: true });
  await page
    .getByRole('button', { name: /Add|Create|Make|Save/ })
    .first()
    .click();
  await expect(page.getByRole('status')).toContainText('topic');

  await system.runClient('curl');
  await page.goto(`${system.origin}/ai?q=${encodeURIComponent('"TOPIC_REDACTED"')}`);
  await expect(page.getByRole('row').filter({ hasText: 'What is' }).first()).toBeVisible();

  await page.goto(`${system.origin}/redaction`);
  await page.getByRole('link', { name: 'topic' }).click();
  await page.getByText('Delete this rule…').click();
  await page.getByRole('button', { name: 'Delete rule “topic”' }).click();
  await expect(page.getByRole('status')).toContainText('topic');
  await page.goto(`${system.origin}/audit`);
  const table = page.getByRole('table');
  await expect(table).toContainText('topic');
  await expect(table).toContainText('ada');
  await page.screenshot({ path: 'test-results/audit.png', fullPage: true });
});

test('without script the form saves, previews and names the place of an error', async ({
  browser,
  page,
  system,
}) => {
  await signIn(page, system);
  const cookies = await page.context().cookies();
  const plain = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
  await plain.addCookies(cookies);
  const still = await plain.newPage();
  await still.goto(`${system.origin}/redaction/new`);
  await fillRule(still, { name: 'customer', pattern: 'CUST-[0-9', placeholder: '[CUSTOMER_REDACTED]' });
  await still
    .getByRole('button', { name: /Add|Create|Make|Save/ })
    .first()
    .click();
  await expect(still.locator('#pattern-error')).toContainText(/\d/);
  await still.getByLabel('Expression').fill('CUST-[0-9]+');
  await still.getByLabel(/Paste text/).fill('order of CUST-123456');
  await still.getByRole('button', { name: 'Preview' }).click();
  await expect(still.locator('body')).toContainText('customer (1 time)');
  await still
    .getByRole('button', { name: /Add|Create|Make|Save/ })
    .first()
    .click();
  await expect(still.getByRole('status')).toContainText('customer');
  await plain.close();
});

test('two editors at once get a conflict, not a lost edit', async ({ page, context, system }) => {
  await signIn(page, system);
  await page.goto(`${system.origin}/redaction`);
  await page.getByRole('link', { name: 'customer' }).click();
  await expect(page.getByLabel('What it removes')).toBeVisible();
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('What it removes').fill('Customer numbers');
  await other.getByRole('button', { name: /Save/ }).first().click();
  await expect(other.getByRole('status')).toContainText('customer');
  await page.getByLabel('What it removes').fill('Something else');
  await page.getByRole('button', { name: /Save/ }).first().click();
  await expect(page.getByRole('button', { name: 'Save mine over it' })).toBeVisible();
  await expect(page.locator('body')).toContainText('Customer numbers');
});
