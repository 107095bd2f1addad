import type { Actor, ControlStore, RuleChange } from '@eyrie/db';
import type { RedactionConfig } from '@eyrie/engine/redact';
import type { PreviewResult } from './previewer.ts';
import { customView, defaultPlaceholder, parseRuleId } from './rule.ts';
import type { BuiltInRule, FileRule, Rule } from './rule.ts';
import { createRuleBook, toRedactionConfig } from './rule-book.ts';
import type { RuleBook } from './rule-book.ts';
import { validateDraft, validateRule } from './validate-rule.ts';
import type { FieldProblem, RuleChecks, RuleInput } from './validate-rule.ts';

type RedactionMode = RedactionConfig['mode'];

/** The queries of control.db this needs. */
type RuleQueries = Pick<
  ControlStore,
  | 'createRedactionRule'
  | 'deleteRedactionRule'
  | 'findBuiltInRuleStates'
  | 'findRedactionRules'
  | 'setBuiltInRuleEnabled'
  | 'setRedactionRuleEnabled'
  | 'updateRedactionRule'
>;

/** The `[redaction]` section of the configuration file. */
export interface FileRedaction {
  readonly mode: RedactionMode;
  readonly patterns: readonly FileRule[];
}

export interface RuleServiceOptions {
  readonly control: RuleQueries;
  readonly file: FileRedaction;
  readonly builtInRules: readonly BuiltInRule[];
  readonly checks: RuleChecks;
  /** Makes the running redactor use `config`; a rejection means it kept the old one. */
  applyRedaction(config: RedactionConfig): Promise<void>;
  /** Shows what `config` would do to `text`, within a bounded time. */
  preview(request: { readonly text: string; readonly config: RedactionConfig }): Promise<PreviewResult>;
}

/** Outcome of a change. `saved` means stored, in the audit log, and in effect. */
export type RuleOutcome =
  | { readonly kind: 'saved'; readonly rule: Rule }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldProblem[] }
  | { readonly kind: 'conflict'; readonly current: Rule };

export type PreviewOutcome =
  PreviewResult | { readonly kind: 'invalid'; readonly errors: readonly FieldProblem[] };

type ReloadOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface RuleService {
  mode(): RedactionMode;
  /** Built-in rules, then those of the file, then custom ones by name. */
  list(): Promise<readonly Rule[]>;
  find(id: string): Promise<Rule | null>;
  create(input: RuleInput, by: Actor): Promise<RuleOutcome>;
  update(change: { id: string; version: number; input: RuleInput }, by: Actor): Promise<RuleOutcome>;
  setEnabled(change: { id: string; version: number; enabled: boolean }, by: Actor): Promise<RuleOutcome>;
  /** `saved` carries the rule as it last was. */
  remove(change: { id: string; version: number }, by: Actor): Promise<RuleOutcome>;
  /** What the rules in force, and `draft` with them, would make of `text`. */
  preview(text: string, draft: RuleInput | null): Promise<PreviewOutcome>;
  /** What the engine starts with and is given after each change. */
  config(): Promise<RedactionConfig>;
  /** Takes over a changed configuration file; on failure everything stays as it was. */
  reload(file: FileRedaction): Promise<ReloadOutcome>;
}

/** Characters of pasted text a preview takes: a long prompt, and a bound on the work. */
const MAX_PREVIEW_TEXT = 100_000;

function invalid(field: string, message: string): RuleOutcome {
  return { kind: 'invalid', errors: [{ field, message, column: null }] };
}

/** Longest name the redactor takes; a draft's name is only a label of its findings. */
const MAX_DRAFT_NAME = 64;

/** A draft as a rule that can run: somebody who is still typing has no name or placeholder yet. */
function completeDraft(draft: RuleInput): RuleInput {
  const name = draft.name.slice(0, MAX_DRAFT_NAME) || 'draft';
  return { ...draft, name, placeholder: draft.placeholder || defaultPlaceholder('draft'), enabled: true };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

const gone = invalid('id', 'This rule does not exist any more. Reload the list.');

function toOutcome(change: RuleChange): RuleOutcome {
  switch (change.kind) {
    case 'saved':
      return { kind: 'saved', rule: customView(change.rule) };
    case 'conflict':
      return { kind: 'conflict', current: customView(change.current) };
    case 'name_taken':
      return invalid('name', 'There is already a rule with this name.');
    case 'not_found':
      return gone;
  }
}

/**
 * Rules by form. A change is checked, then given to the running redactor, then stored with its audit entry in one
 * transaction: what the redactor refuses is never stored, and what can't be stored is taken back from the redactor.
 * Changes run one after another.
 */
export function createRuleService(options: RuleServiceOptions): RuleService {
  const { control, checks, builtInRules } = options;
  let file = options.file;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }

  async function readBook(): Promise<RuleBook> {
    const [states, custom] = await Promise.all([
      control.findBuiltInRuleStates(),
      control.findRedactionRules(),
    ]);
    return createRuleBook({ builtInRules, states, file: file.patterns, custom });
  }

  /** Applies `wanted`, stores with `store`, and goes back to `book` when storing fails or meets a conflict. */
  async function commit(
    book: RuleBook,
    wanted: RuleBook,
    step: { readonly field: string; store(): Promise<RuleOutcome> },
  ): Promise<RuleOutcome> {
    try {
      await options.applyRedaction(toRedactionConfig(file.mode, wanted));
    } catch (refusal) {
      return invalid(
        step.field,
        `The redactor refused this change, so nothing was changed: ${messageOf(refusal)}`,
      );
    }
    let outcome: RuleOutcome | undefined;
    try {
      outcome = await step.store();
      return outcome;
    } finally {
      if (outcome?.kind !== 'saved') await options.applyRedaction(toRedactionConfig(file.mode, book));
    }
  }

  /** The current rule `id`, when it is there, is of `version`, and may be changed as `change` says. */
  function openRule(book: RuleBook, change: { id: string; version: number }): RuleOutcome {
    const rule = book.find(change.id);
    if (rule === undefined) return gone;
    if (rule.source === 'config') {
      return invalid('id', `The rule "${rule.name}" comes from the configuration file; change it there.`);
    }
    return rule.version === change.version ? { kind: 'saved', rule } : { kind: 'conflict', current: rule };
  }

  function openCustomRule(book: RuleBook, change: { id: string; version: number }): RuleOutcome {
    const opened = openRule(book, change);
    if (opened.kind === 'saved' && opened.rule.source === 'built_in') {
      return invalid('id', `The rule "${opened.rule.name}" is built in; it can only be switched on and off.`);
    }
    return opened;
  }

  function customId(id: string): number {
    const key = parseRuleId(id);
    if (key?.source !== 'custom') throw new TypeError(`not the id of a custom rule: ${id}`);
    return key.id;
  }

  async function storeSwitch(rule: Rule, enabled: boolean, book: RuleBook, by: Actor): Promise<RuleOutcome> {
    const change = { version: rule.version, enabled };
    if (rule.source === 'built_in') {
      const stored = await control.setBuiltInRuleEnabled({ ...change, name: rule.name }, by);
      const view = book
        .withBuiltInState(stored.kind === 'saved' ? stored.state : stored.current)
        .find(rule.id);
      if (view === undefined) return gone;
      return stored.kind === 'saved' ? { kind: 'saved', rule: view } : { kind: 'conflict', current: view };
    }
    return toOutcome(await control.setRedactionRuleEnabled({ ...change, id: customId(rule.id) }, by));
  }

  return {
    mode: () => file.mode,
    list: async () => (await readBook()).rules,
    find: async (id) => (await readBook()).find(id) ?? null,
    config: async () => toRedactionConfig(file.mode, await readBook()),

    create: (input, by) =>
      inTurn(async () => {
        const book = await readBook();
        const errors = validateRule(input, book.names(), checks);
        if (errors.length > 0) return { kind: 'invalid', errors };
        return commit(book, book.withCustom(null, input), {
          field: 'pattern',
          store: async () => toOutcome(await control.createRedactionRule(input, by)),
        });
      }),

    update: ({ id, version, input }, by) =>
      inTurn(async () => {
        const book = await readBook();
        const opened = openCustomRule(book, { id, version });
        if (opened.kind !== 'saved') return opened;
        const errors = validateRule(input, book.names(id), checks);
        if (errors.length > 0) return { kind: 'invalid', errors };
        return commit(book, book.withCustom(id, input), {
          field: 'pattern',
          store: async () =>
            toOutcome(await control.updateRedactionRule({ id: customId(id), version, input }, by)),
        });
      }),

    setEnabled: ({ id, version, enabled }, by) =>
      inTurn(async () => {
        const book = await readBook();
        const opened = openRule(book, { id, version });
        if (opened.kind !== 'saved' || opened.rule.enabled === enabled) return opened;
        return commit(book, book.withEnabled(id, enabled), {
          field: 'enabled',
          store: () => storeSwitch(opened.rule, enabled, book, by),
        });
      }),

    remove: ({ id, version }, by) =>
      inTurn(async () => {
        const book = await readBook();
        const opened = openCustomRule(book, { id, version });
        if (opened.kind !== 'saved') return opened;
        return commit(book, book.without(id), {
          field: 'id',
          store: async () => toOutcome(await control.deleteRedactionRule({ id: customId(id), version }, by)),
        });
      }),

    async preview(text, draft) {
      if (text.length > MAX_PREVIEW_TEXT) {
        const message = `The text is ${text.length} characters long; ${MAX_PREVIEW_TEXT} is the most.`;
        return { kind: 'invalid', errors: [{ field: 'text', message, column: null }] };
      }
      const book = await readBook();
      if (draft === null) return options.preview({ text, config: toRedactionConfig(file.mode, book) });
      const errors = validateDraft(draft, checks);
      if (errors.length > 0) return { kind: 'invalid', errors };
      // A draft that edits a saved rule keeps its name: it stands in for that rule here.
      const edited = book.rules.find((rule) => rule.source === 'custom' && rule.name === draft.name);
      const trial = book.withCustom(edited?.id ?? null, completeDraft(draft));
      return options.preview({ text, config: toRedactionConfig(file.mode, trial) });
    },

    reload: (next) =>
      inTurn(async () => {
        const before = file;
        file = next;
        try {
          const book = await readBook();
          const doubled = book.duplicateName();
          if (doubled !== null) {
            throw new Error(`redaction.patterns: the name "${doubled}" is used by two rules; rename one`);
          }
          await options.applyRedaction(toRedactionConfig(next.mode, book));
          return { ok: true };
        } catch (failure) {
          file = before;
          return { ok: false, message: messageOf(failure) };
        }
      }),
  };
}
