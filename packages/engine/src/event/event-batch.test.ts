import { describe, expect, it } from 'vitest';
import { sampleEvents, withStringAt } from '../../test/sample-events.ts';
import { defaultRedactionConfig } from '../redact/config.ts';
import { createRedactor } from '../redact/redactor.ts';
import { createEventPacker } from './event-batch.ts';
import { unpackEvents } from './open-event-batch.ts';
import { eventText, processRowOf } from './process-row.ts';
import type { RedactedEvent } from './types.ts';

const redactor = createRedactor(defaultRedactionConfig);
const samples = Object.values(sampleEvents).map((event) => redactor.redact(event));
const secret = 'sk-proj-planted_A1b2C3d4E5f6-G7h8';

/** As it arrives in the owner's thread. */
function cross(events: readonly RedactedEvent[]): readonly RedactedEvent[] {
  return unpackEvents(structuredClone(createEventPacker()(events)));
}

describe('createEventPacker', () => {
  it('carries every type of event, in order and whole', () => {
    const events = [...samples, ...samples.toReversed()];
    const crossed = cross(events);
    expect(crossed.map(eventText)).toEqual(events.map((event) => JSON.stringify(event)));
    expect(JSON.parse(JSON.stringify(crossed))).toEqual(JSON.parse(JSON.stringify(events)));
    for (const [index, event] of events.entries()) {
      for (const [name, value] of Object.entries(event)) {
        const member: unknown = Reflect.get(crossed[index]!, name);
        expect(member, name).toEqual(value);
      }
    }
  });

  it('makes rows of process events, with the values of the event', () => {
    const [row] = cross([redactor.redact(sampleEvents['process.exec'])]).map(processRowOf);
    const { process, actor } = sampleEvents['process.exec'];
    expect(row).toMatchObject({
      eventType: 'process.exec',
      command: 'node agent.js go',
      exe: '/usr/bin/node',
      uid: actor?.uid,
      redactions: 0,
      replayed: false,
      process: { execId: process?.exec_id, pid: process?.pid, cmdline: process?.cmdline },
    });
    expect(row?.ancestors.map(({ execId }) => execId)).toEqual(
      process?.ancestors?.map(({ exec_id }) => exec_id),
    );
    expect(row?.timeUs).toBe(
      Date.parse(sampleEvents['process.exec'].ts) * 1000 +
        Number(sampleEvents['process.exec'].ts.slice(23, 26)),
    );
    expect(cross([redactor.redact(sampleEvents['ai.request'])]).map(processRowOf)).toEqual([undefined]);
  });

  it('carries findings, and no secret that redaction took', () => {
    const planted = withStringAt(sampleEvents['process.exec'], ['data', 'args', 1], secret);
    const [event] = cross([redactor.redact(planted)]);
    expect(event?.ext?.redaction).toEqual([{ type: 'api_key', count: 1, path: 'args[1]' }]);
    const row = event === undefined ? undefined : processRowOf(event);
    expect(row).toMatchObject({ redactions: 1, command: 'node [API_KEY_REDACTED] go' });
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it('sends an event whole when a column cannot be made of it', () => {
    const odd = redactor.redact(withStringAt(sampleEvents['process.exit'], ['ts'], 'some time'));
    const [event] = cross([odd]);
    expect(event).toEqual(odd);
  });
});
