import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Certificate } from '../certificate.ts';
import { messages } from './anthropic-messages.ts';
import { chatCompletions } from './openai-chat.ts';
import { responses } from './openai-responses.ts';

/** A running server: its port on 127.0.0.1 and the way to end it, open connections included. */
export interface AiServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The key the server refuses, so that a failed call can be seen as well. */
export const refusedKey = 'sk-demo-expired-0000000000000000000000';

/** An HTTPS server on loopback that speaks the OpenAI and Anthropic APIs as far as their clients need. */
export async function startAiServer(certificate: Certificate, port = 0): Promise<AiServer> {
  const app = new Hono();
  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${refusedKey}`) return next();
    const error = {
      message: 'Incorrect API key provided.',
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    };
    return c.json({ error }, 401);
  });
  app.post('/v1/chat/completions', chatCompletions);
  app.post('/v1/responses', responses);
  app.post('/v1/messages', messages);
  app.get('/', (c) => c.text('Not an AI call: the sensor counts it and keeps nothing.\n'));
  return new Promise((resolve) => {
    const server = serve(
      {
        fetch: app.fetch,
        hostname: '127.0.0.1',
        port,
        createServer,
        serverOptions: { key: certificate.keyPem, cert: certificate.certificatePem },
      },
      (address: AddressInfo) => resolve({ port: address.port, close }),
    );
    const close = (): Promise<void> =>
      new Promise((closed) => {
        server.close(() => closed());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
  });
}
