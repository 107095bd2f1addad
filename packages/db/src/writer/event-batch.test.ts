import { describe, expect, it } from 'vitest';
import { sampleAiEvent, sampleEvent, sampleProcess } from '../../test/sample-events.ts';
import type { EventInput } from '../event-input.ts';
import { decodeEvents, encodeEvents } from './event-batch.ts';

/** Null and absent mean the same to the store. */
const withoutNulls = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (inner === null ? undefined : inner)));

const roundTrip = (events: readonly EventInput[]): readonly EventInput[] =>
  decodeEvents(structuredClone(encodeEvents(events)));

const withoutRelated = (event: EventInput): EventInput => ({ ...event, relatedProcesses: null });

describe('encodeEvents and decodeEvents', () => {
  it('give back mixed events in order with every field', () => {
    const all = sampleProcess(3, {
      exe: '/bin/sh',
      cmdline: 'sh -c "ü 世界 🦅"',
      cwd: '/',
      uid: 0,
      user: 'root',
      containerId: 'c0ffee',
      endUs: 5,
      exitCode: 0,
      signal: 9,
    });
    const events = [
      sampleEvent(1, { process: all, payload: '{"text":"ü 世界 🦅"}' }),
      sampleAiEvent(2, { event: { searchText: 'words' } }),
      sampleEvent(3),
      sampleEvent(4, { eventType: 'process.fork', process: sampleProcess(4) }),
      sampleEvent(5, {
        eventType: 'process.exit',
        completeness: 'partial',
        redactionCount: 3,
        process: all,
        summary: '',
      }),
      sampleEvent(6, { payload: '' }),
      sampleEvent(7, { completeness: 'metadata_only', process: sampleProcess(0) }),
    ];
    expect(withoutNulls(roundTrip(events).map(withoutRelated))).toEqual(withoutNulls(events));
    expect(roundTrip([])).toEqual([]);
  });

  it('carry each related process once', () => {
    const [a, b, c] = [sampleProcess(1), sampleProcess(2), sampleProcess(3)];
    const events = [
      sampleAiEvent(1, { event: { relatedProcesses: [a] } }),
      sampleEvent(2, { relatedProcesses: [a, b] }),
      sampleEvent(3, { relatedProcesses: [b, a, c] }),
    ];
    expect(roundTrip(events).map((event) => event.relatedProcesses)).toEqual([[a], [a, b, c], []]);
  });

  it('carry half of a surrogate pair as it is', () => {
    const events = [sampleEvent(1, { payload: '"\uD83E' }), sampleEvent(2, { payload: '\uDD85"' })];
    expect(roundTrip(events).map((event) => event.payload)).toEqual(['"\uD83E', '\uDD85"']);
  });
});
