// `apply baseline to Cluster { … }`: the rules of a pack on the events of one surface, with parameters that are constants from
// here on. What is wrong with the rules because of these settings is said at the `apply`, with the place in the pack.

import type { ApplyDecl, Expr, Name, PackDecl, QualifiedName, RuleDecl, Setting } from '../../syntax/ast.ts';
import type { CoreRule } from '../core.ts';
import type { Binding } from '../scope.ts';
import type { Declared, FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Const, Type } from '../types.ts';
import type { SurfaceEvent } from './bind-event.ts';
import type { Parameter } from './bind-pack.ts';
import { applySettings, defaultOf, packScope, parametersOf } from './bind-pack.ts';
import { modes } from './rule-words.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { inferConst } from './expressions.ts';
import { nameAdvice } from './import-advice.ts';
import { findPackage } from './load-packages.ts';
import { fileScope, isBroken, lookupPath } from './package-scope.ts';
import type { PackUse, PlacedRule } from './placed-rule.ts';
import { ruleOfPack } from './placed-rule.ts';
import { pathsIn } from './rule-facts.ts';

/** The surface that a pack is applied to. */
interface Target {
  readonly surface: Surface;
  readonly events: ReadonlyMap<string, SurfaceEvent>;
}

/** The rules that `declared` puts on the events of `target`; undefined when it cannot be told which. */
export function bindApply(
  binder: Binder,
  declared: Declared<ApplyDecl>,
  target: Target,
): readonly { readonly event: SurfaceEvent; readonly rule: PlacedRule }[] | undefined {
  const { decl, unit } = declared;
  const pack = resolvePack(binder, unit, decl.pack);
  if (pack === undefined) return undefined;
  const { surface } = target;
  if (pack.decl.surfaceKind.text !== surface.kind) {
    const holes = {
      pack: decl.name.text,
      wanted: pack.decl.surfaceKind.text,
      surface: decl.surface.text,
      found: surface.kind,
    };
    if (pack.decl.surfaceKind.text !== '') report(binder, 'wrong-surface', { unit, node: decl.surface }, holes);
    return undefined;
  }
  const settings = readSettings(binder, declared, pack);
  const use: PackUse = {
    name: decl.name.text,
    declared: pack,
    scope: packScope(binder, pack.unit, settings.parameters),
    mode: settings.mode,
    by: declared,
  };
  const needed = checkNeeds(binder, unit, pack.decl.rules, settings.except);
  const kept = pack.decl.rules.filter(({ name }) => needed.has(name.text) || !settings.except.has(name.text));
  return kept.flatMap((rule) => {
    const event = target.events.get(rule.on.event.text);
    return event ? [{ event, rule: ruleOfPack({ decl: rule, unit: pack.unit }, use) }] : [];
  });
}

/** The pack that a name stands for; undefined, and said so, when it stands for none. */
function resolvePack(binder: Binder, unit: FileUnit, name: QualifiedName): Declared<PackDecl> | undefined {
  const scope = fileScope(binder, unit);
  const result = lookupPath(scope, name.parts);
  const last = name.parts.at(-1);
  if (last === undefined || name.parts.some(({ text }) => text === '')) return undefined;
  if ('found' in result) {
    if (isBroken(result.found)) return undefined;
    const outer = name.parts.length > 1 ? lookupPath(scope, name.parts.slice(0, -1)) : undefined;
    const home = outer && 'found' in outer && outer.found.kind === 'package' ? outer.found.name : unit.package;
    const found = findPackage(binder, home)?.values.get(last.text);
    if (found?.decl.kind === 'pack') {
      binder.recorder?.bindings.set(last, result.found);
      return { decl: found.decl, unit: found.unit };
    }
  }
  const part = 'missing' in result ? (name.parts[result.missing] ?? last) : last;
  const extra = 'missing' in result ? nameAdvice(binder, unit, part, result) : {};
  report(binder, 'unknown-pack', { unit, node: part }, { name: name.parts.map(({ text }) => text).join('.') }, extra);
  return undefined;
}

interface ApplySettings {
  readonly parameters: ReadonlyMap<string, Binding>;
  readonly mode: CoreRule['mode'] | undefined;
  readonly except: ReadonlyMap<string, Name>;
}

function readSettings(binder: Binder, { decl, unit }: Declared<ApplyDecl>, pack: Declared<PackDecl>): ApplySettings {
  const known = new Map(parametersOf(binder, pack).map((parameter) => [parameter.decl.name.text, parameter]));
  const given = new Map<string, Const | undefined>();
  const except = new Map<string, Name>();
  let mode: CoreRule['mode'] | undefined;
  const seen = new Set<string>();
  let listing = false;
  for (const setting of decl.settings) {
    const name = setting.name.text;
    // `except A, B`: a comma ends a setting, so `B` is one without values.
    listing = name === 'except' || (listing && !known.has(name) && setting.values.length === 0 && !setting.block);
    if (listing) {
      const names = name === 'except' ? exceptedNames(binder, unit, setting) : [setting.name];
      for (const each of names) if (isRuleOf(binder, unit, pack.decl, each)) except.set(each.text, each);
      continue;
    }
    if (name === '') continue;
    if (seen.has(name)) report(binder, 'duplicate-setting', { unit, node: setting.name }, { name });
    else if (name === 'mode') mode = modeOf(binder, unit, setting);
    else if (known.has(name)) given.set(name, valueOf(binder, unit, setting, known.get(name)));
    else {
      const extra = didYouMean(unit, setting.name, [...applySettings, ...known.keys()]);
      const what = `the pack \`${pack.decl.name.text}\``;
      report(binder, 'unknown-setting', { unit, node: setting.name }, { name, what }, extra);
    }
    seen.add(name);
  }
  const parameters = new Map<string, Binding>();
  for (const [name, parameter] of known) {
    if (!given.has(name) && parameter.decl.default === undefined) {
      const what = `the pack \`${pack.decl.name.text}\``;
      report(binder, 'missing-setting', { unit, node: decl.name }, { name, what });
    }
    const value = given.has(name) ? given.get(name) : defaultOf(binder, pack.unit, parameter);
    parameters.set(name, constBinding(parameter, pack.unit, value));
  }
  return { parameters, mode, except };
}

/** A parameter with its value; of an unknown type where the value is at fault, so that nothing more is said. */
function constBinding({ decl, type }: Parameter, unit: FileUnit, value: Const | undefined): Binding {
  const declared = spanIn(unit, decl.name);
  if (type.kind === 'set' && value?.kind === 'list') return { kind: 'set', of: type.of, items: value.items, declared };
  const known: Type = value === undefined ? { kind: 'unknown' } : type;
  return { kind: 'value', core: { op: 'const', value: value ?? { kind: 'null' }, type: known }, declared };
}

function valueOf(
  binder: Binder,
  unit: FileUnit,
  setting: Setting,
  parameter: Parameter | undefined,
): Const | undefined {
  const [expr, more] = setting.values;
  const wanted = more || setting.block ? 'one value' : 'a value';
  if (expr === undefined || more || setting.block) {
    const node = more ?? setting.name;
    report(binder, 'invalid-setting', { unit, node }, { name: setting.name.text, wanted });
    return undefined;
  }
  if (expr.kind === 'hole' || parameter === undefined || parameter.type.kind === 'unknown') return undefined;
  return inferConst(binder, { unit, expr, scope: fileScope(binder, unit), expected: parameter.type });
}

function modeOf(binder: Binder, unit: FileUnit, setting: Setting): CoreRule['mode'] | undefined {
  const [value, more] = setting.values;
  const name = value?.kind === 'name' ? value.name : undefined;
  const found = modes.find((mode) => mode === name?.text);
  const known = modes.map((mode) => `\`${mode}\``).join(', ');
  if (found !== undefined && more === undefined && !setting.block) return found;
  if (name && found === undefined) {
    const extra = didYouMean(unit, name, modes);
    report(binder, 'unknown-word', { unit, node: name }, { what: 'mode', name: name.text, known }, extra);
  } else report(binder, 'invalid-setting', { unit, node: setting.name }, { name: 'mode', wanted: `one of ${known}` });
  return undefined;
}

/** The names behind `except`, in a list or not. */
function exceptedNames(binder: Binder, unit: FileUnit, setting: Setting): readonly Name[] {
  const items = setting.values.flatMap((value): readonly Expr[] => (value.kind === 'list' ? value.items : [value]));
  const names = items.flatMap((item) => (item.kind === 'name' ? [item.name] : []));
  if (names.length < items.length || names.length === 0 || setting.block) {
    report(
      binder,
      'invalid-setting',
      { unit, node: setting.name },
      { name: 'except', wanted: 'names of rules of the pack' },
    );
  }
  return names;
}

function isRuleOf(binder: Binder, unit: FileUnit, pack: PackDecl, name: Name): boolean {
  const rule = pack.rules.find((candidate) => candidate.name.text === name.text);
  if (rule === undefined && name.text !== '') {
    const names = pack.rules.map((candidate) => candidate.name.text);
    report(binder, 'unknown-rule', { unit, node: name }, { name: name.text }, didYouMean(unit, name, names));
  }
  return rule !== undefined;
}

/**
 * The rules that are left out although another needs them, which is said: what that one then meant nobody could say.
 */
function checkNeeds(
  binder: Binder,
  unit: FileUnit,
  rules: readonly RuleDecl[],
  except: ReadonlyMap<string, Name>,
): ReadonlySet<string> {
  const needed = new Set<string>();
  if (except.size === 0) return needed;
  for (const rule of rules.filter(({ name }) => !except.has(name.text))) {
    for (const named of rulesNamedBy(rule)) {
      const name = except.get(named);
      if (name === undefined || needed.has(named)) continue;
      needed.add(named);
      report(binder, 'needed-rule', { unit, node: name }, { name: named, by: rule.name.text });
    }
  }
  return needed;
}

/** Names that may be rules of its pack, in its conditions and its action. */
function* rulesNamedBy({ clauses }: RuleDecl): Iterable<string> {
  for (const clause of clauses) {
    if (clause.kind === 'action') {
      if (clause.action.kind === 'redact' || clause.action.kind === 'strip') yield clause.action.rule.text;
    } else if (clause.kind === 'when' || clause.kind === 'score') {
      for (let path of pathsIn(clause.condition, new Set())) {
        while (path.kind === 'member') path = path.of;
        if (path.kind === 'name') yield path.name.text;
      }
    }
  }
}
