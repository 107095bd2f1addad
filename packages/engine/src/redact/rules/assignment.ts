/**
 * Secrets known by the name they are given to: `API_KEY=…`, `"password": "…"`, `?token=…&`, `--secret …`, `passphrase is …`.
 * The name stays, the value goes.
 */
import { isAlphanumeric, isDigit, matchSticky, type Span, type TriggerRule } from '../rule.ts';
import { readQuoted, readShellWord } from './value.ts';

const triggers = [
  'api_key', 'api-key', 'apikey', 'api key',
  'access_key', 'access-key', 'accesskey',
  'secret', 'password', 'passwd', 'passphrase', 'pass', 'pwd', 'token',
  'private_key', 'private-key', 'privatekey', 'credential', 'connectionstring', 'accountkey', 'sharedaccesskey',
  'authorization', 'auth_key', 'authkey', 'signing_key', 'encryption_key', 'master_key', '_key', 'cookie',
] as const; // prettier-ignore

/** The rest of the name: `_PROD`, `2`, `Value`; bounded, and cut off where it is not part of the name. */
const suffix = /[A-Za-z0-9_-]{0,32}/y;
/** Names that hold something about a secret, not the secret. */
const harmlessSuffix =
  /^(?:s|[_-]?(?:stdin|count|limit|budget|usage|type|kind|name|id|url|uri|path|file|dir|length|len|size|field|label|hint|policy|expiry|expires(?:_?(?:in|at))?|ttl|index|used|required|version|status|manager|provider|endpoint|prefix|header|param|parameter))$/i;
/** Between name and value: the name's closing quote or bracket, then `=`, `:`, `:=`, `=>`, `==`, `%3D` is decoded before. */
const operator =
  /\\?["'`]?\]?[ \t]{0,8}(?::=|=>|={1,3}|:(?!\/\/))[ \t]{0,8}(?:\r?\n[ \t]{0,40}(?=["'`]))?(?:[bfru]{1,2}(?=["'`]))?/y;
const flagGap = /[ \t]{1,8}/y;
const proseGap = /[ \t]{1,4}(?:is|was|are)[ \t]{1,4}:?[ \t]{0,2}/y;
const unquoted = /(?:[^\s"'`,;&<>(){}[\]|\\]|&(?![\w.-]{1,64}=)){1,4096}/y;
/** Cookies are several pairs, a passphrase is several words: to the end of the line or string. */
const line = /[^\r\n"'`]{1,4096}/y;
const scheme = /(?:bearer|basic|digest|token|negotiate|apikey)[ \t]{1,8}/iy;
/** Values that are not values: types, literals, references to where the value is. */
const notAValue =
  /^(?:null|none|nil|true|false|undefined|string|str|number|int|integer|bool|boolean|object|any|unknown|required|optional|bytes|text|char|varchar|self|this|new|await|async|function|return|var|let|const|\*+|x+|\.+|-+|\$\{?\w{1,64}\}?|%\w{1,64}%|\$\(.{0,32})$/i;
/** Code that fetches the value: `process.env.X`, `os.getenv(`, `getToken()`. */
const expression =
  /^(?:process\.env|os\.environ|os\.getenv|getenv|import\.meta|env\.|config\.|settings\.|secrets\.|self\.|this\.|req\.|request\.|res\.|response\.|args\.|options\.|opts\.|params\.|ctx\.|input\.|data\.|user\.)/;
const proseWord = /^[a-z]+[.,;:!?]?$|^[A-Z][a-z]+[.,;:!?]?$/;

function isFlag(text: string, at: number): boolean {
  // walk back over the name to its dashes: bounded, as names are short
  for (let index = at - 1, steps = 0; index >= 0 && steps < 32; index -= 1, steps += 1) {
    const code = text.charCodeAt(index);
    if (isAlphanumeric(code) || code === 95) continue;
    if (code !== 45) return false;
    const before = index > 0 ? text.charCodeAt(index - 1) : 32;
    if (before === 45 || before <= 32) return true;
    if (!isAlphanumeric(before)) return before === 34 || before === 39;
  }
  return false;
}

type ValueForm = 'shell' | 'line' | 'code';

function readValue(text: string, from: number, form: ValueForm): Span | undefined {
  if (form === 'shell') return readShellWord(text, from);
  const quoted = readQuoted(text, from);
  if (quoted !== undefined) return quoted;
  const afterScheme = matchSticky(scheme, text, from);
  const at = afterScheme === -1 ? from : afterScheme;
  if (form === 'line') {
    const lineEnd = matchSticky(line, text, at);
    return lineEnd === -1 ? undefined : { start: at, end: lineEnd };
  }
  const end = matchSticky(unquoted, text, at);
  if (end === -1) return undefined;
  const value = end - at <= 80 ? text.slice(at, end) : '';
  if (value !== '' && (notAValue.test(value) || expression.test(value))) return undefined;
  // a call or a subscript: the identifier before it is no secret
  const next = text.charCodeAt(end);
  if ((next === 40 || next === 91) && /^[A-Za-z_][\w.]*$/.test(value)) return undefined;
  return { start: at, end };
}

/** `NAME=` in capitals without a space is the environment's form, whose values a shell reads. */
function formOf(text: string, at: number, trigger: string, assigned: number): ValueForm {
  if (trigger === 'cookie' || trigger === 'passphrase') return 'line';
  const environment = text.charCodeAt(assigned - 1) === 61 && isUpperCase(text.charCodeAt(at));
  return environment && text.charCodeAt(assigned) > 32 ? 'shell' : 'code';
}

/** `<password>value</password>`: the name stands right after the opening bracket. */
function isElement(text: string, at: number, nameEnd: number): boolean {
  if (text.charCodeAt(nameEnd) !== 62) return false;
  let index = at - 1;
  while (index >= 0 && at - index < 32 && isAlphanumeric(text.charCodeAt(index))) index -= 1;
  return text.charCodeAt(index) === 60;
}

/** `machine host login name password value`, as netrc(5) has it. */
const netrcBefore = /\blogin\s{1,8}\S{1,64}\s{1,8}$/;
const netrcGap = /\s{1,8}/y;

function isNetrc(text: string, at: number, trigger: string): boolean {
  return trigger === 'password' && netrcBefore.test(text.slice(Math.max(0, at - 90), at));
}

function isUpperCase(code: number): boolean {
  return code >= 65 && code <= 90;
}

function afterName(
  text: string,
  at: number,
  name: { readonly trigger: string; readonly end: number },
): Span | undefined {
  const flag = isFlag(text, at);
  const nameEnd = name.end;
  const assigned = matchSticky(operator, text, nameEnd);
  if (assigned !== -1) {
    const value = readValue(text, assigned, flag ? 'shell' : formOf(text, at, name.trigger, assigned));
    return value !== undefined && value.end - value.start >= 3 ? value : undefined;
  }
  if (flag) {
    const gapEnd = matchSticky(flagGap, text, nameEnd);
    if (gapEnd === -1 || text.charCodeAt(gapEnd) === 45) return undefined;
    return readShellWord(text, gapEnd);
  }
  if (isElement(text, at, nameEnd)) return readValue(text, nameEnd + 1, 'code');
  if (isNetrc(text, at, name.trigger)) {
    const gapEnd = matchSticky(netrcGap, text, nameEnd);
    return gapEnd === -1 ? undefined : readShellWord(text, gapEnd);
  }
  if (name.trigger === 'pass' || name.trigger === '_key') return undefined;
  const proseEnd = matchSticky(proseGap, text, nameEnd);
  if (proseEnd === -1) return undefined;
  const value = readValue(text, proseEnd, 'code');
  if (value === undefined || value.end - value.start < 4) return undefined;
  return value.end - value.start < 24 && proseWord.test(text.slice(value.start, value.end))
    ? undefined
    : value;
}

export const assignmentRule: TriggerRule = {
  kind: 'trigger',
  name: 'secret_assignment',
  description:
    'Values given to names like api_key, secret, password, token or authorization: in code, environment, JSON, addresses and flags',
  placeholder: '[SECRET_REDACTED]',
  pattern: `(?i)(?:${triggers.join('|')})[\\w-]*["']?\\s*(?:=|:|:=|=>|is)\\s*(["']?)([^\\s"']+)\\1`,
  enabledByDefault: true,
  ignoreCase: true,
  triggers,
  matchAt(text, at, trigger) {
    const stemEnd = at + trigger.length;
    const nameEnd = matchSticky(suffix, text, stemEnd);
    const rest = nameEnd > stemEnd ? text.slice(stemEnd, nameEnd) : '';
    if (rest !== '' && harmlessSuffix.test(rest)) return undefined;
    const first = rest.charCodeAt(0);
    // "tokenizer", "secretary": a lower case letter goes on with another word
    if (first >= 97 && first <= 122 && !/^(?:value|text|key|s?base64)/i.test(rest)) return undefined;
    // these are parts of many words and names: "compass", "primary_key"
    if (trigger === 'pass' && rest !== '') return undefined;
    if (trigger === '_key' && (!text.startsWith('_KEY=', at) || text.charCodeAt(nameEnd) !== 61))
      return undefined;
    if ((trigger === 'pwd' || trigger === 'pass') && at > 0 && !isBoundary(text.charCodeAt(at - 1)))
      return undefined;
    const value = afterName(text, at, { trigger, end: nameEnd });
    if (value === undefined) return undefined;
    // the shell's own working directory
    if (trigger === 'pwd' && text.charCodeAt(value.start) === 47) return undefined;
    return (trigger === 'token' || trigger === 'pass') && isNumber(text, value) ? undefined : value;
  },
};

function isBoundary(code: number): boolean {
  return !isAlphanumeric(code) || isDigit(code);
}

/** `token: 17` counts or indexes something. */
function isNumber(text: string, value: Span): boolean {
  if (value.end - value.start > 6) return false;
  for (let index = value.start; index < value.end; index += 1) {
    if (!isDigit(text.charCodeAt(index))) return false;
  }
  return true;
}
