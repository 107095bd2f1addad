/**
 * A GraphQL operation as text with the types of its variables and result. Made only by
 * `scripts/generate-documents.ts`, which checks every operation against the server's schema.
 */
export interface GraphQlDocument<Result, Variables> {
  readonly name: string;
  readonly text: string;
  /** Never present: carries the types. */
  readonly types?: (variables: Variables) => Result;
}
