/** One thing wrong with the configuration, with its place where there is one. */
export interface ConfigProblem {
  /** The file, or where else the value came from: `EYRIE_PORT`, `--port`. */
  readonly source: string;
  /** From 1; absent for problems of the whole file and for values that come from elsewhere. */
  readonly line?: number;
  readonly column?: number;
  /** Dotted key, absent for syntax errors. */
  readonly key?: string;
  readonly message: string;
}

/** `file:line:column: key: message`, the form editors and terminals can jump to. */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.line === undefined ? '' : `:${problem.line}:${problem.column ?? 1}`;
  const key = problem.key === undefined ? '' : `${problem.key}: `;
  return `${problem.source}${place}: ${key}${problem.message}`;
}

/** `redaction.patterns[0].name` from its parts. */
export function formatKeyPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
