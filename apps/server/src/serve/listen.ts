import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { CommandError, exitCodes } from '../cli/exit-codes.ts';
import type { AppEnv } from '../http/app-env.ts';
import { findSystemError, messageOf } from '../system-error.ts';

export interface Listener {
  readonly port: number;
  /** `http://127.0.0.1:7777`: where this process itself can be reached. */
  readonly origin: string;
  /** Stops accepting at once, lets answers finish for `graceMs`, then cuts what is still open. */
  close(graceMs: number): Promise<void>;
}

/** Listens for `app`. Throws `CommandError` when the address can't be had. */
export async function listen(app: Hono<AppEnv>, address: { host: string; port: number }): Promise<Listener> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    // Slow senders are cut off: a head within 15 s, a whole request within a minute.
    serverOptions: { headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 75_000 },
  });
  if (!('closeAllConnections' in server))
    throw new TypeError('the HTTP adapter made something other than an HTTP/1 server');
  const port = await bind(server, address);
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return { port, origin: `http://${host}:${port}`, close: async (graceMs) => close(server, graceMs) };
}

async function bind(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw new CommandError(exitCodes.unavailable, describeBindError(error, host, port), { cause: error });
  }
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

function describeBindError(error: unknown, host: string, port: number): string {
  const code = findSystemError(error)?.code;
  if (code === 'EADDRINUSE') {
    return (
      `Port ${port} on ${host} is in use by another program (perhaps another Eyrie: "ss -ltnp 'sport = :${port}'" shows it). ` +
      'Stop it, or choose another port with --port or server.port.'
    );
  }
  if (code === 'EACCES')
    return `This user may not listen on port ${port}. Choose one above 1023 with --port or server.port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${host} is not an address of this machine. Set server.host or --host to one that is, such as 127.0.0.1.`;
  }
  return `Eyrie can't listen on ${host}:${port}: ${messageOf(error)}`;
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
