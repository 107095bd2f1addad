import { expect, type Page } from '@playwright/test';
import { admin, type System } from './system.ts';

/** Systems whose administrator was made already. */
const prepared = new WeakSet<System>();

/** Makes the first administrator through a set-up link, as a new user does, and leaves the page signed in. */
export async function makeAdministrator(page: Page, setupLink: string): Promise<void> {
  await page.goto(setupLink);
  await page.getByLabel('Your name').fill(admin.name);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByLabel('Password again').fill(admin.password);
  await page.getByRole('button', { name: 'Make administrator and sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}

/** Leaves the page signed in as the administrator. */
export async function signIn(page: Page, system: System): Promise<void> {
  if (!prepared.has(system)) {
    await makeAdministrator(page, system.setupLink());
    prepared.add(system);
    return;
  }
  await page.goto(`${system.origin}/login`);
  await page.getByLabel('Name').fill(admin.name);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}
