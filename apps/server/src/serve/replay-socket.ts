import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What became of a replay that a running server was asked for. */
export type ReplayAnswer =
  | { readonly ok: true; readonly events: number }
  | { readonly ok: false; readonly events: number; readonly message: string };

const requestShape = z.strictObject({ replay: z.string().max(4096) });
const answerShape = z.union([
  z.object({ ok: z.literal(true), events: z.number() }),
  z.object({ ok: z.literal(false), events: z.number(), message: z.string() }),
]);
/** A request is one line; whatever is longer is not one. */
const maxRequestBytes = 8192;

/** Where a server that keeps its data in `directory` listens for `eyrie replay`. */
export function replaySocketPath(directory: string): string {
  return join(directory, 'replay.sock');
}

/**
 * Listens on a Unix socket for `eyrie replay FILE`, so that a trace can be shown by the server that is running already: it has the
 * only writer and the live pages. The socket's mode (0600, in a directory of mode 0700) is the authentication: whoever may
 * open it may write the database as well. Rejects when the path is too long for a socket or can't be made.
 */
export async function openReplaySocket(
  directory: string,
  replay: (file: string) => Promise<ReplayAnswer>,
): Promise<{ close(): Promise<void> }> {
  const path = replaySocketPath(directory);
  // Left over from a server that was killed; a living one is kept out by the lock on the directory.
  rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received > maxRequestBytes) socket.destroy();
    });
    createInterface({ input: socket }).once('line', (line) => {
      void answerLine(line, replay).then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
    });
  });
  // The socket must not be open to others for a moment, so its mode is not mended afterwards.
  const earlierMask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(earlierMask);
  }
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answerLine(
  line: string,
  replay: (file: string) => Promise<ReplayAnswer>,
): Promise<ReplayAnswer> {
  try {
    return await replay(requestShape.parse(JSON.parse(line)).replay);
  } catch (error) {
    return { ok: false, events: 0, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Asks the server that uses `directory` to replay `file` (an absolute path). Undefined when no server listens there. */
export async function askForReplay(directory: string, file: string): Promise<ReplayAnswer | undefined> {
  const socket = connect(replaySocketPath(directory));
  const isConnected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!isConnected) return undefined;
  socket.write(`${JSON.stringify({ replay: file })}\n`);
  const line = await new Promise<string | undefined>((resolve) => {
    const lines = createInterface({ input: socket });
    lines.once('line', resolve);
    lines.once('close', () => resolve(undefined));
    socket.once('error', () => resolve(undefined));
  });
  socket.destroy();
  if (line !== undefined) return answerShape.parse(JSON.parse(line));
  return { ok: false, events: 0, message: 'the server ended before the replay did' };
}
