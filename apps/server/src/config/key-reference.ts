import { z } from 'zod';
import { configSchema, type ReloadEffect } from './schema.ts';

/** One key of the configuration, as documentation, suggestions and the reload report need it. */
export interface KeyReference {
  /** Dotted path; `[]` stands for the elements of an array of tables. */
  readonly path: string;
  readonly description: string;
  readonly reload: ReloadEffect;
  readonly type: string;
  readonly defaultText: string;
}

export interface TableReference {
  readonly path: string;
  readonly description: string;
  readonly isArray: boolean;
  readonly keys: readonly KeyReference[];
  readonly tables: readonly TableReference[];
}

const nodeSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().default(''),
  reload: z.enum(['at once', 'restart']).optional(),
  automatic: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});
type Node = z.output<typeof nodeSchema>;

const root = nodeSchema.parse(z.toJSONSchema(configSchema, { io: 'input' }));

/** The whole configuration as nested tables, from the schema itself. */
export const configReference: TableReference = describeTable(root, '', false);

/** The names allowed in the table at `path` (array indices are skipped); empty when there is no such table. */
export function keysAt(path: readonly (string | number)[]): readonly string[] {
  let node = root;
  for (const part of path) {
    const next: unknown = typeof part === 'number' ? node.items : node.properties?.[part];
    if (next === undefined) return [];
    node = nodeSchema.parse(next);
  }
  return Object.keys(node.properties ?? {});
}

function describeTable(node: Node, path: string, isArray: boolean): TableReference {
  const keys: KeyReference[] = [];
  const tables: TableReference[] = [];
  for (const [name, value] of Object.entries(node.properties ?? {})) {
    const child = nodeSchema.parse(value);
    const childPath = path === '' ? name : `${path}.${name}`;
    const items = child.items === undefined ? undefined : nodeSchema.parse(child.items);
    if (child.properties !== undefined) tables.push(describeTable(child, childPath, false));
    else if (items?.properties !== undefined) {
      tables.push(describeTable({ ...items, description: child.description }, childPath, true));
    } else if (child.reload !== undefined) keys.push(describeKey(child, childPath, child.reload));
  }
  return { path, description: node.description, isArray, keys, tables };
}

function describeKey(node: Node, path: string, reload: ReloadEffect): KeyReference {
  const fallback = node.default === undefined ? (node.automatic ?? 'required') : JSON.stringify(node.default);
  return { path, description: node.description, reload, type: describeType(node), defaultText: fallback };
}

function describeType(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (node.anyOf !== undefined)
    return node.anyOf.map((option) => describeType(nodeSchema.parse(option))).join(' or ');
  if (node.type === 'array') return `array of ${describeType(nodeSchema.parse(node.items))}`;
  if (node.type !== 'integer') return node.type ?? 'any';
  const isBounded = node.maximum !== undefined && node.maximum < Number.MAX_SAFE_INTEGER;
  const minimum = node.minimum ?? 0;
  if (isBounded) return `integer, ${String(minimum)} to ${String(node.maximum)}`;
  return minimum > 0 ? `integer, from ${String(minimum)}` : 'integer';
}
