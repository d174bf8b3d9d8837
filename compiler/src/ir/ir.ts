// The intermediate representation: core rules, with what the machine needs to know about them. For each entrypoint, which
// fields of which records are read (layouts), in what order rules can be evaluated, and which rules an equality or prefix
// test rules out without evaluating them (the index). The interpreter evaluates it, code is generated from it.
//
// INVARIANT: the meaning of an entrypoint is that of its rules alone; `index` only says which rules cannot fire.

import type { CoreExpr, CorePattern, CoreRule, CoreUsage, Field, RecordType, UnionType, Variant } from '@rdp/language';
import type { SettledRules } from './settled.ts';

export interface Ir {
  readonly package: string;
  readonly entrypoints: readonly IrEntrypoint[];
  /** Every pattern that some rule looks for, once each, sorted by name; `IrEntrypoint` and core refer to them by `name`. */
  readonly patterns: readonly CorePattern[];
  readonly data: readonly { readonly path: readonly string[]; readonly file: string }[];
}

export interface IrEntrypoint {
  readonly name: string;
  /** Other names of the same function. */
  readonly aliases: readonly string[];
  readonly surface: string;
  readonly event: string;
  readonly at: readonly string[];
  readonly defaultDeny: boolean;
  /** With `defaultDeny`, which events that is about; it reads what the rules read, and has no error. */
  readonly concerns: CoreExpr | undefined;
  readonly onMalformed: 'block' | 'alert' | 'allow';
  /** Of the record that is read: the event's, or what `prepare` makes the event's of. */
  readonly input: RecordLayout;
  /** Where rules tell the kinds of the event apart: its union, of which `input` is the base. */
  readonly inputKinds: UnionLayout | undefined;
  /** Every record that is read from a document here, `input` among them; a record's position is its `id`. */
  readonly records: readonly RecordLayout[];
  readonly unions: readonly UnionLayout[];
  /** The event's record, made once of the record that was read; makes no field that no rule uses. */
  readonly prepare: CoreExpr | undefined;
  /** What every decision reports as `usage`; it has no error. */
  readonly usage: CoreUsage | undefined;
  /** Evaluated ahead of the rules; an error of one makes a document of its kind malformed. In the order in which rules ask. */
  readonly parameters: readonly (CoreExpr & { readonly op: 'parameter' })[];
  /** Decides on parts of an answer that streams: `itself`, or another form of it, whose rules all can. */
  readonly parts: 'itself' | IrEntrypoint | undefined;
  /** Which updates of objects rules leave alone, by index, and the denial of what nothing permits. */
  readonly settled: SettledRules;
  /** In source order; decisions list them in this order. Forms of one event's entrypoint have the same array. */
  readonly rules: readonly CoreRule[];
  /** Rule indexes so that every rule comes after those it names. */
  readonly order: readonly number[];
  readonly index: RuleIndex;
}

/**
 * The part of a record that is read from the document, and only that: other keys are skipped (and validated).
 * A key that is read twice, a missing required field and a value of another JSON type make the document malformed.
 */
export interface RecordLayout {
  readonly id: number;
  readonly record: RecordType;
  /** The fields in use, sorted by wire name; a field's position is its slot. */
  readonly fields: readonly Field[];
}

/** An object whose kind is in itself: the fields that all kinds have, and for each kind that a rule names its own. */
export interface UnionLayout {
  readonly id: number;
  readonly union: UnionType;
  /** Discriminators are always among its fields. */
  readonly base: RecordLayout;
  readonly variants: readonly { readonly variant: Variant; readonly layout: RecordLayout }[];
}

/**
 * Which rules have to be evaluated. A rule stands in exactly one place: `always`, or under one test that its condition implies.
 * A rule that others name stands in `always`.
 */
export interface RuleIndex {
  readonly always: readonly number[];
  readonly tests: readonly IndexTest[];
}

/** `key` is evaluated once (a string or int of the input that cannot fail); then only the rules of its value are evaluated. */
export interface IndexTest {
  readonly key: CoreExpr;
  /** Under the exact value. */
  readonly equal: ReadonlyMap<string | bigint, readonly number[]>;
  /** Under every prefix of the value; strings only. */
  readonly prefix: ReadonlyMap<string, readonly number[]>;
}
