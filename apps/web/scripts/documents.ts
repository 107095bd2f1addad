import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildSchema,
  concatAST,
  Kind,
  parse,
  print,
  Source,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import { printInputTypes, printResultType, printVariablesType } from './document-types.ts';

type Generated =
  { readonly ok: true; readonly code: string } | { readonly ok: false; readonly errors: readonly string[] };

const web = fileURLToPath(new URL('..', import.meta.url));
const schemaFile = join(web, '..', 'server', 'schema.graphql');

const header = `// Generated from the .graphql files of this app by scripts/generate-documents.ts. Do not edit.
import type { GraphQlDocument } from '../graphql/document.ts';
`;

/** Reads the schema and all documents and prints one module. Never throws for a document that is wrong. */
export function generateDocuments(): Generated {
  const schema = buildSchema(readFileSync(schemaFile, 'utf8'));
  const sources = globSync('src/**/*.graphql', { cwd: web }).sort();
  let ast: DocumentNode;
  try {
    ast = concatAST(sources.map((name) => parse(new Source(readFileSync(join(web, name), 'utf8'), name))));
  } catch (error) {
    return { ok: false, errors: [String(error)] };
  }
  const errors = validate(schema, ast).map(String);
  if (errors.length > 0) return { ok: false, errors };

  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of ast.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const parts = operations.map((operation) => {
    const name = operation.name?.value;
    if (name === undefined) throw new Error('Every operation needs a name.');
    const text = [operation, ...usedFragments(operation, fragments)].map(print).join('\n');
    return [
      `export type ${name}Result = ${printResultType(schema, operation, fragments)};`,
      `export type ${name}Variables = ${printVariablesType(schema, operation)};`,
      `export const ${name}: GraphQlDocument<${name}Result, ${name}Variables> = ${JSON.stringify({ name, text })};`,
    ].join('\n');
  });
  return { ok: true, code: [header, printInputTypes(schema), ...parts, ''].join('\n') };
}

function usedFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  const used = new Set<FragmentDefinitionNode>();
  const waiting = [print(operation)];
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    for (const match of text.matchAll(/\.\.\.\s*(?!on\b)(\w+)/g)) {
      const fragment = fragments.get(match[1] ?? '');
      if (fragment === undefined || used.has(fragment)) continue;
      used.add(fragment);
      waiting.push(print(fragment));
    }
  }
  return [...used];
}
