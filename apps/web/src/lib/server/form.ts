/** The named text fields of a form; a field that is absent or a file is empty text. */
export function readFields<const Name extends string>(
  form: FormData,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const entries = names.map((name) => {
    const value = form.get(name);
    return [name, typeof value === 'string' ? value : ''] as const;
  });
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- fromEntries forgets the names
  return Object.fromEntries(entries) as Record<Name, string>;
}
