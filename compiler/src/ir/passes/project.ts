// From an entrypoint's rules to the fields that they use: one layout a record, one a union. A record that a rule compares,
// writes or makes dynamic as a whole is used with all its fields. A record that no field of is used still has a layout
// (its list can be counted, its presence tested).
// INVARIANT: `records[i].id === i`, `unions[i].id === i`; fields are sorted by wire name, records by first need from the
// input on, so that the same policy gives the same layouts.

import type {
  Const,
  CoreEntrypoint,
  CoreExpr,
  CoreRule,
  Field,
  RecordType,
  Type,
  UnionType,
  Variant,
} from '@rdp/language';
import type { RecordLayout, UnionLayout } from '../ir.ts';
import { decidingExprs, mapChildren, outputExprs, walkExpr } from '../walk-core.ts';

/** The layouts of one entrypoint. */
export interface Projection {
  readonly input: RecordLayout;
  readonly inputKinds: UnionLayout | undefined;
  readonly records: readonly RecordLayout[];
  readonly unions: readonly UnionLayout[];
}

interface Uses {
  readonly fields: Map<RecordType, Map<string, Field>>;
  readonly variants: Map<UnionType, Map<string, Variant>>;
  readonly whole: Set<RecordType | UnionType>;
  /** Records that expressions make or look into: they need a layout even when no document carries them. */
  readonly made: Set<RecordType>;
}

/** The layouts that `rules` and `also`, such as what makes their event, need to read a document of the entrypoint. */
export function projectFields(
  { input, kinds }: Pick<CoreEntrypoint, 'input' | 'kinds'>,
  rules: readonly CoreRule[],
  also: readonly CoreExpr[] = [],
): Projection {
  const uses = usesOf(rules, also);
  return layOut(input, kinds && uses.variants.has(kinds) ? kinds : undefined, uses);
}

/** `prepare` without the fields of the event's record that neither a rule nor `also` uses. */
export function pruneRecord(prepare: CoreExpr, rules: readonly CoreRule[], also: readonly CoreExpr[]): CoreExpr {
  const event = prepare.type.kind === 'record' ? prepare.type.record : undefined;
  const used = event && usesOf(rules, also).fields.get(event);
  const prune = (expr: CoreExpr): CoreExpr =>
    expr.op === 'record' && expr.record === event
      ? { ...expr, fields: new Map([...expr.fields].filter(([name]) => used?.has(name))) }
      : mapChildren(expr, prune);
  return prune(prepare);
}

function usesOf(rules: readonly CoreRule[], also: readonly CoreExpr[]): Uses {
  const uses: Uses = { fields: new Map(), variants: new Map(), whole: new Set(), made: new Set() };
  for (const expr of also) walkExpr(expr, (inner) => noteUse(uses, inner));
  for (const rule of rules) {
    for (const expr of decidingExprs(rule)) walkExpr(expr, (inner) => noteUse(uses, inner));
    for (const expr of outputExprs(rule)) {
      walkExpr(expr, (inner) => noteUse(uses, inner));
      useWhole(uses, expr.type);
    }
  }
  return uses;
}

/** The record whose fields an expression of `type` offers; a union offers those that all its variants have. */
export function recordOfType(type: Type): RecordType | undefined {
  if (type.kind === 'record') return type.record;
  return type.kind === 'union' ? type.union.base : undefined;
}

function noteUse(uses: Uses, expr: CoreExpr): void {
  switch (expr.op) {
    case 'field': {
      const record = recordOfType(expr.of.type);
      if (record) {
        useField(uses, record, expr.field);
        uses.made.add(record);
      }
      return;
    }
    case 'variant-test':
    case 'parameter':
    case 'variant-cast':
      useVariant(uses, expr.union, expr.variant);
      for (const { variant, path } of expr.variant.held?.holders() ?? []) {
        useVariant(uses, expr.union, variant);
        useHolder(uses, variant.record, path);
      }
      return;
    case 'equal':
    case 'compare':
      useWhole(uses, expr.left.type);
      useWhole(uses, expr.right.type);
      return;
    case 'in':
      useWhole(uses, expr.value.type);
      useWhole(uses, expr.of.type);
      return;
    case 'to-dyn':
      useWhole(uses, expr.of.type);
      return;
    case 'from-dyn':
      useWhole(uses, expr.type);
      return;
    case 'map':
      for (const entry of expr.entries) useWhole(uses, entry.key.type);
      return;
    case 'call':
      if (expr.builtin === 'optional_of_non_zero') for (const arg of expr.args) useWhole(uses, arg.type);
      return;
    case 'record':
      uses.made.add(expr.record);
      return;
    case 'rule-matches':
      if (expr.type.kind === 'list' && expr.type.of.kind === 'record') uses.made.add(expr.type.of.record);
      return;
    case 'const':
      noteConst(uses, expr.value);
      return;
    default:
      return;
  }
}

function useVariant(uses: Uses, union: UnionType, variant: Variant): void {
  const variants = uses.variants.get(union) ?? new Map<string, Variant>();
  uses.variants.set(union, variants.set(variant.name, variant));
}

/** The fields that lead to what an object of `record` holds. */
function useHolder(uses: Uses, record: RecordType, [field, ...rest]: readonly Field[]): void {
  if (field === undefined) return;
  useField(uses, record, field);
  if (field.type.kind === 'record') useHolder(uses, field.type.record, rest);
}

function noteConst(uses: Uses, value: Const): void {
  if (value.kind === 'record') {
    uses.made.add(value.record);
    for (const field of value.fields.values()) noteConst(uses, field);
  }
  if (value.kind === 'list') for (const item of value.items) noteConst(uses, item);
  if (value.kind === 'map') for (const [, item] of value.entries) noteConst(uses, item);
}

function useField(uses: Uses, record: RecordType, field: Field): void {
  const fields = uses.fields.get(record) ?? new Map<string, Field>();
  uses.fields.set(record, fields.set(field.name, field));
}

function useWhole(uses: Uses, type: Type): void {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'optional':
      return useWhole(uses, type.of);
    case 'map':
      useWhole(uses, type.key);
      return useWhole(uses, type.value);
    case 'record':
      return useWholeRecord(uses, type.record);
    case 'union':
      // The kinds that no rule names stay unread: an object is compared and written by what the policy knows of it.
      uses.whole.add(type.union);
      return useWholeRecord(uses, type.union.base);
    default:
      return;
  }
}

function useWholeRecord(uses: Uses, record: RecordType): void {
  if (uses.whole.has(record)) return;
  uses.whole.add(record);
  uses.made.add(record);
  for (const field of record.fields().values()) {
    useField(uses, record, field);
    useWhole(uses, field.type);
  }
}

function layOut(input: RecordType, kinds: UnionType | undefined, uses: Uses): Projection {
  for (const [union, variants] of uses.variants)
    if (uses.whole.has(union)) for (const variant of variants.values()) useWholeRecord(uses, variant.record);

  const records = new Map<RecordType, RecordLayout>();
  const unions = new Map<UnionType, UnionLayout>();

  const addRecord = (record: RecordType, more: readonly Field[]): RecordLayout => {
    const known = records.get(record);
    if (known) return known;
    const used = new Map(uses.fields.get(record) ?? []);
    for (const field of more) used.set(field.name, field);
    const fields = [...used.values()].sort((a, b) => (a.wire < b.wire ? -1 : a.wire > b.wire ? 1 : 0));
    const layout: RecordLayout = { id: records.size, record, fields };
    records.set(record, layout);
    for (const field of fields) addType(field.type);
    return layout;
  };
  const addUnion = (union: UnionType): void => {
    if (unions.has(union)) return;
    const discriminators = [...union.base.fields().values()].filter((f) => union.discriminators.includes(f.wire));
    const named = [...(uses.variants.get(union)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    const id = unions.size;
    const variants: { variant: Variant; layout: RecordLayout }[] = [];
    const base = addRecord(union.base, discriminators);
    unions.set(union, { id, union, base, variants });
    for (const variant of named) variants.push({ variant, layout: addRecord(variant.record, []) });
  };
  const addType = (type: Type): void => {
    switch (type.kind) {
      case 'list':
      case 'set':
      case 'optional':
        return addType(type.of);
      case 'map':
        addType(type.key);
        return addType(type.value);
      case 'record':
        addRecord(type.record, []);
        return;
      case 'union':
        return addUnion(type.union);
      default:
        return;
    }
  };

  if (kinds) addUnion(kinds);
  const inputLayout = addRecord(input, []);
  for (const record of uses.made) addRecord(record, []);
  return {
    input: inputLayout,
    inputKinds: kinds && unions.get(kinds),
    records: [...records.values()],
    unions: [...unions.values()],
  };
}
