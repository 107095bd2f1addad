import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { inProcessAdapter } from './adapter/index.ts';

export default defineConfig(({ command }) => ({
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: inProcessAdapter(),
      compilerOptions: {
        runes: true,
        // A warning is an error: most of them are about accessibility.
        warningFilter(warning) {
          if (warning.filename?.includes('node_modules')) return false;
          throw new Error(`${warning.code}: ${warning.message} (${warning.filename ?? 'unknown file'})`);
        },
      },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          // The one style attribute SvelteKit itself writes: it hides the element that announces navigation.
          'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
          'img-src': ['self', 'data:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
  build: { assetsInlineLimit: 0 },
  // The server bundle carries its dependencies, so that it runs without node_modules of its own.
  ssr: command === 'build' ? { noExternal: true } : {},
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
    // The built pages are tested as they are served, not transformed a second time.
    server: { deps: { external: [/\/build\/server\//] } },
  },
}));
