import { previewRedaction } from '@eyrie/engine/redact';
import { afterEach, describe, expect, test } from 'vitest';
import { ask, containing, matching, openTestGraphql, viewerOf } from '../graphql/test/open-test-graphql.ts';
import type { Answer, TestGraphql, TestOptions } from '../graphql/test/open-test-graphql.ts';

let server: TestGraphql;

async function start(options: TestOptions = {}): Promise<void> {
  server = await openTestGraphql(options);
}

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const operator = { viewer: viewerOf('operator') };

const result = `__typename
  ... on RedactionRule { id source builtIn name pattern placeholder description enabled version updatedBy updatedAt }
  ... on InvalidInput { errors { field message column } }
  ... on VersionConflict { message current { version pattern updatedBy } }`;

interface Input {
  readonly name: string;
  readonly pattern: string;
  readonly placeholder: string;
  readonly enabled: boolean;
  readonly description?: string;
}

const input: Input = { name: 'employee_id', pattern: 'EMP-[0-9]+', placeholder: '[EMPLOYEE]', enabled: true };

async function run(mutation: string, variables: Record<string, unknown>, viewer = operator.viewer) {
  const answer: Answer = await ask(server, mutation, { variables, viewer });
  expect(answer.errors).toEqual([]);
  return Object.values(answer.data ?? {})[0] as Record<string, unknown>;
}

const create = (change: Partial<Input> = {}) =>
  run(`mutation C($input: RedactionRuleInput!) { createRedactionRule(input: $input) { ${result} } }`, {
    input: { ...input, ...change },
  });

const update = (id: unknown, version: unknown, change: Partial<Input> = {}) =>
  run(
    `mutation U($id: ID!, $version: Int!, $input: RedactionRuleInput!) {
      updateRedactionRule(id: $id, version: $version, input: $input) { ${result} } }`,
    { id, version, input: { ...input, ...change } },
  );

const enable = (id: unknown, version: unknown, enabled: boolean) =>
  run(
    `mutation E($id: ID!, $version: Int!, $enabled: Boolean!) {
      setRedactionRuleEnabled(id: $id, version: $version, enabled: $enabled) { ${result} } }`,
    { id, version, enabled },
  );

const remove = (id: unknown, version: unknown) =>
  run(
    `mutation D($id: ID!, $version: Int!) { deleteRedactionRule(id: $id, version: $version) { ${result} } }`,
    {
      id,
      version,
    },
  );

/** What the redactor makes of `text` under the configuration it was given last. */
function redacted(text: string): string {
  return previewRedaction(text, server.applied.at(-1)!).text;
}

async function audit() {
  return (await server.control.findAudit()).edges.map(({ node }) => node);
}

describe('a custom rule', () => {
  test('is in force when the answer arrives, and so is every later change', async () => {
    await start();
    const created = await create();
    expect(created).toMatchObject({
      ...{
        __typename: 'RedactionRule',
        name: 'employee_id',
        source: 'custom',
        builtIn: false,
        enabled: true,
      },
      ...{ version: 1, updatedBy: 'operator-user', description: '' },
    });
    expect(redacted('I am EMP-77')).toBe('I am [EMPLOYEE]');

    const updated = await update(created['id'], 1, { placeholder: '[STAFF]' });
    expect(updated).toMatchObject({ version: 2, placeholder: '[STAFF]' });
    expect(redacted('I am EMP-77')).toBe('I am [STAFF]');

    expect(await enable(created['id'], 2, false)).toMatchObject({ version: 3, enabled: false });
    expect(redacted('I am EMP-77')).toBe('I am EMP-77');

    expect(await enable(created['id'], 3, true)).toMatchObject({ version: 4, enabled: true });
    expect(await remove(created['id'], 4)).toMatchObject({ name: 'employee_id', placeholder: '[STAFF]' });
    expect(redacted('I am EMP-77')).toBe('I am EMP-77');
    expect(await server.control.findRedactionRules()).toEqual([]);
  });

  test('leaves who, from where, before and after in the audit log with each change', async () => {
    await start();
    const { id } = await create();
    await update(id, 1, { placeholder: '[STAFF]' });
    await remove(id, 2);
    const entries = await audit();
    expect(entries).toHaveLength(3);
    for (const entry of entries) expect(entry).toMatchObject({ actor: 'operator-user', ip: '203.0.113.9' });
    const [removed, changed, added] = entries;
    expect(added).toMatchObject({ before: null, after: containing('[EMPLOYEE]') });
    expect(changed?.before).toContain('[EMPLOYEE]');
    expect(changed?.after).toContain('[STAFF]');
    expect(removed).toMatchObject({ before: containing('[STAFF]'), after: null });
  });

  test('is refused with the place of every problem, and nothing changes', async () => {
    await start();
    expect(await create({ name: 'Bad Name', pattern: 'EMP-(', placeholder: '' })).toMatchObject({
      __typename: 'InvalidInput',
      errors: [
        { field: 'name', column: null },
        { field: 'pattern', column: 5 },
        { field: 'placeholder', column: null },
      ],
    });
    expect(server.applied).toEqual([]);
    expect(await audit()).toEqual([]);
  });

  test('may not take the name of another, built-in or custom, rule, but may keep its own', async () => {
    await start();
    const { id } = await create();
    expect(await create()).toMatchObject({ errors: [{ field: 'name' }] });
    expect(await create({ name: 'jwt' })).toMatchObject({ errors: [{ field: 'name' }] });
    await create({ name: 'other' });
    expect(await update(id, 1, { name: 'other' })).toMatchObject({ errors: [{ field: 'name' }] });
    expect(await update(id, 1, { pattern: 'E[0-9]' })).toMatchObject({ version: 2 });
  });

  test('changed by somebody else in the meantime is a conflict that shows its present form', async () => {
    await start();
    const { id } = await create();
    await update(id, 1, { pattern: 'E-[0-9]+' });
    for (const stale of [() => update(id, 1), () => enable(id, 1, false), () => remove(id, 1)]) {
      expect(await stale()).toMatchObject({
        __typename: 'VersionConflict',
        message: containing('operator-user'),
        current: { version: 2, pattern: 'E-[0-9]+' },
      });
    }
    expect(redacted('E-1')).toBe('[EMPLOYEE]');
  });

  test('of two changes at the same time one is made and the other is a conflict', async () => {
    await start();
    const { id } = await create();
    const outcomes = await Promise.all([
      update(id, 1, { placeholder: '[A]' }),
      update(id, 1, { placeholder: '[B]' }),
    ]);
    expect(outcomes.map((outcome) => outcome['__typename'])).toEqual(['RedactionRule', 'VersionConflict']);
    expect(redacted('EMP-1')).toBe('[A]');
  });

  test('that is gone is reported at the rule', async () => {
    await start();
    for (const id of ['custom:99', 'custom:x', 'nonsense', 'built_in:nothing']) {
      expect(await enable(id, 1, true)).toMatchObject({ errors: [{ field: 'id' }] });
    }
  });

  test('the redactor refuses is not stored, and the answer says so', async () => {
    let refusing = true;
    await start({
      applyRedaction: () => (refusing ? Promise.reject(new Error('engine is stopping')) : Promise.resolve()),
    });
    expect(await create()).toMatchObject({
      __typename: 'InvalidInput',
      errors: [{ field: 'pattern', message: containing('engine is stopping') }],
    });
    expect(await server.control.findRedactionRules()).toEqual([]);
    expect(await audit()).toEqual([]);
    refusing = false;
    expect(await create()).toMatchObject({ __typename: 'RedactionRule' });
  });

  test('that can’t be stored is taken back from the redactor', async () => {
    await start();
    await create();
    const by = { name: 'operator-user' };
    // The store is closed between the check and the change: what a full disk does at that point.
    const failing = server.rules.create({ ...input, name: 'late', pattern: 'LATE', description: '' }, by);
    await server.control.close();
    await expect(failing).rejects.toMatchObject({ name: 'StoreError' });
    expect(redacted('EMP-1 LATE')).toBe('[EMPLOYEE] LATE');
  });
});

describe('a built-in rule', () => {
  test('can be switched off and on again, at once and with an audit entry, and not edited or deleted', async () => {
    await start();
    const rules = await server.rules.list();
    const email = rules.find(({ name }) => name === 'email')!;
    expect(email).toMatchObject({ id: 'built_in:email', source: 'built_in', enabled: true, version: 0 });
    expect(await enable(email.id, 0, false)).toMatchObject({ enabled: false, version: 1, builtIn: true });
    expect(redacted('alice@example.com')).toBe('alice@example.com');
    expect(await enable(email.id, 0, true)).toMatchObject({ __typename: 'VersionConflict' });
    expect(await enable(email.id, 1, true)).toMatchObject({ enabled: true, version: 2 });
    expect(redacted('alice@example.com')).not.toContain('alice');
    expect(await audit()).toHaveLength(2);
    expect(await update(email.id, 2)).toMatchObject({ errors: [{ field: 'id' }] });
    expect(await remove(email.id, 2)).toMatchObject({ errors: [{ field: 'id' }] });
  });

  test('that is off by default can be switched on', async () => {
    await start();
    const phone = (await server.rules.list()).find(({ enabled }) => !enabled)!;
    expect(await enable(phone.id, 0, true)).toMatchObject({ enabled: true });
    expect(server.applied.at(-1)?.enabledBuiltIns).toContain(phone.name);
  });
});

describe('a rule of the configuration file', () => {
  const file = { mode: 'safe', patterns: [{ name: 'badge', pattern: 'B[0-9]{4}' }] } as const;

  test('is in force, shown, and can’t be changed or its name taken', async () => {
    await start({ file });
    const config = await server.rules.config();
    expect(previewRedaction('B1234', config).text).toBe('[REDACTED:badge]');
    expect(await server.rules.find('config:badge')).toMatchObject({ source: 'config', enabled: true });
    expect(await enable('config:badge', 0, false)).toMatchObject({
      errors: [{ field: 'id', message: containing('configuration file') }],
    });
    expect(await create({ name: 'badge' })).toMatchObject({ errors: [{ field: 'name' }] });
  });

  test('comes and goes when the file is reloaded; a file that can’t be applied changes nothing', async () => {
    await start({ file });
    await create();
    expect(await server.rules.reload({ mode: 'minimal', patterns: [] })).toEqual({ ok: true });
    expect(server.applied.at(-1)).toMatchObject({ mode: 'minimal', custom: [{ name: 'employee_id' }] });
    const doubled = { mode: 'safe', patterns: [{ name: 'employee_id', pattern: 'x' }] } as const;
    expect(await server.rules.reload(doubled)).toMatchObject({
      ok: false,
      message: containing('employee_id'),
    });
    expect(server.rules.mode()).toBe('minimal');
    expect((await server.rules.config()).custom).toHaveLength(1);
  });
});

describe('a preview', () => {
  const query = `query P($text: String!, $rule: RedactionRuleInput) {
    redactionPreview(text: $text, rule: $rule) { text findings { rule count } } }`;

  test('shows what the rules in force and the draft make of a text, and changes nothing', async () => {
    await start();
    const variables = { text: 'EMP-1, EMP-2, alice@example.com', rule: input };
    const { data, errors } = await ask(server, query, { variables, ...operator });
    expect(errors).toEqual([]);
    expect(data?.['redactionPreview']).toMatchObject({
      text: matching(/^\[EMPLOYEE\], \[EMPLOYEE\], [^@]+$/),
      findings: expect.arrayContaining([{ rule: 'employee_id', count: 2 }]) as unknown,
    });
    expect(server.applied).toEqual([]);
    expect(await server.control.findRedactionRules()).toEqual([]);
  });

  test('of an edited rule shows the draft in place of the saved rule', async () => {
    await start();
    await create();
    const variables = { text: 'EMP-1 E-2', rule: { ...input, pattern: '\\bE-[0-9]', enabled: false } };
    const { data } = await ask(server, query, { variables, ...operator });
    expect(data?.['redactionPreview']).toMatchObject({ text: 'EMP-1 [EMPLOYEE]' });
  });

  test('of a rule somebody is still typing needs an expression only', async () => {
    await start();
    const rule = { name: 'this rule', pattern: 'EMP-[0-9]', placeholder: '', enabled: true };
    const { data, errors } = await ask(server, query, { variables: { text: 'EMP-1', rule }, ...operator });
    expect(errors).toEqual([]);
    expect(data?.['redactionPreview']).toEqual({
      text: '[REDACTED:draft]',
      findings: [{ rule: 'this rule', count: 1 }],
    });
  });

  test('of a draft with problems names them by field', async () => {
    await start();
    const variables = { text: 'x', rule: { ...input, pattern: 'EMP-(' } };
    const { errors } = await ask(server, query, { variables, ...operator });
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', errors: [{ field: 'pattern', column: 5 }] } },
    ]);
  });

  test('takes 100 000 characters and no more', async () => {
    await start();
    const of = (length: number) => ask(server, query, { variables: { text: 'x'.repeat(length) } });
    expect((await of(100_000)).errors).toEqual([]);
    expect((await of(100_001)).errors).toMatchObject([
      {
        message: matching(/^text: .*100000 is the most/),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });
});
