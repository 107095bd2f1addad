import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AiInput, EventInput, EventType, ProcessInput } from '../src/event-input.ts';

/** 2026-11-21T00:00:00Z in microseconds: where sample time starts. */
export const START_US = 1_795_219_200_000_000;

/** A fresh directory, and how to remove it. */
export function makeDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'eyrie-db-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A process of the sample tree; its parent is the process with the number before. */
export function sampleProcess(number: number, more: Partial<ProcessInput> = {}): ProcessInput {
  return {
    execId: `boot/${number}/${number * 10}`,
    pid: 1000 + number,
    ppid: 999 + number,
    parentExecId: number === 0 ? null : `boot/${number - 1}/${(number - 1) * 10}`,
    name: `proc${number}`,
    startUs: START_US + number,
    ...more,
  };
}

/** An event with a sortable id; `number` sets its time, one millisecond apart. */
export function sampleEvent(number: number, more: Partial<EventInput> = {}): EventInput {
  const eventId = `01JD${String(number).padStart(22, '0')}`;
  return {
    eventId,
    eventType: 'process.exec',
    timeUs: START_US + number * 1000,
    completeness: 'full',
    redactionCount: 0,
    summary: `command ${number}`,
    payload: JSON.stringify({ event_id: eventId, number }),
    ...more,
  };
}

/** An event of AI activity. */
export function sampleAiEvent(
  number: number,
  more: { readonly type?: EventType; readonly ai?: AiInput; readonly event?: Partial<EventInput> } = {},
): EventInput {
  return sampleEvent(number, {
    eventType: more.type ?? 'ai.request',
    summary: `prompt ${number}`,
    process: sampleProcess(1),
    ai: {
      conversationId: 'conversation-1',
      requestId: `request-${number}`,
      provider: 'openai',
      model: 'gpt-5',
      ...more.ai,
    },
    ...more.event,
  });
}

/** Waits until `check` holds, looking every 10 ms; throws after `limitMs`. */
export async function waitFor(check: () => boolean, limitMs = 5000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!check()) {
    if (performance.now() > deadline) throw new Error('condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
