/**
 * Secrets that programs take by one-letter options, whose name says nothing: `mysql -pSECRET`, `curl -u user:SECRET`,
 * `sshpass -p SECRET`, `docker login -p SECRET`. Long options are found by their name (`secret_assignment`).
 */
import { isAlphanumeric, matchSticky, type Span, type TriggerRule } from '../rule.ts';
import { readShellWord } from './value.ts';

interface CommandShape {
  /** Finds the option from the end of the program's name; bounded and within one command. */
  readonly option: RegExp;
  /** Only what follows the first colon of the value is secret. */
  readonly afterColon?: true;
}

/** Up to this many characters between a program and its option, in the same command. */
const before = '[^\\n\\r|;&]{0,200}?';
const attachedOrNext = (letter: string): RegExp =>
  new RegExp(`${before}\\s-${letter}[ \\t=]{0,4}(?=[^\\s-])`, 'y');
const login = new RegExp(`(?:[ \\t]+registry)?[ \\t]+login\\b${before}\\s-p[ \\t=]{0,4}(?=[^\\s-])`, 'y');

const shapes: Readonly<Record<string, CommandShape>> = {
  sshpass: { option: attachedOrNext('p') },
  mysql: { option: attachedOrNext('p') },
  mariadb: { option: attachedOrNext('p') },
  mongo: { option: attachedOrNext('p') },
  'redis-cli': { option: attachedOrNext('a') },
  docker: { option: login },
  podman: { option: login },
  helm: { option: login },
  'az ': { option: login },
  unzip: { option: attachedOrNext('P') },
  ldapsearch: { option: attachedOrNext('w') },
  curl: {
    option: new RegExp(`${before}\\s(?:-u|--user|-U|--proxy-user)[ \\t=]{0,4}(?=[^\\s-])`, 'y'),
    afterColon: true,
  },
  wget: { option: new RegExp(`${before}\\s--(?:http-|ftp-)?password[ \\t=]{1,4}`, 'y') },
};

/** The secret word of one command, from the end of the program's name. */
function findSecret(text: string, from: number, shape: CommandShape): Span | undefined {
  const at = matchSticky(shape.option, text, from);
  if (at === -1) return undefined;
  const word = readShellWord(text, at);
  if (word === undefined || shape.afterColon !== true) return word;
  const value = text.slice(word.start, word.end);
  const colon = value.indexOf(':');
  return colon === -1 || colon === value.length - 1
    ? undefined
    : { start: word.start + colon + 1, end: word.end };
}

export const commandSecretRule: TriggerRule = {
  kind: 'trigger',
  name: 'command_secret',
  description:
    'Passwords in one-letter options of known programs (mysql -p, curl -u, sshpass -p, docker login -p, redis-cli -a)',
  placeholder: '[SECRET_REDACTED]',
  pattern: '\\b(?:sshpass|mysql|mariadb|mongo|docker login|…)\\b.* -p\\s*(\\S+)|\\bcurl\\b.* -u \\S+:(\\S+)',
  enabledByDefault: true,
  ignoreCase: false,
  triggers: Object.keys(shapes),
  matchAt(text, at, trigger) {
    if (at > 0 && isAlphanumeric(text.charCodeAt(at - 1))) return undefined;
    const shape = shapes[trigger];
    return shape === undefined ? undefined : findSecret(text, at + trigger.length, shape);
  },
};
