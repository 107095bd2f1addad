import type { CloseReason, Direction, Segment } from '../protocol/common/types.ts';
import { OrderedStream } from './ordered-stream.ts';
import type { ConnectionIdentity, TlsDataInput, TlsStateInput } from './types.ts';

/** Who reads the two ordered byte streams of one connection. */
export interface StreamConsumer {
  feed(direction: Direction, segment: Segment): void;
  /** Bytes are missing before the next segment; `lostBytes` is 0 when their number is unknown. */
  gap(direction: Direction, lostBytes: number): void;
  close(reason: CloseReason): void;
}

/** What is known of a connection beside its identity; `fd` and `lastUs` change while it lives. */
export interface ConnectionFacts {
  readonly identity: ConnectionIdentity;
  readonly uid: number;
  readonly cgroupId: number | bigint;
  readonly fd: number;
  readonly lastUs: number;
}

type StreamLoss = 'duplicate' | 'stream_gap' | 'connection_limit' | 'connection_idle' | 'after_close';

export interface StreamAssemblerOptions {
  open(facts: ConnectionFacts): StreamConsumer;
  drop(reason: StreamLoss, count: number, bytes: number): void;
  readonly maxConnections: number;
  readonly idleUs: number;
}

interface Connection {
  readonly identity: ConnectionIdentity;
  readonly uid: number;
  readonly cgroupId: number | bigint;
  fd: number;
  lastUs: number;
  shutDown: boolean;
  readonly read: OrderedStream;
  readonly write: OrderedStream;
  consumer: StreamConsumer;
}

/** A process that shut its TLS connection down may still read; it is closed when nothing came for this long. */
const shutdownGraceUs = 1_000_000;

/** `k_flag_gap` of the wire header. */
const gapFlag = 2;

/** Part of all connections that is forgotten at once when there are too many, so that a storm costs one sort each time. */
const evictedPart = 16;

/**
 * Records to ordered byte streams. Connections are found by process and TLS object: two number maps, no strings, because
 * this runs for every record.
 */
export class StreamAssembler {
  readonly #options: StreamAssemblerOptions;
  readonly #processes = new Map<number, Map<number, Connection>>();
  #open = 0;

  constructor(options: StreamAssemblerOptions) {
    this.#options = options;
  }

  get openConnections(): number {
    return this.#open;
  }

  data(record: TlsDataInput): void {
    const connection = this.#find(record) ?? this.#create(record);
    if (connection === undefined) return;
    const { direction, payload } = record;
    connection.lastUs = record.ktimeUs;
    if (record.fd >= 0) connection.fd = record.fd;
    const stream = connection[direction];
    const placement = stream.place(record.position, payload.length, (record.flags & gapFlag) !== 0);
    let bytes = payload;
    switch (placement) {
      case 'next':
        break;
      case 'duplicate':
        this.#options.drop('duplicate', 1, payload.length);
        return;
      case 'overlap':
        this.#options.drop('duplicate', 0, stream.overlapBytes);
        bytes = payload.subarray(stream.overlapBytes);
        break;
      case 'after_gap':
        this.#options.drop('stream_gap', 1, stream.lostBytes);
        connection.consumer.gap(direction, stream.lostBytes);
        break;
      case 'first_mid_stream':
        connection.consumer.gap(direction, 0);
        break;
    }
    if (bytes.length === 0) return;
    // bytes that are read are there when the call returns; bytes that are written are on their way when it is entered
    const entered = direction === 'write' && record.enteredUs > 0 ? record.enteredUs : record.ktimeUs;
    connection.consumer.feed(direction, {
      bytes,
      position: stream.next - bytes.length,
      startUs: entered,
      endUs: record.ktimeUs,
      tid: record.tid,
    });
  }

  state(record: TlsStateInput): void {
    const connection = this.#find(record);
    if (connection === undefined) return;
    switch (record.state) {
      case 'free':
        this.#close(connection, 'connection_closed');
        return;
      case 'shutdown':
        connection.shutDown = true;
        connection.lastUs = record.ktimeUs;
        return;
      case 'set_fd':
        connection.fd = record.fd;
        return;
      case 'handshake_done':
        if (record.fd >= 0) connection.fd = record.fd;
        return;
    }
  }

  processExited(startBoottimeUs: number, tgid: number): void {
    for (const connection of [...(this.#processes.get(tgid)?.values() ?? [])]) {
      if (connection.identity.startBoottimeUs !== startBoottimeUs) continue;
      this.#close(connection, connection.shutDown ? 'connection_closed' : 'process_exited');
    }
  }

  tick(nowUs: number): void {
    for (const connections of [...this.#processes.values()]) {
      for (const connection of [...connections.values()]) {
        const quietUs = nowUs - connection.lastUs;
        if (connection.shutDown && quietUs > shutdownGraceUs) this.#close(connection, 'connection_closed');
        else if (quietUs > this.#options.idleUs) {
          this.#options.drop('connection_idle', 1, 0);
          this.#close(connection, 'connection_idle');
        }
      }
    }
  }

  flush(): void {
    for (const connections of [...this.#processes.values()]) {
      for (const connection of [...connections.values()]) {
        this.#close(connection, connection.shutDown ? 'connection_closed' : 'capture_stopped');
      }
    }
  }

  #find(identity: ConnectionIdentity): Connection | undefined {
    const connection = this.#processes.get(identity.tgid)?.get(identity.ssl);
    if (connection === undefined) return undefined;
    const known = connection.identity;
    return known.connUs === identity.connUs && known.startBoottimeUs === identity.startBoottimeUs
      ? connection
      : undefined;
  }

  /** Undefined for a record of a connection whose TLS object was reused since. */
  #create(record: TlsDataInput): Connection | undefined {
    const { startBoottimeUs, tgid, ssl, connUs } = record;
    const earlier = this.#processes.get(tgid)?.get(ssl);
    if (earlier !== undefined) {
      const { identity } = earlier;
      if (identity.startBoottimeUs === startBoottimeUs && identity.connUs > connUs) {
        this.#options.drop('after_close', 1, record.payload.length);
        return undefined;
      }
      this.#close(earlier, 'connection_closed');
    }
    if (this.#open >= this.#options.maxConnections) this.#evict();
    const facts = {
      identity: { startBoottimeUs, tgid, ssl, connUs },
      uid: record.uid,
      cgroupId: record.cgroupId,
      fd: record.fd,
      lastUs: record.ktimeUs,
      shutDown: false,
      read: new OrderedStream(),
      write: new OrderedStream(),
    };
    // one object is both: the consumer sees the facts change
    const connection: Connection = Object.assign(facts, { consumer: this.#options.open(facts) });
    const connections = this.#processes.get(tgid) ?? new Map<number, Connection>();
    connections.set(ssl, connection);
    this.#processes.set(tgid, connections);
    this.#open++;
    return connection;
  }

  #close(connection: Connection, reason: CloseReason): void {
    const { tgid, ssl } = connection.identity;
    const connections = this.#processes.get(tgid);
    connections?.delete(ssl);
    if (connections?.size === 0) this.#processes.delete(tgid);
    this.#open--;
    connection.consumer.close(reason);
  }

  #evict(): void {
    const all = [...this.#processes.values()].flatMap((connections) => [...connections.values()]);
    all.sort((one, other) => one.lastUs - other.lastUs);
    const count = Math.max(1, Math.floor(this.#options.maxConnections / evictedPart));
    for (const connection of all.slice(0, count)) {
      this.#options.drop('connection_limit', 1, 0);
      this.#close(connection, 'connection_idle');
    }
  }
}
