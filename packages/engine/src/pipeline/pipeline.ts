/** Puts stages 3 to 6 together. */
import { forEachRecord, type WireRecord } from '@eyrie/bpf/wire';
import { createEnricher } from '../enrich/enricher.ts';
import { createProcessTable } from '../enrich/process-table.ts';
import type { EventContext } from '../event/envelope.ts';
import { createIdSource } from '../event/ids.ts';
import type { Event } from '../event/types.ts';
import { createRedactor, type Redactor } from '../redact/redactor.ts';
import { createAiStage } from './ai-stage.ts';
import { createErrorLog } from './error-log.ts';
import { createOutbox } from './outbox.ts';
import { createProcessStage } from './process-stage.ts';
import type { Pipeline, PipelineDeps, RecordKind } from './types.ts';

/** Creates a pipeline. Throws `RedactionConfigError` when the redaction rules cannot be used. */
export function createPipeline(deps: PipelineDeps): Pipeline {
  const errors = createErrorLog();
  const table = createProcessTable(deps.proc);
  const { bootId, proc, users, clock } = deps;
  const context: EventContext = {
    host: deps.host,
    clock,
    enricher: createEnricher({ bootId, table, proc, users, clock }),
    collectorVersion: deps.collectorVersion,
    replayed: deps.replayed,
    newId: createIdSource(deps.now),
  };
  let redactor: Redactor = createRedactor(deps.redaction);
  const earlier = { events: 0, failedFields: 0, findings: new Map<string, number>() };
  const outbox = createOutbox({ emit: deps.emit, redact: (event) => redactor.redact(event), errors });

  const emitEvent = (event: Event, ktimeUs: number): void => {
    outbox.add(event, ktimeUs);
  };
  const processes = createProcessStage({
    context,
    table,
    running: deps.running ?? 'referenced',
    emit: emitEvent,
  });
  const ai = createAiStage({
    context,
    table,
    roles: deps.roles ?? 'client',
    emit(event, entry, ktimeUs) {
      processes.introduce(entry, ktimeUs);
      emitEvent(event, ktimeUs);
    },
  });
  const tracker = deps.createExchangeTracker({
    // stage 4 relies on callbacks that do not throw
    onRequest: (message) => void errors.guard('ai_request', () => ai.request(message)),
    onResponse: (message) => void errors.guard('ai_response', () => ai.response(message)),
    onUnanswered: (end) => void errors.guard('ai_unanswered', () => ai.unanswered(end)),
    ...(deps.isAiHost === undefined ? {} : { isAiHost: deps.isAiHost }),
  });

  const handle = (record: WireRecord): void => {
    switch (record.kind) {
      case 'tls_data':
        tracker.tlsData(record);
        break;
      case 'tls_state':
        tracker.tlsState(record);
        break;
      case 'process_fork':
        processes.fork(record);
        break;
      case 'process_exec':
        processes.exec(record);
        break;
      case 'process_exit':
        tracker.processExited(record.startBoottimeUs, record.tgid, record.ktimeUs);
        processes.exit(record);
        break;
      case 'process_seen':
        processes.seen(record);
        break;
      case 'image_mapped':
        // for discovery, which reads it before this stage
        break;
    }
  };
  const byKind: Record<RecordKind, number> = {
    process_fork: 0,
    process_exec: 0,
    process_exit: 0,
    process_seen: 0,
    tls_data: 0,
    tls_state: 0,
    image_mapped: 0,
  };
  const decoded = { batches: 0, bytes: 0, records: 0, unknown: 0, short: 0 };

  const visit = (record: WireRecord): void => {
    byKind[record.kind] += 1;
    errors.guard(record.kind, () => handle(record));
  };

  return {
    push(bytes) {
      decoded.batches += 1;
      decoded.bytes += bytes.byteLength;
      errors.guard('decode', () => {
        const result = forEachRecord(bytes, visit);
        decoded.records += result.records;
        decoded.unknown += result.unknown;
        decoded.short += result.short;
      });
      outbox.flush();
    },

    tick(monotonicUs) {
      errors.guard('tick', () => {
        clock.resample();
        tracker.tick(monotonicUs);
        table.tick(monotonicUs);
      });
      outbox.flush();
    },

    flush() {
      errors.guard('flush', () => tracker.flush());
      outbox.flush();
    },

    setRedaction(config) {
      const next = createRedactor(config);
      const before = redactor.stats();
      earlier.events += before.events;
      earlier.failedFields += before.failedFields;
      addCounts(earlier.findings, before.findings);
      redactor = next;
    },

    stats() {
      const stage = ai.stats();
      const counts = errors.counts();
      const redaction = redactor.stats();
      const findings = new Map(earlier.findings);
      addCounts(findings, redaction.findings);
      const { redactErrors, emitted, received } = outbox.stats();
      const failed = Object.entries(counts).reduce(
        (sum, [place, count]) => (place === 'redact' ? sum : sum + count),
        0,
      );
      return {
        decode: {
          batches: decoded.batches,
          bytes: decoded.bytes,
          records: decoded.records,
          byKind: { ...byKind },
          dropped: { unknown: decoded.unknown, short: decoded.short },
        },
        streams: tracker.stats(),
        enrich: {
          received:
            stage.received +
            byKind.process_fork +
            byKind.process_exec +
            byKind.process_exit +
            byKind.process_seen,
          emitted: received,
          dropped: { server_side: stage.serverSide, error: failed },
          processes: table.stats(),
          conversations: stage.conversations,
          openExchanges: stage.openExchanges,
          unknownToolResults: stage.unknownToolResults,
        },
        redact: {
          events: earlier.events + redaction.events,
          findings: Object.fromEntries(findings),
          failedFields: earlier.failedFields + redaction.failedFields,
          dropped: { error: redactErrors },
        },
        emitted,
        errors: counts,
        errorSamples: errors.samples(),
      };
    },
  };
}

function addCounts(target: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) target.set(name, (target.get(name) ?? 0) + count);
}
