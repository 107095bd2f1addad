/** What the browser tests and benchmarks use of the demonstration. */
export { makeCertificate, type Certificate } from './certificate.ts';
export { startAiServer, type AiServer } from './server/ai-server.ts';
