/**
 * Imported first by every client: from here on each name resolves to 127.0.0.1, so a client can use a provider's real host
 * name, and nothing can leave the machine.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

type Callback = (error: Error | null, address: string | dns.LookupAddress[], family?: number) => void;

function lookup(_name: string, options: dns.LookupOptions, callback: Callback): void {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
}

Object.assign(dns, { lookup });
syncBuiltinESMExports();

/** The port of the demonstration server, handed down by the program that started this one. */
export function serverPort(): number {
  const port = Number(process.env['DEMO_PORT']);
  if (!Number.isInteger(port) || port < 1)
    throw new Error('DEMO_PORT must name the port of the demo server.');
  return port;
}
