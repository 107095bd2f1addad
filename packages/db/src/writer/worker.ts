import { parentPort, workerData } from 'node:worker_threads';
import { openWritableDatabase } from '../open-database.ts';
import { toStoreError } from '../store-error.ts';
import { decodeEvents } from './event-batch.ts';
import type { FromWriter, ToWriter, WriterThreadData } from './messages.ts';
import { createWriterLoop, type WriterLoop } from './writer-loop.ts';

const port = parentPort;
if (port === null) throw new Error('the writer must be started as a thread');

const report = (message: FromWriter): void => {
  port.postMessage(message);
};

function openLoop(data: WriterThreadData): WriterLoop | undefined {
  try {
    return createWriterLoop({ connection: openWritableDatabase(data.path), ...data, report });
  } catch (error) {
    const { code, message } = toStoreError(error, data.path);
    report({ kind: 'start_failed', code, message });
    return undefined;
  }
}

/** `workerData` has no type; start-writer.ts sends nothing else. */
function isThreadData(value: unknown): value is WriterThreadData {
  return typeof value === 'object' && value !== null && 'path' in value && 'retention' in value;
}

if (!isThreadData(workerData)) throw new Error('the writer thread was started without its data');
const loop = openLoop(workerData);

if (loop === undefined) {
  port.close();
} else {
  port.on('message', (message: ToWriter) => {
    switch (message.kind) {
      case 'write':
        loop.write(message.call, decodeEvents(message.batch));
        return;
      case 'retention':
        loop.setRetention(message.limits);
        return;
      case 'sweep':
        loop.sweep(message.call);
        return;
      case 'close':
        loop.close();
        report({ kind: 'closed', stats: loop.stats() });
        port.close();
    }
  });
  report({ kind: 'ready', stats: loop.stats() });
}
