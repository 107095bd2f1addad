import { expect, type Page } from '@playwright/test';
import { admin, type System } from './system.ts';

const prepared = new WeakSet<System>();

/** Makes the first administrator through the link in the log, as a new user does, once for each running system. */
async function makeAdministrator(page: Page, system: System): Promise<void> {
  await page.goto(system.setupLink());
  await page.getByLabel('Your name').fill(admin.name);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByLabel('Password again').fill(admin.password);
  await page.getByRole('button', { name: 'Make administrator and sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  prepared.add(system);
}

/** Leaves the page signed in as the administrator. */
export async function signIn(page: Page, system: System): Promise<void> {
  if (!prepared.has(system)) return makeAdministrator(page, system);
  await page.goto(`${system.origin}/login`);
  await page.getByLabel('Name').fill(admin.name);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}
