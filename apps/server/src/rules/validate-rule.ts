/** What a person typed into the rule form. */
export interface RuleInput {
  readonly name: string;
  readonly pattern: string;
  readonly placeholder: string;
  readonly description: string;
  readonly enabled: boolean;
}

export interface FieldProblem {
  /** Field of the input: `name`, `pattern`, `placeholder`, `description`, `enabled`, or `id` for the rule itself. */
  readonly field: string;
  readonly message: string;
  /** 1-based column in the field's text where the problem is, when there is one. */
  readonly column: number | null;
}

type PatternCheck =
  { readonly ok: true } | { readonly ok: false; readonly message: string; readonly column: number };

export interface RuleChecks {
  /** Refuses what is not RE2 syntax and what matches the empty text; `column` is 1-based. */
  compilePattern(pattern: string): PatternCheck;
}

const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const MAX_PATTERN = 1_000;
const MAX_PLACEHOLDER = 64;
const MAX_DESCRIPTION = 500;
/**
 * Placeholders land inside JSON text (tool arguments are kept as the model wrote them) and inside one-line summaries: no
 * quotes, no backslash, no line breaks or other control characters.
 */
const PLACEHOLDER = /^[\u0020-\u0021\u0023-\u005b\u005d-\u007e]+$/;
const CONTROL = /[\u0000-\u001f\u007f]/;

function problem(field: string, message: string, column: number | null = null): FieldProblem {
  return { field, message, column };
}

function checkName(name: string, takenNames: ReadonlySet<string>): FieldProblem[] {
  if (!NAME.test(name)) {
    return [
      problem(
        'name',
        'Use 1 to 40 lower-case letters, digits and underscores, starting with a letter, such as "employee_id".',
      ),
    ];
  }
  return takenNames.has(name) ? [problem('name', `There is already a rule named "${name}".`)] : [];
}

function checkPattern(pattern: string, checks: RuleChecks): FieldProblem[] {
  if (pattern === '') return [problem('pattern', 'Enter an expression.')];
  if (pattern.length > MAX_PATTERN) {
    return [
      problem('pattern', `The expression is ${pattern.length} characters long; ${MAX_PATTERN} is the most.`),
    ];
  }
  const compiled = checks.compilePattern(pattern);
  return compiled.ok ? [] : [problem('pattern', compiled.message, compiled.column)];
}

function checkPlaceholder(placeholder: string): FieldProblem[] {
  if (placeholder === '') return [problem('placeholder', 'Enter what is shown instead of a match.')];
  if (placeholder.length > MAX_PLACEHOLDER) {
    return [problem('placeholder', `Use at most ${MAX_PLACEHOLDER} characters.`)];
  }
  if (PLACEHOLDER.test(placeholder)) return [];
  const at = placeholder.split('').findIndex((unit) => !PLACEHOLDER.test(unit));
  return [
    problem('placeholder', 'Use printable ASCII characters without quotation marks and backslashes.', at + 1),
  ];
}

function checkDescription(description: string): FieldProblem[] {
  if (description.length > MAX_DESCRIPTION) {
    return [problem('description', `Use at most ${MAX_DESCRIPTION} characters.`)];
  }
  return CONTROL.test(description) ? [problem('description', 'Use one line of text.')] : [];
}

/**
 * Checks all fields of `input` and returns every problem found; an empty list means the rule can be saved. Never throws.
 *
 * @param takenNames names of all other rules
 */
export function validateRule(
  input: RuleInput,
  takenNames: ReadonlySet<string>,
  checks: RuleChecks,
): FieldProblem[] {
  return [
    ...checkName(input.name, takenNames),
    ...checkPattern(input.pattern, checks),
    ...checkPlaceholder(input.placeholder),
    ...checkDescription(input.description),
  ];
}

/**
 * Checks what a preview of an unfinished rule needs: an expression that compiles, and a placeholder that is usable if there is one
 * already. Never throws.
 */
export function validateDraft(input: RuleInput, checks: RuleChecks): FieldProblem[] {
  return [
    ...checkPattern(input.pattern, checks),
    ...(input.placeholder === '' ? [] : checkPlaceholder(input.placeholder)),
  ];
}
