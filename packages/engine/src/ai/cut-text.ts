/** Longest run at the end that is taken for one token; private keys in base64 on one line are within it. */
const maxTokenChars = 16_384;

/** Characters keys, tokens and passwords are made of. Space, quotes, brackets and letters beyond ASCII end a token. */
function isTokenChar(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    '+/=_-.~:@%!#$&*?\\'.includes(String.fromCharCode(code))
  );
}

/** What a cut through a character leaves: the replacement character, or the first half of a surrogate pair. */
function isHalfCharacter(code: number): boolean {
  return code === 0xfffd || (code >= 0xd800 && code <= 0xdbff);
}

/**
 * Text that was cut, without its last token when the cut went through it. Half a key is not recognised by a redaction rule
 * and still helps who guesses the rest, so it does not leave this stage.
 */
export function withoutCutToken(text: string): string {
  const earliest = Math.max(0, text.length - maxTokenChars);
  let end = text.length;
  while (end > 0 && isHalfCharacter(text.charCodeAt(end - 1))) end--;
  while (end > earliest && isTokenChar(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}
