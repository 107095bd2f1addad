import type { TrackerLimits } from './types.ts';

const mebibyte = 1024 * 1024;

/** Anthropic refuses requests over 32 MB, OpenAI over 50 MB with images; a decoded body may be a few times that. */
export const defaultLimits: TrackerLimits = {
  maxConnections: 10_000,
  maxBufferedBytes: 256 * mebibyte,
  maxBodyBytes: 48 * mebibyte,
  maxDecodedBytes: 96 * mebibyte,
  // longer than the SDKs' request time-out of ten minutes
  idleUs: 15 * 60 * 1_000_000,
};

/** Bytes kept of a body that only might be an AI request: a conversation, without the images that make one larger. */
export const maxUnknownBodyBytes = 4 * mebibyte;
