import { eventTypeCodes, type Completeness, type EventType } from '../event-input.ts';

const completenessNames: readonly Completeness[] = ['metadata_only', 'partial', 'full'];

/** True for the name of an event type. */
function isEventType(name: string): name is EventType {
  return Object.hasOwn(eventTypeCodes, name);
}

const typeNames = new Map<number, EventType>(
  Object.entries(eventTypeCodes).flatMap(([name, code]) =>
    isEventType(name) ? [[code, name] as const] : [],
  ),
);

/** The name of a stored type code. Throws for a code this version does not know: the schema check comes before. */
export function typeOfCode(code: number): EventType {
  const name = typeNames.get(code);
  if (name === undefined) throw new Error(`unknown event type code ${code}`);
  return name;
}

/** The name of a stored completeness code; an unknown one is the worst. */
export function completenessOfCode(code: number): Completeness {
  return completenessNames[code] ?? 'metadata_only';
}

/** Codes of names, for conditions. */
export function codesOfTypes(types: readonly EventType[]): readonly number[] {
  return types.map((type) => eventTypeCodes[type]);
}
