import type { Platform as EyriePlatform } from '#lib/server/platform.ts';

declare global {
  namespace App {
    // An interface, because App.Platform is one to be merged with.
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type
    interface Platform extends EyriePlatform {}
    interface Locals {
      platform: EyriePlatform;
      theme: 'system' | 'light' | 'dark';
    }
  }
}
