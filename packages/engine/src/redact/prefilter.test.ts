import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInRules } from './built-in-rules.ts';
import { defaultRedactionConfig } from './config.ts';
import { createPrefilter } from './prefilter.ts';
import { selectRules } from './rule-set.ts';
import { createTextRedactor } from './text.ts';

const rules = selectRules(defaultRedactionConfig);
const redactor = createTextRedactor(rules);
const triggers = rules.flatMap((rule) => (rule.kind === 'trigger' ? rule.triggers : []));

describe('createPrefilter', () => {
  it('rules out no text in which a rule finds something', () => {
    const piece = fc.oneof(
      fc.constantFrom(...triggers, ...triggers.map((trigger) => trigger.toUpperCase())),
      fc.constantFrom(
        '=hunter2secret',
        ': "x9$kd03"',
        ' A1b2C3d4E5f6G7h8I9j0',
        '4111 1111 1111 1111',
        '123-45-6789',
      ),
      fc.constantFrom(
        '\\u0041',
        '\\"',
        '%3D',
        ' ',
        '-',
        '\u00a0',
        'user:pw@host.example',
        'Ü',
        '\u212a',
        '\u017f',
      ),
      fc.stringMatching(/^[A-Za-z0-9_./:@ -]{0,12}$/),
    );
    let found = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join('');
        if (redactor.find(text).length === 0) return;
        found += 1;
        expect(redactor.mayFind(text), text).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(found).toBeGreaterThan(200);
  });

  it('sees every literal of every rule, in either case where the rule does', () => {
    for (const rule of rules) {
      if (rule.kind !== 'trigger') continue;
      const mayFind = createPrefilter([rule]);
      for (const trigger of rule.triggers) {
        for (const text of [
          trigger,
          `some/path.${trigger}`,
          rule.ignoreCase ? trigger.toUpperCase() : trigger,
        ])
          expect(mayFind(text), text).toBe(true);
      }
    }
  });

  it('rules out what a build machine runs', () => {
    for (const text of [
      'gcc -O2 -g -Wall -Iinclude -c src/module12/unit_4711.c -o build/module12/unit_4711.o',
      '/usr/lib/gcc/x86_64-linux-gnu/12/cc1',
      'bash -lc git status --porcelain=v2 --branch',
      '/home/dev/work/project',
    ])
      expect(redactor.mayFind(text), text).toBe(false);
  });

  it('looks at every text when a rule says nothing about its matches', () => {
    expect(createPrefilter(builtInRules)('plain')).toBe(true);
    const custom = [{ name: 'word', pattern: 'pl[a-z]+', placeholder: '[WORD]' }];
    const own = createTextRedactor(selectRules({ ...defaultRedactionConfig, custom }));
    expect(own.redact('plain').text).toBe('[WORD]');
    // the second time from memory
    expect(own.redact('plain')).toEqual(own.redact('plain'));
  });
});
