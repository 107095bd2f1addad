import type { Platform as EyriePlatform } from '#lib/server/platform.ts';

declare global {
  namespace App {
    interface Platform extends EyriePlatform {}
    interface Locals {
      platform: EyriePlatform;
      theme: 'system' | 'light' | 'dark';
    }
  }
}
