import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CreateHandler } from '@eyrie/web/platform';

export interface WebBuild {
  /** Renders pages and runs form actions. */
  readonly handler: Awaited<ReturnType<CreateHandler>>;
  /** Files for the browser. */
  readonly clientDirectory: string;
}

/** Loads the built dashboard from `directory`; null when it has not been built. Rejects when the build is broken. */
export async function loadWebBuild(directory: string): Promise<WebBuild | null> {
  const entry = join(directory, 'server', 'index.js');
  if (!existsSync(entry)) return null;
  const module: unknown = await import(pathToFileURL(entry).href);
  if (!isWebModule(module))
    throw new TypeError(`${entry} exports no createHandler; build the dashboard again.`);
  return { handler: await module.createHandler(), clientDirectory: join(directory, 'client') };
}

function isWebModule(module: unknown): module is { createHandler: CreateHandler } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'createHandler' in module &&
    typeof module.createHandler === 'function'
  );
}
