// Opens a sensor and a busy ring, and keeps reading without ever closing. Run as a worker, or as a process that is told
// to exit at once by the argument `exit`.
import { isMainThread, parentPort } from 'node:worker_threads';
import { openRingBench } from '../../src/bench/index.ts';
import { everything, openSensor } from '../../src/index.ts';

openSensor({ scope: { ...everything, mode: 'selected' }, onBatch: (batch) => batch.release() });
const ring = openRingBench();
// Kept from the garbage collector, which would stop the producer.
globalThis.ring = ring;
let records = 0;
const held = [];
ring.read((batch) => {
  records += batch.records;
  // Some are never released: the end of the environment has to deal with them.
  if (held.length < 10) held.push(batch);
  else batch.release();
  if (records < 100_000) return;
  records = -Infinity;
  if (isMainThread) process.exit(7);
  parentPort.postMessage('reading');
});
ring.produce({ total: 100_000_000, recordBytes: 200, perSecond: 1_000_000 });
