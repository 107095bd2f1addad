import type { EventInput, ProcessInput } from '@eyrie/db';
import type { ProcessColumns, ProcessEventRow } from '@eyrie/engine';
import { shorten, summaryLength } from './shorten.ts';

/**
 * The rows of a process event that came from the engine's thread as values: the same as of the event itself, without reading
 * its text. A test holds the two together.
 */
export function fromProcessRow(row: ProcessEventRow): EventInput {
  return {
    eventId: row.eventId,
    eventType: row.eventType,
    timeUs: row.timeUs,
    completeness: row.completeness,
    redactionCount: row.redactions,
    summary: shorten(summaryOf(row), summaryLength),
    payload: row.text,
    process: processOf(row),
    relatedProcesses: row.eventType === 'process.fork' ? [...row.ancestors, childOf(row)] : row.ancestors,
    searchText: null,
    ai: null,
  };
}

function summaryOf(row: ProcessEventRow): string {
  switch (row.eventType) {
    case 'process.exec':
      return row.command === '' ? row.exe : row.command;
    case 'process.exit':
      return row.signal === null
        ? `exited with ${row.exitCode}`
        : `ended by ${row.signalName ?? `signal ${row.signal}`}`;
    case 'process.fork':
      return `started process ${row.childPid}`;
  }
}

function processOf(row: ProcessEventRow): ProcessInput {
  const { process } = row;
  const isExec = row.eventType === 'process.exec';
  const isExit = row.eventType === 'process.exit';
  return {
    execId: process.execId,
    pid: process.pid,
    ppid: process.ppid,
    parentExecId: process.parentExecId,
    exe: isExec ? row.exe : process.exe,
    name: process.name,
    cmdline: process.cmdline,
    cwd: isExec ? (row.cwd ?? process.cwd) : process.cwd,
    containerId: process.containerId,
    uid: row.uid,
    user: row.user,
    startUs: process.startUs,
    endUs: isExit ? row.timeUs : null,
    exitCode: isExit ? row.exitCode : null,
    signal: isExit ? row.signal : null,
  };
}

/** Until it calls exec, a child is a copy of its parent. */
function childOf(row: ProcessEventRow & { readonly eventType: 'process.fork' }): ProcessInput {
  const parent: ProcessColumns = row.process;
  return {
    execId: row.childExecId,
    pid: row.childPid,
    startUs: row.timeUs,
    ppid: parent.pid,
    parentExecId: parent.execId,
    exe: parent.exe,
    name: parent.name,
    cmdline: parent.cmdline,
    cwd: parent.cwd,
    containerId: parent.containerId,
  };
}
