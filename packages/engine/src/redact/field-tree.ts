/** The tables of `fields.ts` as a tree that is walked along with an event: no path is built for a string without a finding. */
import type { EventType } from '../event/types.ts';
import {
  contentFields,
  envelopeContentFields,
  joinedLists,
  joinedTexts,
  sharedObjects,
  structuralFields,
} from './fields.ts';

export interface Field {
  readonly members: ReadonlyMap<string, Field>;
  /** Of every element of an array. */
  readonly item: Field;
  /** The only form in which a string here passes unexamined. */
  readonly shape: RegExp | undefined;
  /** Dropped in `minimal` mode. */
  readonly content: boolean;
  readonly joinedList: { readonly separator: string; readonly flags: boolean } | undefined;
  readonly joinedText: boolean;
  /** The same object comes with many events and never changes. */
  readonly shared: boolean;
}

interface Draft {
  members: Map<string, Draft>;
  item: Draft | undefined;
  shape: RegExp | undefined;
  content: boolean;
  joinedList: Field['joinedList'];
  joinedText: boolean;
  shared: boolean;
}

function emptyDraft(): Draft {
  return {
    members: new Map(),
    item: undefined,
    shape: undefined,
    content: false,
    joinedList: undefined,
    joinedText: false,
    shared: false,
  };
}

class AnyField implements Field {
  readonly members: ReadonlyMap<string, Field> = new Map();
  readonly shape = undefined;
  readonly content = false;
  readonly joinedList = undefined;
  readonly joinedText = false;
  readonly shared = false;
  get item(): Field {
    return this;
  }
}

/** What no table names: text, all the way down. */
export const anyField: Field = new AnyField();

/** `a.b[].c` as the draft's steps. */
function at(root: Draft, path: string): Draft {
  let current = root;
  for (const step of path.split('.')) {
    const name = step.replaceAll('[]', '');
    let member = current.members.get(name);
    if (member === undefined) {
      member = emptyDraft();
      current.members.set(name, member);
    }
    current = member;
    for (let depth = 0; depth < (step.length - name.length) / 2; depth += 1) {
      current.item ??= emptyDraft();
      current = current.item;
    }
  }
  return current;
}

function freeze(draft: Draft): Field {
  const members = new Map<string, Field>();
  for (const [name, member] of draft.members) members.set(name, freeze(member));
  return { ...draft, members, item: draft.item === undefined ? anyField : freeze(draft.item) };
}

/** The tree for events of one type. */
export function fieldTree(type: EventType): Field {
  const root = emptyDraft();
  for (const [path, shape] of Object.entries(structuralFields)) at(root, path).shape = shape;
  for (const path of [...contentFields[type], ...envelopeContentFields]) at(root, path).content = true;
  for (const [path, list] of Object.entries(joinedLists)) at(root, path).joinedList = list;
  for (const path of joinedTexts) at(root, path).joinedText = true;
  for (const path of sharedObjects) at(root, path).shared = true;
  return freeze(root);
}
