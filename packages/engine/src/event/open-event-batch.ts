/** The other end of `event-batch.ts`, in the owner's thread. */
import { completenessNames, processWidth, rowTypes, rowWidth, type EventBatch } from './event-batch.ts';
import { eventOfRow, type ProcessColumns, type ProcessEventRow } from './process-row.ts';
import type { RedactedEvent } from './types.ts';

const none: readonly ProcessColumns[] = [];

function optional(values: Float64Array, at: number): number | null {
  const value = values[at] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

function readProcesses({ processes, strings }: EventBatch): readonly ProcessColumns[] {
  const found: ProcessColumns[] = [];
  const text = (at: number): string | null => strings[processes[at] ?? -1] ?? null;
  for (let at = 0; at + processWidth <= processes.length; at += processWidth) {
    found.push({
      execId: text(at) ?? '',
      pid: processes[at + 1] ?? 0,
      ppid: optional(processes, at + 2),
      parentExecId: text(at + 3),
      exe: text(at + 4),
      name: text(at + 5),
      cmdline: text(at + 6),
      cwd: text(at + 7),
      containerId: text(at + 8),
      startUs: optional(processes, at + 9),
    });
  }
  return found;
}

/** Unpacks what a packer packed, in the same order. */
export function unpackEvents(batch: EventBatch): readonly RedactedEvent[] {
  const { rows, strings } = batch;
  const processes = readProcesses(batch);
  const events: RedactedEvent[] = [];
  let other = 0;
  let textAt = 0;
  const text = (at: number): string | null => strings[rows[at] ?? -1] ?? null;

  const readAncestors = (at: number, count: number): readonly ProcessColumns[] => {
    if (count === 0) return none;
    const found: ProcessColumns[] = [];
    for (let index = at; index < at + count; index += 1) {
      const ancestor = processes[batch.ancestors[index] ?? -1];
      if (ancestor !== undefined) found.push(ancestor);
    }
    return found;
  };

  const readRow = (at: number, length: number): ProcessEventRow => {
    const common = {
      text: batch.text.slice(textAt, textAt + length),
      eventId: text(at + 1) ?? '',
      timeUs: rows[at + 3] ?? 0,
      completeness: completenessNames[rows[at + 4] ?? 0] ?? 'metadata_only',
      redactions: rows[at + 5] ?? 0,
      replayed: rows[at + 6] === 1,
      process: processes[rows[at + 7] ?? -1] ?? unknownProcess,
      uid: optional(rows, at + 8),
      user: text(at + 9),
      ancestors: readAncestors(rows[at + 10] ?? 0, rows[at + 11] ?? 0),
    };
    const eventType = rowTypes[rows[at + 2] ?? 0] ?? 'process.exec';
    switch (eventType) {
      case 'process.exec':
        return {
          ...common,
          eventType,
          exe: text(at + 12) ?? '',
          cwd: text(at + 13),
          command: text(at + 14) ?? '',
        };
      case 'process.exit':
        return {
          ...common,
          eventType,
          exitCode: rows[at + 12] ?? 0,
          signal: optional(rows, at + 13),
          signalName: text(at + 14),
        };
      case 'process.fork':
        return { ...common, eventType, childPid: rows[at + 12] ?? 0, childExecId: text(at + 13) ?? '' };
    }
  };

  for (let index = 0; index < batch.count; index += 1) {
    const at = index * rowWidth;
    const length = rows[at] ?? 0;
    if (length > 0) {
      events.push(eventOfRow(readRow(at, length)));
      textAt += length;
      continue;
    }
    const event = batch.others[other];
    other += 1;
    if (event !== undefined) events.push(event);
  }
  return events;
}

/** For the compiler: every row of a packer names a process of its table. */
const unknownProcess: ProcessColumns = {
  execId: '',
  pid: 0,
  ppid: null,
  parentExecId: null,
  exe: null,
  name: null,
  cmdline: null,
  cwd: null,
  containerId: null,
  startUs: null,
};
