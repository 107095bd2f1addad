import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter } from '@sveltejs/kit';

/** The module the server imports: it starts SvelteKit once and hands every request to it with its platform. */
const entry = `import { server } from './instance.js';

export async function createHandler() {
  await server.init({ env: {} });
  return (request, platform) =>
    server.respond(request, { platform, getClientAddress: () => platform.clientAddress });
}
`;

/**
 * SvelteKit adapter for a server that lives in the same process: `build/server/index.js` exports
 * `createHandler`, `build/client` holds static files with .br and .gz beside them.
 */
export function inProcessAdapter(): Adapter {
  return {
    name: 'eyrie-in-process',
    async adapt(builder) {
      const out = 'build';
      const server = join(out, 'server');
      rmSync(out, { recursive: true, force: true });
      builder.writeClient(join(out, 'client'));
      await builder.compress(join(out, 'client'));
      builder.writeServer(join(server, 'kit'));
      builder.generateServerInstance(join(server, 'instance.js'), { serverDirectory: join(server, 'kit') });
      writeFileSync(join(server, 'index.js'), entry);
    },
  };
}
