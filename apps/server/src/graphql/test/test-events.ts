/** For tests: events as ingest would map them. */
import type { EventInput } from '@eyrie/db';

/** 2026-11-21T03:40:00Z in microseconds. */
const START_US = 1_795_232_400_000_000;

/** A request of conversation `c1` in process `node`, number `index`; its time grows with it, its id has 26 characters. */
export function requestEvent(index: number, change: Partial<EventInput> = {}): EventInput {
  const text = `question ${index}`;
  return {
    eventId: `01JD${String(index).padStart(22, '0')}`,
    eventType: 'ai.request',
    timeUs: START_US + index,
    completeness: 'full',
    redactionCount: 0,
    summary: text,
    searchText: text,
    payload: JSON.stringify({
      event_type: 'ai.request',
      data: { messages: [{ role: 'user', content: [{ type: 'text', text }] }] },
    }),
    process: { execId: 'boot/70/1', pid: 70, name: 'node', parentExecId: 'boot/60/1', ppid: 60 },
    ai: {
      conversationId: 'c1',
      turnNumber: 1,
      requestId: `r${index}`,
      connectionId: 'k1',
      provider: 'openai',
      model: 'gpt-5',
      api: 'openai.chat_completions',
      title: 'First question',
    },
    ...change,
  };
}

/** A process that started, child of `parent`. */
export function execEvent(index: number, pid: number, parent: number): EventInput {
  return {
    eventId: `01JE${String(index).padStart(22, '0')}`,
    eventType: 'process.exec',
    timeUs: START_US + index,
    completeness: 'full',
    redactionCount: 0,
    summary: `/usr/bin/tool --number ${pid}`,
    payload: JSON.stringify({ event_type: 'process.exec', data: {} }),
    process: {
      execId: `boot/${pid}/1`,
      pid,
      ppid: parent,
      parentExecId: `boot/${parent}/1`,
      name: `tool${pid}`,
      startUs: START_US + index,
    },
  };
}
