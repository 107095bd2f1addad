import { readFileSync } from 'node:fs';
import { buildSchema, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printResultType, printVariablesType } from './document-types.ts';
import { generateDocuments } from './documents.ts';

const schema = buildSchema(`
  type Cat { name: String!, age: Int, kittens: [Cat!]! }
  type Dog { name: String!, tricks: [String] }
  union Pet = Cat | Dog
  input Wish { name: String!, most: Int }
  type Query { pet(wish: Wish): Pet, cats: [Cat!]! }
`);

function print(text: string): { result: string; variables: string } {
  const fragments = new Map();
  const operations = [];
  for (const definition of parse(text).definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const operation = operations[0]!;
  return {
    result: printResultType(schema, operation, fragments),
    variables: printVariablesType(schema, operation),
  };
}

describe('generated documents', () => {
  it('fit the schema of the server and are up to date', () => {
    const generated = generateDocuments();
    expect(generated).toMatchObject({ ok: true });
    const onDisk = readFileSync(new URL('../src/lib/gen/documents.ts', import.meta.url), 'utf8');
    expect(generated.ok && generated.code === onDisk).toBe(true);
  });

  it('type lists, absent values and variables', () => {
    expect(print('query Q($wish: Wish, $n: Int!) { cats { name age kittens { name } } }')).toEqual({
      result:
        '{ readonly cats: readonly ({ readonly name: string; readonly age: number | null; readonly kittens: readonly { readonly name: string }[] })[] }',
      variables: '{ readonly wish?: Wish | null; readonly n: number }',
    });
  });

  it('type a union by its members, through fragments', () => {
    const { result } = print(
      'query Q { pet { __typename ... on Cat { age } ...D } } fragment D on Dog { tricks }',
    );
    expect(result).toBe(
      '{ readonly pet: { readonly __typename: "Cat"; readonly age: number | null } | { readonly __typename: "Dog"; readonly tricks: readonly (string | null)[] | null } | null }',
    );
  });
});
