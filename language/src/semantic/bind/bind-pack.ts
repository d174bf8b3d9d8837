// A pack where it is declared: its parameters, and its rules on the events of a surface of its kind, with parameters of which
// only the types are known. So its faults are found whether something applies it or not.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { PackDecl, PackParam } from '../../syntax/ast.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Declared, FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs, spanIn } from '../symbols.ts';
import type { Const, Type } from '../types.ts';
import type { BoundEvent } from './bind-entrypoint.ts';
import { bindEntrypoint } from './bind-entrypoint.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { bindEvents } from './bind-event.ts';
import { isScalar } from './bind-set.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { inferConst, typeText } from './expressions.ts';
import { remembered } from './memo.ts';
import type { SurfaceKind } from './package-scope.ts';
import { fileScope, isSurfaceKind, surfaceKinds } from './package-scope.ts';
import type { PackUse, PlacedRule } from './placed-rule.ts';
import { ruleOfPack } from './placed-rule.ts';
import { resolveType } from './resolve-type.ts';

/** Settings of `apply` that no parameter can have the name of. */
export const applySettings: readonly string[] = ['mode', 'except'];

/** A parameter with its type; `unknown` where that is at fault. */
export interface Parameter {
  readonly decl: PackParam;
  readonly type: Type;
}

/** The parameters of a pack. Says nothing: `checkPack` does. */
export function parametersOf(binder: Binder, { decl, unit }: Declared<PackDecl>): readonly Parameter[] {
  const scope = fileScope(binder, unit);
  return decl.params
    .filter(({ name }) => name.text !== '')
    .map((param) => ({ decl: param, type: resolveType(binder, unit, param.type, scope) }));
}

/** The value of a parameter that nothing gives one; undefined where it has to be given. */
export function defaultOf(binder: Binder, unit: FileUnit, { decl, type }: Parameter): Const | undefined {
  if (decl.default === undefined || type.kind === 'unknown') return undefined;
  return inferConst(binder, { unit, expr: decl.default, scope: fileScope(binder, unit), expected: type });
}

/** `bindings` over the names of the pack's file. */
export function packScope(binder: Binder, unit: FileUnit, bindings: ReadonlyMap<string, Binding>): Scope {
  const outer = fileScope(binder, unit);
  return {
    lookup: (name) => bindings.get(name) ?? outer.lookup(name),
    names: function* () {
      yield* bindings.keys();
      yield* outer.names();
    },
  };
}

/** Checks the packs of a package; the result has their rules. Notes which packs are at fault. */
export function checkPacks(binder: Binder, symbols: PackageSymbols): readonly BoundEvent[] {
  return declaredAs(symbols, 'pack').flatMap(({ decl, unit }) => {
    const bound = remembered(binder, decl, 'pack', () => checkPack(binder, { decl, unit }));
    const inPack = ({ severity, span }: Diagnostic): boolean =>
      severity === 'error' && span.file === unit.file && span.start >= decl.start && span.start <= decl.end;
    if (binder.diagnostics.some(inPack)) binder.faultyPacks.add(decl);
    return bound;
  });
}

function checkPack(binder: Binder, declared: Declared<PackDecl>): readonly BoundEvent[] {
  const { decl, unit } = declared;
  const kind = decl.surfaceKind;
  if (!isSurfaceKind(kind.text)) {
    const extra = didYouMean(unit, kind, surfaceKinds);
    if (kind.text !== '') report(binder, 'unknown-surface-kind', { unit, node: kind }, { name: kind.text }, extra);
    return [];
  }
  const read = new Set<string>();
  const { events, rules } = openPack(binder, declared, { kind: kind.text, read });
  for (const { on } of decl.rules) {
    if (events.has(on.event.text)) continue;
    reportUnknownEvent(binder, declared, { kind: kind.text, event: on.event, known: [...events.keys()] });
  }
  const reserved = checkNames(
    binder,
    declared,
    new Set([...rules.keys()].flatMap(({ record }) => [...record.fields().keys()])),
  );
  const bound = [...rules].map(([event, own]) => ({
    event,
    rules: own,
    entrypoint: bindEntrypoint(binder, event, { rules: own }),
  }));
  for (const { name } of decl.params) {
    if (read.has(name.text) || reserved.has(name.text) || name.text === '') continue;
    report(binder, 'unused-declaration', { unit, node: name }, { name: name.text, what: 'parameter' });
  }
  return bound;
}

/** A pack that nothing is applied to: the events of a surface of its kind, and its rules on them. */
export interface OpenPack {
  readonly events: ReadonlyMap<string, SurfaceEvent>;
  readonly rules: ReadonlyMap<SurfaceEvent, readonly PlacedRule[]>;
}

/** Opens a pack whose surface is of a kind that exists. The parameters that are looked up go to `read`. */
export function openPack(
  binder: Binder,
  declared: Declared<PackDecl>,
  { kind, read }: { readonly kind: SurfaceKind; readonly read: Set<string> },
): OpenPack {
  const { decl, unit } = declared;
  const events = bindEvents(binder, anySurface(declared, kind));
  const scope = openScope(binder, declared, read);
  const use: PackUse = { name: '', declared, scope, mode: undefined, by: undefined };
  const rules = new Map<SurfaceEvent, PlacedRule[]>();
  for (const rule of decl.rules) {
    const event = events.get(rule.on.event.text);
    if (event) rules.set(event, [...(rules.get(event) ?? []), ruleOfPack({ decl: rule, unit }, use)]);
  }
  return { events, rules };
}

/** A surface without settings; one that denies by default, so that a rule may permit. */
function anySurface({ decl, unit }: Declared<PackDecl>, kind: Surface['kind']): Surface {
  const { name, surfaceKind, start, end } = decl;
  return {
    decl: { kind: 'surface', doc: '', name, surfaceKind, settings: [], start, end },
    unit,
    kind,
    settings: new Map([['default', 'deny']]),
    routes: [],
    operations: new Map(),
    addresses: [],
    tools: [],
  };
}

/** The names that rules see where parameters have no values yet; which parameters are looked up goes to `read`. */
function openScope(binder: Binder, declared: Declared<PackDecl>, read: Set<string>): Scope {
  const { unit } = declared;
  const bindings = new Map<string, Binding>();
  for (const parameter of parametersOf(binder, declared)) {
    const { decl, type } = parameter;
    checkParameter(binder, unit, parameter);
    const id = binder.nextLocal++;
    binder.parameters.add(id);
    const span = spanIn(unit, decl.name);
    bindings.set(decl.name.text, { kind: 'value', core: { op: 'local', id, type }, declared: span });
  }
  const scope = packScope(binder, unit, bindings);
  return {
    lookup: (name) => {
      if (bindings.has(name)) read.add(name);
      return scope.lookup(name);
    },
    names: scope.names,
  };
}

function checkParameter(binder: Binder, unit: FileUnit, parameter: Parameter): void {
  const { decl, type } = parameter;
  const of = type.kind === 'list' || type.kind === 'set' ? type.of : type;
  if (type.kind !== 'unknown' && of.kind !== 'unknown' && !isScalar(of)) {
    report(binder, 'invalid-parameter', { unit, node: decl.type }, { name: decl.name.text, type: typeText(type) });
  } else defaultOf(binder, unit, parameter);
}

/** Names inside of a pack: rules and parameters each once. The result: parameters that an event or `apply` has the name of. */
function checkNames(
  binder: Binder,
  { decl, unit }: Declared<PackDecl>,
  fields: ReadonlySet<string>,
): ReadonlySet<string> {
  const reserved = new Set<string>();
  const first = new Map<string, { readonly start: number; readonly end: number }>();
  for (const [what, { name }] of [
    ...decl.params.map((param) => ['parameter', param] as const),
    ...decl.rules.map((rule) => ['rule', rule] as const),
  ]) {
    if (name.text === '') continue;
    const before = first.get(name.text);
    if (before) {
      const labels = [{ span: spanIn(unit, before), text: 'first here' }];
      report(binder, 'duplicate-name', { unit, node: name }, { name: name.text, what }, { labels });
    } else first.set(name.text, name);
    if (what === 'rule') continue;
    const reason = applySettings.includes(name.text)
      ? 'it is a setting of every `apply`'
      : fields.has(name.text)
        ? 'an event that the pack has rules on has a field of that name'
        : undefined;
    if (reason === undefined) continue;
    reserved.add(name.text);
    report(binder, 'reserved-parameter', { unit, node: name }, { name: name.text, reason });
  }
  return reserved;
}

function reportUnknownEvent(
  binder: Binder,
  { unit }: Declared<PackDecl>,
  found: {
    readonly kind: string;
    readonly event: PackDecl['rules'][number]['on']['event'];
    readonly known: readonly string[];
  },
): void {
  const { event, kind, known } = found;
  if (event.text === '') return;
  const holes = { name: event.text, kind, known: known.map((name) => `\`${name}\``).join(', ') };
  report(binder, 'unknown-event', { unit, node: event }, holes, didYouMean(unit, event, known));
}
