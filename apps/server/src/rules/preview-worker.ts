/** The thread behind `createPreviewer`: redacts one text a message and answers with a `PreviewResult`. */
import { parentPort } from 'node:worker_threads';
import { previewRedaction } from '@eyrie/engine/redact';
import type { PreviewRequest, PreviewResult } from './previewer.ts';

function answer({ text, config }: PreviewRequest): PreviewResult {
  try {
    const preview = previewRedaction(text, config);
    return { kind: 'previewed', text: preview.text, findings: preview.findings };
  } catch (failure) {
    return { kind: 'failed', message: failure instanceof Error ? failure.message : String(failure) };
  }
}

parentPort?.on('message', (request: PreviewRequest) => parentPort?.postMessage(answer(request)));
parentPort?.postMessage('ready');
