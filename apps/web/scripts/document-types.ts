import {
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  typeFromAST,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const scalars = new Map([
  ['Int', 'number'],
  ['Float', 'number'],
  ['Boolean', 'boolean'],
  ['String', 'string'],
  ['ID', 'string'],
]);

/** TypeScript type of what an operation returns. */
export function printResultType(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): string {
  const root = schema.getRootType(operation.operation);
  if (root == null) throw new Error(`The schema has no ${operation.operation} type.`);
  return printSelections(schema, root, [operation.selectionSet], fragments);
}

/** TypeScript type of an operation's variables. */
export function printVariablesType(schema: GraphQLSchema, operation: OperationDefinitionNode): string {
  const fields = (operation.variableDefinitions ?? []).map((definition) => {
    const type = typeFromAST(schema, definition.type);
    const name = definition.variable.name.value;
    if (type === undefined || !isInputType(type)) throw new Error(`Variable ${name} has no input type.`);
    return printInputField(name, type);
  });
  return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`;
}

/** TypeScript types of every input object of the schema. */
export function printInputTypes(schema: GraphQLSchema): string {
  return Object.values(schema.getTypeMap())
    .filter(isInputObjectType)
    .map((type) => {
      const fields = Object.values(type.getFields()).map((field) => printInputField(field.name, field.type));
      return `export type ${type.name} = { ${fields.join('; ')} };`;
    })
    .join('\n');
}

function printInputField(name: string, type: GraphQLInputType): string {
  return isNonNullType(type)
    ? `readonly ${name}: ${printInput(type.ofType)}`
    : `readonly ${name}?: ${printInput(type)} | null`;
}

function printInput(type: GraphQLInputType): string {
  if (isNonNullType(type)) return printInput(type.ofType);
  if (isListType(type)) return `readonly ${bracket(printInput(type.ofType))}[]`;
  return printNamed(type);
}

function printNamed(type: GraphQLNamedType): string {
  if (isScalarType(type)) return scalars.get(type.name) ?? 'unknown';
  if (isEnumType(type))
    return type
      .getValues()
      .map((value) => JSON.stringify(value.name))
      .join(' | ');
  return type.name;
}

const bracket = (text: string): string => (text.includes('|') ? `(${text})` : text);

function printOutput(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  selections: readonly SelectionSetNode[],
  fragments: Fragments,
): string {
  if (isNonNullType(type)) return printPresent(schema, type.ofType, selections, fragments);
  return `${printPresent(schema, type, selections, fragments)} | null`;
}

function printPresent(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  selections: readonly SelectionSetNode[],
  fragments: Fragments,
): string {
  if (isNonNullType(type)) return printPresent(schema, type.ofType, selections, fragments);
  if (isListType(type)) {
    return `readonly ${bracket(printOutput(schema, type.ofType, selections, fragments))}[]`;
  }
  return isCompositeType(type) ? printSelections(schema, type, selections, fragments) : printNamed(type);
}

/** A union or interface becomes a union of the objects it can be. */
function printSelections(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  selections: readonly SelectionSetNode[],
  fragments: Fragments,
): string {
  const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  return objects
    .map((object) => {
      const fields = new Map<string, FieldNode[]>();
      for (const selection of selections) collect(schema, object, selection, fragments, fields);
      return `{ ${[...fields].map(([key, nodes]) => printField(schema, object, key, nodes, fragments)).join('; ')} }`;
    })
    .join(' | ');
}

// eslint-disable-next-line max-params -- the collection algorithm of the specification carries exactly these
function collect(
  schema: GraphQLSchema,
  object: GraphQLObjectType,
  set: SelectionSetNode,
  fragments: Fragments,
  fields: Map<string, FieldNode[]>,
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      fields.set(key, [...(fields.get(key) ?? []), selection]);
      continue;
    }
    const node = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (node === undefined) continue;
    const condition = node.typeCondition?.name.value;
    const target = condition === undefined ? object : schema.getType(condition);
    const applies = target === object || (isAbstractType(target) && schema.isSubType(target, object));
    if (applies) collect(schema, object, node.selectionSet, fragments, fields);
  }
}

// eslint-disable-next-line max-params -- as above
function printField(
  schema: GraphQLSchema,
  object: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
  fragments: Fragments,
): string {
  const name = nodes[0]?.name.value ?? '';
  if (name === '__typename') return `readonly ${key}: ${JSON.stringify(object.name)}`;
  const field = isObjectType(object) ? object.getFields()[name] : undefined;
  if (field === undefined) throw new Error(`${object.name}.${name} is not in the schema.`);
  const sets = nodes.flatMap((node) => node.selectionSet ?? []);
  return `readonly ${key}: ${printOutput(schema, field.type, sets, fragments)}`;
}
