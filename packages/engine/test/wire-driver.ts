import { Buffer } from 'node:buffer';
import { createExchangeTracker } from '../src/ai/tracker.ts';
import type {
  AiRequestMessage,
  AiResponseMessage,
  AiUnanswered,
  ExchangeTracker,
  TrackerLimits,
} from '../src/ai/types.ts';
import type { ConnectionIdentity } from '../src/stream/types.ts';

export type Emitted = AiRequestMessage | AiResponseMessage | AiUnanswered;
export type Direction = 'read' | 'write';

/** Bytes of the payload of one record of the kernel, as in the wire header. */
const kernelChunkBytes = 16_384;

export interface Tracked {
  readonly tracker: ExchangeTracker;
  readonly emitted: Emitted[];
  requests(): AiRequestMessage[];
  responses(): AiResponseMessage[];
}

/** A tracker that keeps what it emits. */
export function createTracked(
  limits: Partial<TrackerLimits> = {},
  isAiHost?: (host: string) => boolean,
): Tracked {
  const emitted: Emitted[] = [];
  const keep = (message: Emitted): void => {
    emitted.push(message);
  };
  const tracker = createExchangeTracker({
    onRequest: keep,
    onResponse: keep,
    onUnanswered: keep,
    limits,
    ...(isAiHost === undefined ? {} : { isAiHost }),
  });
  return {
    tracker,
    emitted,
    requests: () => emitted.filter((message) => message.kind === 'request'),
    responses: () => emitted.filter((message) => message.kind === 'response'),
  };
}

let nextSsl = 0x7f00_0000_1000;

/** One connection of a process, as its records arrive from the kernel. */
export class WireConnection {
  readonly identity: ConnectionIdentity;
  readonly #tracker: ExchangeTracker;
  readonly #positions: Record<Direction, number> = { read: 0, write: 0 };
  nowUs: number;
  /** Payload bytes a record; a large call becomes several. */
  chunkBytes = kernelChunkBytes;
  #gapFlag: Record<Direction, boolean> = { read: false, write: false };

  constructor(tracker: ExchangeTracker, { tgid = 4242, nowUs = 1_000_000, midStream = 0 } = {}) {
    this.#tracker = tracker;
    this.nowUs = nowUs;
    nextSsl += 0x100;
    this.identity = { startBoottimeUs: 77, tgid, ssl: nextSsl, connUs: nowUs };
    this.#positions.read = midStream;
    this.#positions.write = midStream;
  }

  /** One call of the TLS library with these bytes. */
  send(direction: Direction, data: Uint8Array | string): this {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    for (let at = 0; at < bytes.length; at += this.chunkBytes) {
      // a copy that is wiped afterwards: whoever keeps the view is found out
      const payload = Uint8Array.from(bytes.subarray(at, at + this.chunkBytes));
      this.record(direction, payload, this.#positions[direction]);
      this.#positions[direction] += payload.length;
      payload.fill(0x58);
    }
    return this;
  }

  record(direction: Direction, payload: Uint8Array, position: number): void {
    const flags = this.#gapFlag[direction] ? 2 : 0;
    this.#gapFlag[direction] = false;
    this.#tracker.tlsData({
      ...this.identity,
      flags,
      ktimeUs: this.nowUs,
      enteredUs: this.nowUs,
      position,
      cgroupId: 1,
      tid: this.identity.tgid,
      fd: 9,
      uid: 1000,
      direction,
      payload,
    });
  }

  /** The kernel could not send this many bytes. */
  lose(direction: Direction, bytes: number): this {
    this.#positions[direction] += bytes;
    this.#gapFlag[direction] = true;
    return this;
  }

  at(nowUs: number): this {
    this.nowUs = nowUs;
    return this;
  }

  state(state: 'shutdown' | 'free' | 'handshake_done'): this {
    this.#tracker.tlsState({ ...this.identity, ktimeUs: this.nowUs, fd: 9, state });
    return this;
  }

  exit(): this {
    this.#tracker.processExited(this.identity.startBoottimeUs, this.identity.tgid, this.nowUs);
    return this;
  }
}

/** A whole HTTP message from its head lines and body, with the Content-Length the body has. */
export function httpMessage(lines: readonly string[], body: Uint8Array | string): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body);
  const head = [...lines, `content-length: ${bytes.length}`, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

/** The parts as one chunked body: each part a chunk. */
export function chunkedBody(parts: readonly (Uint8Array | string)[], trailer = ''): Buffer {
  const chunks = parts
    .map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)))
    .filter((part) => part.length > 0)
    .map((part) =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
    );
  return Buffer.concat([...chunks, Buffer.from(`0\r\n${trailer}\r\n`)]);
}
