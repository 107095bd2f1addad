import { readFile } from 'node:fs/promises';
import { buildSchema, isNonNullType, isObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { builder } from './builder.ts';
import { pageCost } from './connection.ts';
import { schema } from './schema/index.ts';

const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

const rootFields = roots.flatMap((root) =>
  Object.values(root?.getFields() ?? {}).map((field) => ({ root: root?.name ?? '', field })),
);

/** What the builder was told of a field: its options, as they were written. */
function optionsOf(typeName: string, fieldName: string): object {
  const field = builder.configStore.getFields(typeName, 'Object').get(fieldName);
  const options: unknown = field?.pothosOptions;
  return typeof options === 'object' && options !== null ? options : {};
}

test('every root field states who may use it, and mutations ask for more than a viewer', () => {
  expect(rootFields.length).toBeGreaterThan(15);
  for (const { root, field } of rootFields) {
    const stated: unknown = Reflect.get(optionsOf(root, field.name), 'authScopes');
    const scopes = typeof stated === 'object' && stated !== null ? Object.keys(stated) : [];
    expect(scopes, `${root}.${field.name}`).toHaveLength(1);
    if (root === 'Mutation') expect(scopes, field.name).toEqual(['operator']);
  }
});

test('every connection has the page arguments and costs what is asked of it', () => {
  const connections = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()))
    .filter((field) => String(field.type).endsWith('Connection!'));
  expect(connections.map(({ name }) => name).sort()).toEqual([
    ...['audit', 'children', 'conversations', 'events', 'events', 'processes'],
  ]);
  for (const field of connections) {
    const names = field.args.map(({ name }) => name);
    expect(names, field.name).toEqual(expect.arrayContaining(['after', 'first']));
    expect(field.extensions['complexity'], field.name).toBe(pageCost);
  }
  expect(pageCost({ first: 50 })).toEqual({ field: 1, multiplier: 50 });
  expect(pageCost({})).toEqual({ field: 1, multiplier: 20 });
  expect(pageCost({ first: 100_000 })).toEqual({ field: 1, multiplier: 100 });
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
