import type { ReadStream } from 'node:tty';
import { CommandError, exitCodes } from './exit-codes.ts';

/** A password is at most 256 characters; more input than this is something else. */
const maxInputLength = 4096;

const keys = { enter: /[\r\n]/, interrupt: '\u0003', endOfFile: '\u0004', backspace: /[\u0008\u007f]/ };

/**
 * A new password: typed twice and not shown when `input` is a terminal, else the first line that comes in. Throws
 * `CommandError` when the two differ, nothing comes or Ctrl-C is pressed.
 */
export async function readNewPassword(input: ReadStream, print: (text: string) => void): Promise<string> {
  if (!input.isTTY) return readLine(input);
  const first = await readHidden(input, () => print('Password: '));
  print('\n');
  const second = await readHidden(input, () => print('Again: '));
  print('\n');
  if (first !== second) throw new CommandError(exitCodes.usage, 'The two passwords differ. Try again.');
  return first;
}

async function readLine(input: ReadStream): Promise<string> {
  let text = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes('\n') || text.length > maxInputLength) break;
  }
  const [line = ''] = text.split(/\r?\n/, 1);
  if (line === '')
    throw new CommandError(exitCodes.usage, 'No password came in. Send it as the first line of input.');
  return line;
}

/** One line from a terminal that does not echo meanwhile. */
async function readHidden(input: ReadStream, prompt: () => void): Promise<string> {
  // First silent, then asked: what is typed at once after the prompt must not be shown either.
  input.setRawMode(true);
  input.setEncoding('utf8');
  prompt();
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = [];
      const onData = (text: string): void => {
        for (const key of text) {
          if (keys.enter.test(key) || key === keys.endOfFile) {
            input.off('data', onData);
            resolve(typed.join(''));
            return;
          }
          if (key === keys.interrupt) {
            input.off('data', onData);
            reject(new CommandError(exitCodes.failure, 'Interrupted; nothing was changed.'));
            return;
          }
          if (keys.backspace.test(key)) typed = typed.slice(0, -1);
          else typed.push(key);
        }
      };
      input.on('data', onData);
      input.resume();
    });
  } finally {
    input.pause();
    input.setRawMode(false);
  }
}
