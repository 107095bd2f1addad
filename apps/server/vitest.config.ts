import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // graphql has two builds and no "exports": Node takes the CommonJS one, Vite would take the other for our own files, and the
    // parts of one schema can't be of both.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
});
