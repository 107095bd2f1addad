import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { logTracked } from './log-messages.ts';
import { chunkSizes, play, readCases } from './read-recording.ts';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');

describe.each(files)('%s', (file) => {
  const cases = readCases(readFileSync(join(folder, file), 'utf8'));

  test.each(cases)('$name', ({ input, expected }) => {
    const { smallest, largest } = chunkSizes(input);
    // whole first: when the case itself is wrong, that is the message to see
    expect(logTracked(play(input, largest))).toBe(expected);
    for (let size = smallest; size < largest; size++) {
      const log = logTracked(play(input, size));
      if (log !== expected) expect(`at chunk size ${size}:\n${log}`).toBe(expected);
    }
  });
});
