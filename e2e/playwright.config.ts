import { defineConfig } from '@playwright/test';

/** Debian's Chromium, driven through a real nginx over TLS. One worker: all tests share one running system. */
export default defineConfig({
  testDir: './tests',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] === 'true',
  use: {
    // The certificate is the test's own, made by deploy/nginx/make-certificate.sh a moment ago.
    ignoreHTTPSErrors: true,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['EYRIE_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        // Chromium's own sandbox can't be set up by root, which capturing needs.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
