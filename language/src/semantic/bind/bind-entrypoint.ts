// All rules of one event to an entrypoint. Rules stand in order of file path and place; a rule's index is that order.

import type { CoreEntrypoint, CoreRule } from '../core.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Steps } from '../steps.ts';
import { finish, itemsPerStep } from '../steps.ts';
import { spanIn } from '../symbols.ts';
import { sayAtApplication } from './application-faults.ts';
import type { EventScope, SurfaceEvent } from './bind-event.ts';
import { eventScope } from './bind-event.ts';
import { bindRule } from './bind-rule.ts';
import type { Binder } from './binder.ts';
import { httpAlias } from './http-alias.ts';
import { remembered } from './memo.ts';
import { fileScope } from './package-scope.ts';
import type { PackUse, PlacedRule } from './placed-rule.ts';
import { ruleTable } from './placed-rule.ts';
import { reportCycles, ruleReferences } from './rule-references.ts';
import { guardChanges } from './set-conflicts.ts';
import { surfaceAnchor } from './surface-anchor.ts';
import { noteOrigin } from './expressions.ts';

/** One event with the rules on it. */
export interface BoundEvent {
  readonly event: SurfaceEvent;
  readonly rules: readonly PlacedRule[];
  readonly entrypoint: CoreEntrypoint;
}

/** The entrypoint of `event`: its rules on its own document. */
export function bindEntrypoint(
  binder: Binder,
  event: SurfaceEvent,
  options: { readonly rules: readonly PlacedRule[] },
): CoreEntrypoint {
  return finish(bindEntrypointSteps(binder, event, options));
}

/** The same, rule by rule. */
export function* bindEntrypointSteps(
  binder: Binder,
  event: SurfaceEvent,
  options: { readonly rules: readonly PlacedRule[] },
): Steps<CoreEntrypoint> {
  const { rules } = options;
  const references = ruleReferences(rules);
  const { settings, unit, decl } = event.surface;
  const anchor = remembered(binder, event, 'anchor', () => {
    const anchored = event.surface.kind === 'k8s' ? surfaceAnchor(binder, event) : undefined;
    return anchored && noteOrigin(binder, { unit, node: decl }, anchored);
  });
  const { indexOf } = ruleTable(rules);
  const namesFor = ruleNames(binder, event, rules);
  reportCycles(binder, rules, references);
  const bound: CoreRule[] = [];
  for (const [index, placed] of rules.entries()) {
    if (index % itemsPerStep === 0) yield;
    const make = (): CoreRule => {
      const { unit, pack } = placed;
      const names = namesFor(pack)(pack?.scope ?? fileScope(binder, unit));
      const namesIn = namesFor(undefined);
      const said = binder.diagnostics.length;
      const rule = bindRule(
        { binder, unit, event, names, namesIn, rules, references, index, facts: new Map() },
        anchor,
      );
      sayAtApplication(binder, placed, said);
      return rule;
    };
    const key = placed.pack === undefined ? placed.decl : placed;
    const stamp = [event, index, anchor, ...(references[index] ?? [])];
    bound.push(remembered(binder, key, 'rule', make, { stamp, indexOf }));
  }
  return {
    name: event.entrypoint,
    surface: decl.name.text,
    surfaceKind: event.surface.kind,
    event: event.decl.name.text,
    at: event.at,
    input: event.record,
    ...(event.kinds ? { kinds: event.kinds.union } : {}),
    // The event of an API is the exchange as it was on the wire.
    ...(event.surface.kind === 'api' ? { aliases: [`${event.entrypoint}/http`, httpAlias(event.entrypoint)] } : {}),
    defaultDeny: settings.get('default') === 'deny',
    ...(anchor && settings.get('default') === 'deny' ? { concerns: anchor } : {}),
    onMalformed: malformedAction(settings.get('on_malformed')),
    ...(anchor ? { anchor } : {}),
    ...(hasObjects(event)
      ? { existingViolations: settings.get('allow_existing_violations') === false ? 'deny' : 'allow' }
      : {}),
    rules: guardRules(binder, event, bound),
  };
}

/** As `guardChanges`; made again when a rule is another. */
function guardRules(binder: Binder, event: SurfaceEvent, rules: readonly CoreRule[]): readonly CoreRule[] {
  return remembered(binder, event, 'guards', () => guardChanges(event, rules), { stamp: rules });
}

/** What rules of a pack, or of the package itself, see on an event over the names of a file. */
export function ruleNames(
  binder: Binder,
  event: SurfaceEvent,
  rules: readonly PlacedRule[],
): (pack: PackUse | undefined) => (outer: Scope) => EventScope {
  return (pack) => (outer) => eventScope(binder, event, { outer: rulesScope(binder, rules, { pack, outer }) });
}

/** Whether the event is the admission of an object, with the object as it was. */
function hasObjects({ surface, record }: SurfaceEvent): boolean {
  const fields = record.fields();
  return surface.kind === 'k8s' && ['object', 'old_object'].every((name) => fields.has(name));
}

/** What `on_malformed` says. */
export function malformedAction(value: unknown): CoreEntrypoint['onMalformed'] {
  return value === 'alert' || value === 'allow' ? value : 'block';
}

/** The names that a rule of `pack` has for the event's rules, over those of a file. A `defend` rule decides, it is no condition. */
function rulesScope(
  binder: Binder,
  rules: readonly PlacedRule[],
  options: { readonly pack: PackUse | undefined; readonly outer: Scope },
): Scope {
  const { pack, outer } = options;
  const table = ruleTable(rules);
  const lookupRule = (name: string): Binding | undefined => {
    const index = table.indexOf(pack, name);
    binder.memo?.readRule(pack, name, index);
    const placed = rules[index];
    if (placed === undefined) return undefined;
    binder.memo?.readName(placed.unit.package, placed.decl.name.text);
    const declared = spanIn(placed.unit, placed.decl.name);
    if (placed.decl.kind === 'defend') return { kind: 'other', what: 'a `defend` rule', declared };
    binder.used.add(placed.decl);
    return { kind: 'rule', rule: index, name, declared };
  };
  /** What `baseline` of `baseline.Name` is where a pack is applied under that name: its rules, over what else has the name. */
  const lookupPack = (name: string): Binding | undefined => {
    const own = pack === undefined ? table.appliedAs(name) : [];
    if (own.length === 0) return undefined;
    const other = outer.lookup(name);
    const around = other?.kind === 'package' ? other.members : undefined;
    const members: Scope = {
      lookup: (member) => lookupRule(`${name}.${member}`) ?? around?.lookup(member),
      names: function* () {
        for (const { decl } of own) if (decl.kind !== 'defend') yield decl.name.text;
        yield* around?.names() ?? [];
      },
    };
    return { kind: 'package', name, members };
  };
  return {
    lookup: (name) => lookupRule(name) ?? lookupPack(name) ?? outer.lookup(name),
    names: function* () {
      binder.memo?.readNames();
      for (const name of table.namesFor(pack)) {
        if (!name.includes('.') && rules[table.indexOf(pack, name)]?.decl.kind !== 'defend') yield name;
      }
      yield* outer.names();
    },
  };
}
