import { expect } from '@playwright/test';
import { signIn } from '../src/sign-in.ts';
import { admin, test } from '../src/system.ts';

test('nobody sees anything without signing in', async ({ page, request, system }) => {
  await page.goto(`${system.origin}/ai`);
  await expect(page).toHaveURL(/\/(login|setup)/);
  const answer = await request.post(`${system.origin}/graphql`, {
    data: { query: '{ events { edges { node { id } } } }' },
  });
  expect(await answer.text()).not.toContain('"edges"');
  expect((await request.get(`${system.origin}/api/v1/events`)).status()).toBe(401);
});

test('the set-up link works once', async ({ page, system }) => {
  await signIn(page, system);
  await page.context().clearCookies();
  await page.goto(system.setupLink());
  await expect(page).toHaveURL(/\/login/);
});

test('the session cookie is Secure, HttpOnly and gone after signing out', async ({ page, system }) => {
  await signIn(page, system);
  const [cookie] = (await page.context().cookies()).filter(({ httpOnly }) => httpOnly);
  expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  // The old cookie must be dead on the server too, not only forgotten by the browser.
  await page.context().addCookies([cookie!]);
  await page.goto(`${system.origin}/ai`);
  await expect(page).toHaveURL(/\/login/);
});

test('a form sent from another site is refused', async ({ page, request, system }) => {
  await signIn(page, system);
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const forged = await request.post(`${system.origin}/redaction/new?/save`, {
    headers: { cookie, origin: 'https://evil.example' },
    form: { name: 'forged', pattern: 'x', placeholder: '[X]' },
  });
  expect(forged.status()).toBe(403);
  const own = await request.post(`${system.origin}/graphql`, {
    headers: { cookie, origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    data: 'query=mutation{deleteRedactionRule(id:"1",version:1){__typename}}',
  });
  expect([403, 415]).toContain(own.status());
});

test('wrong passwords are slowed down and say for how long', async ({ page, system }) => {
  await signIn(page, system);
  await page.context().clearCookies();
  await page.goto(`${system.origin}/login`);
  for (let tries = 0; tries < 12; tries++) {
    // A name nobody has: the administrator of the other tests must not be locked out.
    await page.getByLabel('Name').fill('mallory');
    await page.getByLabel('Password').fill(`${admin.password}!`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert').or(page.locator('[aria-invalid=true]')).first()).toBeVisible();
  }
  await expect(page.locator('body')).toContainText(/Too many attempts.*again in \d+/);
});
