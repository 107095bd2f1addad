/** An argument list as one line that a shell would read back the same. */

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

function quote(arg: string): string {
  return plain.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}

/**
 * Quotes what needs it, so that where an argument ends is visible, to people and to redaction. Beyond `maxChars` whole
 * arguments are left out: half of a secret would not be recognised as one.
 */
export function joinCommandLine(args: readonly string[], maxChars: number): string {
  const words: string[] = [];
  let length = 0;
  for (const arg of args) {
    const word = quote(arg);
    length += word.length + 1;
    if (length > maxChars) {
      words.push('…');
      break;
    }
    words.push(word);
  }
  return words.join(' ');
}
