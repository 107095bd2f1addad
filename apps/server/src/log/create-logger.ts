import { pino, type Logger as PinoLogger } from 'pino';

/** Eyrie's own log. Never pass it an event or a part of one: only names, counts, times and messages of our own. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'level'>;

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * JSON lines on a file descriptor (1 by default). Writes are synchronous, so that the last lines before an exit are not
 * lost; the log has a few lines a minute.
 */
export function createLogger(level: LogLevel, descriptor = 1): Logger {
  const destination = pino.destination({ dest: descriptor, sync: true });
  // The log's reader may go away (a closed pipe); that must not end the server.
  destination.on('error', () => undefined);
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Should a secret ever be passed under one of these names, it is not printed.
      redact: {
        paths: ['password', 'token', 'cookie', '*.password', '*.token', '*.cookie'],
        censor: '[removed]',
      },
    },
    destination,
  );
}
