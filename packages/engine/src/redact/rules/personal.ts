/** Personal data: e-mail addresses, payment cards, US social security numbers; phone numbers and addresses on request. */
import { isAlphanumeric, isDigit, matchSticky, type ScanRule, type TriggerRule } from '../rule.ts';

/** RFC 5321, 4.5.3.1: 64 octets before the @, 255 after it. */
const maxLocal = 64;
const domain = /(?:[A-Za-z0-9\u00c0-\u024f-]{1,63}\.){1,8}[A-Za-z\u00c0-\u024f]{2,24}(?![A-Za-z0-9])/y;

function isLocalPart(code: number): boolean {
  // letters, digits, Latin letters with accents and . _ % + - '
  return (
    isAlphanumeric(code) || code === 46 || code === 95 || code === 37 || code === 43 || code === 45 || code === 39 ||
    (code >= 0xc0 && code <= 0x24f)
  ); // prettier-ignore
}

export const emailRule: TriggerRule = {
  kind: 'trigger',
  name: 'email',
  description: 'E-mail addresses',
  placeholder: '[EMAIL_REDACTED]',
  pattern: "[\\w.%+'-]{1,64}@(?:[\\w-]+\\.)+[A-Za-z]{2,24}",
  enabledByDefault: true,
  ignoreCase: false,
  triggers: ['@'],
  matchAt(text, at) {
    let start = at;
    while (start > 0 && at - start < maxLocal && isLocalPart(text.charCodeAt(start - 1))) start -= 1;
    // a quote or dot before the address is not part of it
    while (start < at && !isAlphanumeric(text.charCodeAt(start)) && text.charCodeAt(start) < 0xc0) start += 1;
    if (start === at) return undefined;
    const end = matchSticky(domain, text, at + 1);
    if (end === -1) return undefined;
    // git@github.com:owner/repository names a service
    if (at - start === 3 && text.startsWith('git', start) && text.charCodeAt(end) === 58) return undefined;
    return { start, end };
  },
};

/** Runs of digits with at most one separator between two of them. Greedy over disjoint classes: one pass. */
const digitRun = /\d(?:[ \u00a0-]?\d){12,}/g;

/** ISO/IEC 7812: the last digit makes the weighted sum a multiple of ten. */
function passesLuhn(digits: readonly number[], from: number, count: number): boolean {
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const digit = digits[from + count - 1 - index] ?? 0;
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** Looks at every group boundary of one run for 19 down to 13 digits of a card; constant work per digit. */
function findCards(
  text: string,
  start: number,
  end: number,
  report: (start: number, end: number) => void,
): void {
  const digits: number[] = [];
  const places: number[] = [];
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) continue;
    digits.push(code - 48);
    places.push(index);
  }
  let from = 0;
  while (from + 13 <= digits.length) {
    const place = places[from] ?? start;
    const first = digits[from] ?? 0;
    const atBoundary = place === start || !isDigit(text.charCodeAt(place - 1));
    let taken = 0;
    // 2 Mastercard, 3 American Express and others, 4 Visa, 5 Mastercard, 6 Discover, UnionPay, Maestro
    for (
      let count = Math.min(19, digits.length - from);
      atBoundary && first >= 2 && first <= 6 && count >= 13;
      count -= 1
    ) {
      const last = places[from + count - 1] ?? place;
      if (isDigit(text.charCodeAt(last + 1)) || !passesLuhn(digits, from, count)) continue;
      report(place, last + 1);
      taken = count;
      break;
    }
    from += taken > 0 ? taken : 1;
  }
}

export const creditCardRule: ScanRule = {
  kind: 'scan',
  name: 'credit_card',
  description:
    'Payment card numbers of 13 to 19 digits, with or without separators, whose check digit is right',
  placeholder: '[CREDIT_CARD_REDACTED]',
  pattern: '\\b[2-6](?:[ -]?\\d){12,18}\\b',
  enabledByDefault: true,
  minDigits: 13,
  find(text, report) {
    digitRun.lastIndex = 0;
    for (let match = digitRun.exec(text); match !== null; match = digitRun.exec(text)) {
      const start = match.index;
      const end = digitRun.lastIndex;
      // part of a longer word: a hash, an identifier
      const glued = isAlphanumeric(text.charCodeAt(start - 1)) || isAlphanumeric(text.charCodeAt(end));
      if (!glued) findCards(text, start, end, report);
    }
  },
};

function scanRule(
  base: {
    readonly name: string;
    readonly description: string;
    readonly placeholder: string;
    readonly enabledByDefault: boolean;
    readonly minDigits?: number;
  },
  expression: RegExp,
): ScanRule {
  return {
    ...base,
    kind: 'scan',
    pattern: expression.source,
    find(text, report) {
      expression.lastIndex = 0;
      for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
        report(match.index, expression.lastIndex);
      }
    },
  };
}

/** Areas 000, 666 and 900–999, group 00 and serial 0000 were never issued (SSA). */
export const ssnRule = scanRule(
  {
    name: 'ssn',
    description: 'US social security numbers (123-45-6789)',
    placeholder: '[SSN_REDACTED]',
    enabledByDefault: true,
    minDigits: 9,
  },
  /(?<![\w-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])/g,
);

export const phoneRule = scanRule(
  {
    name: 'phone',
    description:
      'Phone numbers, international or North American; off by default because many other numbers look alike',
    placeholder: '[PHONE_REDACTED]',
    enabledByDefault: false,
  },
  /(?<![\w.+-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,4}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\w-])/g,
);

export const ipv4Rule = scanRule(
  {
    name: 'ipv4',
    description: 'IPv4 addresses; off by default because they are mostly what an operator looks for',
    placeholder: '[IPV4_REDACTED]',
    enabledByDefault: false,
  },
  /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w-]|\.\d)/g,
);

export const ipv6Rule = scanRule(
  {
    name: 'ipv6',
    description: 'IPv6 addresses; off by default',
    placeholder: '[IPV6_REDACTED]',
    enabledByDefault: false,
  },
  /(?<![\w:.])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,7}:(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,5})?|::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?)(?![\w:])/g,
);
