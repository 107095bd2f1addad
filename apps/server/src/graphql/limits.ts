import { createComplexityRule } from '@pothos/plugin-complexity';
import { GraphQLError, Kind, NoSchemaIntrospectionCustomRule, parse, validate, visit } from 'graphql';
import type { DocumentNode, ExecutionArgs, ParseOptions, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GraphqlContext } from './context.ts';

/** What one request may ask for. */
export const limits = {
  /** Pages need 9: conversations, edges, node, events, edges, node, process, ancestors, name. */
  depth: 10,
  /** Fields selected, fragments counted at each use. */
  breadth: 250,
  /** Cost of the answer: a field is 1, a list multiplies what is below it by the rows asked for. */
  complexity: 20_000,
  /** Renamed fields: the cheap way to ask the same costly question many times. */
  aliases: 20,
  /** Fields of Query or Mutation in one operation. */
  rootFields: 20,
  /** Lexical tokens of the document; the parser stops there. The standard introspection query has about 250. */
  tokens: 2_000,
  /** Bytes of a request: a preview text of 100 000 characters, escaped. */
  bodyBytes: 1_000_000,
} as const;

function tooMuch(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_LARGE' } });
}

/** Counts aliases and root fields in the text of the document; fragments of root fields count where they are written. */
function checkWriting(document: DocumentNode): GraphQLError[] {
  let aliases = 0;
  let rootFields = 0;
  visit(document, {
    Field(node) {
      if (node.alias !== undefined) aliases++;
    },
    OperationDefinition(node) {
      const written = node.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
      rootFields = Math.max(rootFields, written.length);
    },
  });
  const errors: GraphQLError[] = [];
  if (aliases > limits.aliases) {
    errors.push(tooMuch(`The query has ${aliases} aliases; ${limits.aliases} is the most.`));
  }
  if (rootFields > limits.rootFields) {
    errors.push(tooMuch(`The operation has ${rootFields} root fields; ${limits.rootFields} is the most.`));
  }
  return errors;
}

function checkCost(args: ExecutionArgs, context: GraphqlContext): readonly GraphQLError[] {
  const operationName = args.operationName ?? undefined;
  const rule = createComplexityRule({
    variableValues: { ...args.variableValues },
    context,
    ...(operationName === undefined ? {} : { operationName }),
    validate({ complexity, depth, breadth }, reportError) {
      const checks = [
        ['nests', depth, limits.depth, 'levels deep'],
        ['selects', breadth, limits.breadth, 'fields'],
        ['costs', complexity, limits.complexity, 'points; ask for fewer rows or fields'],
      ] as const;
      for (const [verb, actual, most, unit] of checks) {
        if (actual > most) reportError(tooMuch(`The query ${verb} ${actual} ${unit}; ${most} is the most.`));
      }
    },
  });
  return validate(args.schema, args.document, [rule]);
}

function checkRequest(args: ExecutionArgs, context: GraphqlContext): readonly GraphQLError[] {
  const written = checkWriting(args.document);
  return written.length > 0 ? written : checkCost(args, context);
}

/**
 * Refuses requests above `limits` before any resolver runs, and introspection for those who are not logged in. Costs depend on
 * variables, so they are checked when a request is executed and not in the cached validation.
 */
export function useLimits(): Plugin<GraphqlContext> {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source, options?: ParseOptions) =>
        parse(source, { ...options, maxTokens: limits.tokens }),
      );
    },
    onValidate({ addValidationRule, context }) {
      if (context.viewer === null) addValidationRule(NoSchemaIntrospectionCustomRule);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const errors = checkRequest(args, args.contextValue);
      if (errors.length > 0) setResultAndStopExecution({ errors: [...errors] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const errors = checkRequest(args, args.contextValue);
      if (errors.length > 0) setResultAndStopExecution({ errors: [...errors] });
    },
  };
}
