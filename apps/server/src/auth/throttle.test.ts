import { expect, it } from 'vitest';
import { createLoginThrottle } from './throttle.ts';

it('counts an account and an address together, without regard to case', async () => {
  const throttle = createLoginThrottle({ attempts: 2, windowSeconds: 60 });
  for (const name of ['ada', 'ADA']) expect((await throttle.attempt(name, '192.0.2.1')).waitSeconds).toBe(0);
  expect(await throttle.attempt('Ada', '192.0.2.1')).toMatchObject({ waitSeconds: 60, isFirstRefusal: true });
  expect(await throttle.attempt('ada', '192.0.2.1')).toMatchObject({ isFirstRefusal: false });
  expect((await throttle.attempt('ada', '192.0.2.2')).waitSeconds).toBe(0);
});

it('counts a /64 of IPv6 as one address', async () => {
  const throttle = createLoginThrottle({ attempts: 1, windowSeconds: 60 });
  await throttle.attempt('ada', '2001:db8:0:1::1');
  expect((await throttle.attempt('ada', '2001:db8:0:1:ffff::2')).waitSeconds).toBeGreaterThan(0);
  expect((await throttle.attempt('ada', '2001:db8:0:2::1')).waitSeconds).toBe(0);
});

it('stops one address that tries many names', async () => {
  const throttle = createLoginThrottle({ attempts: 1, windowSeconds: 60 });
  for (let name = 0; name < 10; name += 1) {
    expect((await throttle.attempt(`user${name}`, '192.0.2.1')).waitSeconds).toBe(0);
  }
  expect((await throttle.attempt('user10', '192.0.2.1')).waitSeconds).toBeGreaterThan(0);
});

it('forgives after a success', async () => {
  const throttle = createLoginThrottle({ attempts: 2, windowSeconds: 60 });
  for (let round = 0; round < 30; round += 1) {
    expect((await throttle.attempt('ada', '192.0.2.1')).waitSeconds).toBe(0);
    await throttle.succeed('ada', '192.0.2.1');
  }
});
