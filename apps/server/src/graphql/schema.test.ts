import { readFile } from 'node:fs/promises';
import { buildSchema, isNonNullType, lexicographicSortSchema, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { builder } from './builder.ts';
import { schema } from './schema/index.ts';

const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

const rootFields = roots.flatMap((root) =>
  Object.values(root?.getFields() ?? {}).map((field) => ({ root: root?.name ?? '', field })),
);

test('every root field states who may use it, and mutations ask for more than a viewer', () => {
  const stated = new Map(
    [...builder.configStore.typeConfigs.values()].flatMap((type) =>
      type.graphqlKind === 'Object'
        ? [...builder.configStore.getFields(type.name, 'Object')].map(([name, config]) => [
            `${type.name}.${name}`,
            config.pothosOptions,
          ])
        : [],
    ),
  );
  expect(rootFields.length).toBeGreaterThan(15);
  for (const { root, field } of rootFields) {
    const options = stated.get(`${root}.${field.name}`);
    expect(options, `${root}.${field.name}`).toHaveProperty('authScopes');
    const scopes = Object.keys(Reflect.get(options ?? {}, 'authScopes') ?? {});
    expect(scopes, `${root}.${field.name}`).toHaveLength(1);
    if (root === 'Mutation') expect(scopes, field.name).toEqual(['operator']);
  }
});

test('every connection has the page arguments and costs what is asked of it', () => {
  const connections = Object.values(schema.getTypeMap()).flatMap((type) =>
    'getFields' in type
      ? Object.values(type.getFields()).filter((field) => String(field.type).endsWith('Connection!'))
      : [],
  );
  expect(connections.length).toBe(5);
  for (const field of connections) {
    expect('args' in field ? field.args.map((argument) => argument.name) : [], field.name).toEqual(
      expect.arrayContaining(['after', 'first']),
    );
    const cost: unknown = field.extensions['complexity'];
    expect(typeof cost === 'function' && cost({ first: 50 })).toEqual({ field: 1, multiplier: 50 });
    expect(typeof cost === 'function' && cost({ first: 100_000 })).toEqual({ field: 1, multiplier: 100 });
  }
});

test('the printed schema is the schema', async () => {
  const text = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
  const normal = (from: typeof schema): string => printSchema(lexicographicSortSchema(from));
  expect(normal(buildSchema(text))).toBe(normal(schema));
});

test('lists and their rows are never null', () => {
  for (const name of [
    'EventConnection',
    'ConversationConnection',
    'ProcessConnection',
    'AuditEntryConnection',
  ]) {
    const type = schema.getType(name);
    const fields = type !== undefined && 'getFields' in type ? type.getFields() : {};
    expect(isNonNullType(fields['edges']?.type), name).toBe(true);
  }
});
