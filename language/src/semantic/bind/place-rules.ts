// The rules of a package, and of the packs that it applies, → the events that they are about. What rules do is not looked at here.

import type { Decl, Name, TestDecl } from '../../syntax/ast.ts';
import type { CoreSurface } from '../core.ts';
import type { Declared, FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs, isRule, spanIn } from '../symbols.ts';
import { bindApply } from './bind-apply.ts';
import type { SurfaceEvent } from './bind-event.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report, reportUnknownSurface } from './binder.ts';
import { remembered } from './memo.ts';
import type { PlacedRule } from './placed-rule.ts';
import { ownRule } from './placed-rule.ts';

/** A surface, what can happen on it, and its core form. */
export interface BoundSurface {
  readonly surface: Surface;
  readonly events: ReadonlyMap<string, SurfaceEvent>;
  readonly core: CoreSurface;
}

/** The rules of a package by the event that they are about. */
export interface Placement {
  /** In order of file and place. */
  readonly rules: ReadonlyMap<SurfaceEvent, readonly PlacedRule[]>;
  /** The names of all. */
  readonly names: ReadonlySet<string>;
}

/** A placement that is being made, or put right. */
interface OpenPlacement extends Placement {
  readonly rules: Map<SurfaceEvent, PlacedRule[]>;
  readonly names: Set<string>;
  /** Where each rule of the package itself is. */
  readonly places: Map<Decl, { readonly among: PlacedRule[]; readonly index: number }>;
  /** Rules on no event, and applications of no pack. */
  readonly unplaced: Set<Decl>;
}

/** Places the rules of a package; says which events and surfaces do not exist. */
export function placeRules(binder: Binder, symbols: PackageSymbols, surfaces: readonly BoundSurface[]): Placement {
  const make = (): OpenPlacement => placeAll(binder, symbols, surfaces);
  // What an application gives depends on more than names.
  const isOfNames = declaredAs(symbols, 'apply').length === 0;
  const placement =
    binder.memo && isOfNames
      ? binder.memo.mended(binder.memo, `rules of ${symbols.name}`, { stamp: surfaces }, { make, mend })
      : make();
  for (const decl of placement.unplaced) binder.unplaced.add(decl);
  return placement;
}

function placeAll(binder: Binder, symbols: PackageSymbols, surfaces: readonly BoundSurface[]): OpenPlacement {
  const placement: OpenPlacement = { rules: new Map(), names: new Set(), places: new Map(), unplaced: new Set() };
  const leaveOut = (decl: Decl): void => {
    placement.unplaced.add(decl);
    // Packs that are applied further on may name it.
    binder.unplaced.add(decl);
  };
  const place = (event: SurfaceEvent, rule: PlacedRule): void => {
    const among = placement.rules.get(event) ?? [];
    placement.rules.set(event, among);
    placement.names.add(rule.name);
    if (rule.pack === undefined) placement.places.set(rule.decl, { among, index: among.length });
    among.push(rule);
  };
  for (const { decl, unit } of symbols.declared) {
    if (decl.kind === 'apply') {
      const target = findSurface(binder, surfaces, unit, decl.surface);
      const applied =
        target &&
        remembered(binder, decl, 'application', () => bindApply(binder, { decl, unit }, target), { stamp: [target] });
      if (applied === undefined) leaveOut(decl);
      for (const { event, rule } of applied ?? []) place(event, rule);
    }
    if (!isRule(decl)) continue;
    const event = findEvent(binder, surfaces, unit, decl.on);
    if (event === undefined) leaveOut(decl);
    else place(event, ownRule({ decl, unit }));
  }
  return placement;
}

/** Lists stay the same objects: what is known of their names (`ruleTable`) holds on. */
function mend({ places, unplaced }: OpenPlacement, replaced: ReadonlyMap<Declared, Declared>): void {
  for (const [{ decl: old }, { decl, unit }] of replaced) {
    const place = places.get(old);
    if (place && isRule(decl)) {
      place.among[place.index] = ownRule({ decl, unit });
      places.delete(old);
      places.set(decl, place);
    }
    if (unplaced.delete(old)) unplaced.add(decl);
  }
}

/** The event that a rule or a test is about; says so when there is none. */
export function findEvent(
  binder: Binder,
  surfaces: readonly BoundSurface[],
  unit: FileUnit,
  on: TestDecl['on'],
): SurfaceEvent | undefined {
  const { event } = on;
  const found = findSurface(binder, surfaces, unit, on.surface);
  if (found === undefined) return undefined;
  if (event.text === '') return undefined;
  const result = found.events.get(event.text);
  if (result) {
    const declared = spanIn(result.unit, result.decl.name);
    binder.recorder?.bindings.set(event, { kind: 'other', what: 'an event', declared });
    return result;
  }
  const holes = {
    name: event.text,
    kind: found.surface.kind,
    known: [...found.events.keys()].map((known) => `\`${known}\``).join(', '),
  };
  report(binder, 'unknown-event', { unit, node: event }, holes, didYouMean(unit, event, found.events.keys()));
  return undefined;
}

/** The surface that a name of the package stands for; says so when it stands for none. */
function findSurface(
  binder: Binder,
  surfaces: readonly BoundSurface[],
  unit: FileUnit,
  name: Name,
): BoundSurface | undefined {
  if (name.text === '') return undefined;
  const found = surfaces.find(({ surface }) => surface.decl.name.text === name.text);
  if (found === undefined) {
    // A surface of an unknown kind has been reported where it is declared.
    if (binder.packages.get(unit.package)?.values.get(name.text)?.decl.kind === 'surface') return undefined;
    const known = surfaces.map(({ surface }) => surface.decl.name.text);
    reportUnknownSurface(binder, unit, name, known);
    return undefined;
  }
  const { decl, unit: home } = found.surface;
  binder.used.add(decl);
  binder.recorder?.bindings.set(name, { kind: 'other', what: 'a surface', declared: spanIn(home, decl.name) });
  return found;
}
