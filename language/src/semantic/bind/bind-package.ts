// Everything that one package declares, bound: surfaces with their events, rules as entrypoints, tests, deployments. Each
// declaration is bound whether something uses it or not, so that its faults are found.

import type { TestDecl } from '../../syntax/ast.ts';
import type { Span } from '../../source/source-file.ts';
import type { CoreEntrypoint } from '../core.ts';
import type { DeployModel, TestModel } from '../model.ts';
import type { Steps } from '../steps.ts';
import { itemsPerStep } from '../steps.ts';
import type { FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs, dotted, isValueDecl, spanIn } from '../symbols.ts';
import type { Type } from '../types.ts';
import { bindDeclaration } from './bind-declaration.ts';
import { bindDeploy } from './bind-deploy.ts';
import type { BoundEvent } from './bind-entrypoint.ts';
import { bindEntrypoint, bindEntrypointSteps } from './bind-entrypoint.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { bindEvents, checkEvent } from './bind-event.ts';
import { checkFnBody } from './bind-fn.ts';
import { checkLike } from './bind-provider.ts';
import { bindRecord } from './bind-record.ts';
import { bindSurface } from './bind-surface.ts';
import type { TestProvider } from './bind-test.ts';
import { bindTest } from './bind-test.ts';
import { bindThreatSettings } from './bind-threats.ts';
import type { Binder } from './binder.ts';
import { didYouMean, isUnplaced, report } from './binder.ts';
import { objectUnion } from './import-documents.ts';
import { remembered } from './memo.ts';
import { fileScope } from './package-scope.ts';
import type { BoundSurface } from './place-rules.ts';
import { findEvent, placeRules } from './place-rules.ts';
import { ruleTable } from './placed-rule.ts';
import { coreSurface } from './core-surfaces.ts';
import { bindHttpEntrypoint } from './http-entrypoint.ts';
import { bindProviderEntrypoint, checkMappings } from './provider-entrypoint.ts';
import { bindProviderSettings } from './provider-settings.ts';
import { withStreams } from './provider-stream.ts';
import { withUsage } from './token-usage.ts';

export interface BoundPackage {
  readonly symbols: PackageSymbols;
  readonly surfaces: readonly BoundSurface[];
  readonly events: readonly BoundEvent[];
  /** The same rules on other documents: exchanges as they were on the wire, recorded calls of tests. */
  readonly forms: readonly CoreEntrypoint[];
  readonly tests: readonly TestModel[];
  readonly deploys: readonly DeployModel[];
}

/** Binds a package of the project. */
export function* bindPackage(binder: Binder, symbols: PackageSymbols): Steps<BoundPackage> {
  yield* bindDeclarations(binder, symbols);
  const surfaces = declaredAs(symbols, 'surface').flatMap(({ decl, unit }) => {
    return remembered(binder, decl, 'surface', () => {
      const surface = bindSurface(binder, decl, unit);
      return surface ? [{ surface, events: bindEvents(binder, surface), core: coreSurface(binder, surface) }] : [];
    });
  });
  const eventOf = (unit: FileUnit, on: TestDecl['on']): SurfaceEvent | undefined =>
    findEvent(binder, surfaces, unit, on);

  const { rules, names: placed } = placeRules(binder, symbols, surfaces);
  checkApplications(binder, symbols);
  checkExemptions(binder, symbols, placed);
  const eventsOf = ({ surface }: SurfaceEvent): ReadonlyMap<string, SurfaceEvent> =>
    surfaces.find((known) => known.surface === surface)?.events ?? new Map();
  const ruled: BoundEvent[] = [];
  for (const [event, own] of rules) {
    const entrypoint = yield* bindEntrypointSteps(binder, event, { rules: own });
    ruled.push({ event, rules: own, entrypoint: withStreams(binder, event, entrypoint) });
  }
  ruled.sort((a, b) => (a.event.entrypoint < b.event.entrypoint ? -1 : 1));
  const events = withUsage(binder, ruled, eventsOf);

  const providers = new Map<string, { readonly event: SurfaceEvent; readonly provider: TestProvider }>();
  const tests: TestModel[] = [];
  for (const [index, { decl, unit }] of declaredAs(symbols, 'test').entries()) {
    if (index % itemsPerStep === 0) yield;
    const event = eventOf(unit, decl.on);
    if (event === undefined) continue;
    const own = rules.get(event) ?? [];
    const test = remembered(binder, decl, 'test', () => bindTest({ binder, unit, event, rules: own }, decl), {
      stamp: [event],
      indexOf: ruleTable(own).indexOf,
    });
    if (test === undefined) continue;
    if (test.provider) providers.set(test.model.entrypoint, { event, provider: test.provider });
    tests.push(test.model);
  }
  // They say nothing that is not said of the rules themselves.
  const recorded = (binder.memo ? [] : [...providers.keys()]).toSorted().flatMap((name) => {
    const wanted = providers.get(name);
    if (wanted === undefined) return [];
    const own = events.find(({ event }) => event === wanted.event)?.entrypoint;
    return bindProviderEntrypoint(binder, own ?? bindEntrypoint(binder, wanted.event, { rules: [] }), {
      name,
      ...wanted,
    });
  });
  const forms = [
    ...(binder.memo ? [] : events).flatMap(
      ({ event, entrypoint }) => bindHttpEntrypoint(binder, event, entrypoint) ?? [],
    ),
    ...recorded,
  ];
  const deploys = declaredAs(symbols, 'deploy').map(({ decl, unit }) =>
    bindDeploy(binder, decl, { unit, symbols, rules: placed }),
  );
  return { symbols, surfaces, events, forms, tests, deploys };
}

/** Binds what has a name, without counting it as used. */
function* bindDeclarations(binder: Binder, symbols: PackageSymbols): Steps<void> {
  for (const [index, declared] of symbols.declared.entries()) {
    if (index % itemsPerStep === 0) yield;
    const { decl, unit } = declared;
    if (isValueDecl(decl)) {
      const binding = bindDeclaration(binder, declared);
      if (binding.kind === 'type') readFields(binding.type);
    }
    if (decl.kind === 'fn') {
      remembered(binder, decl, 'body', () => checkFnBody(binder, decl, unit), { stamp: [binder.bound.get(decl)] });
    }
    if (decl.kind === 'event') checkEvent(binder, decl, unit);
    if (decl.kind === 'provider') {
      bindProviderSettings(binder, decl, unit);
      checkMappings(binder, decl, unit);
      checkLike(binder, decl, unit);
    }
    if (decl.kind === 'threats') for (const entry of decl.entries) bindThreatSettings(binder, entry, unit);
    if (decl.kind === 'inventory') {
      const scope = fileScope(binder, unit);
      bindRecord(binder, { unit, name: decl.name.text, doc: decl.doc, fields: decl.fields, scope }).fields();
    }
    if (decl.kind === 'use') {
      if (decl.name.text === 'crd') objectUnion(binder, unit.package);
      else if (decl.name.text !== '') {
        const holes = { what: 'kind of document', name: decl.name.text, known: '`crd`' };
        report(binder, 'unknown-word', { unit, node: decl.name }, holes);
      }
    }
  }
}

/** Exemptions of rules that the package neither declares nor applies. */
function checkExemptions(binder: Binder, symbols: PackageSymbols, applied: ReadonlySet<string>): void {
  for (const { decl, unit } of declaredAs(symbols, 'exempt')) {
    if (decl.name.text === '' || symbols.rules.has(decl.name.text)) continue;
    if (applied.has(decl.name.text) || isUnplaced(binder, unit, decl.name)) continue;
    const extra = didYouMean(unit, decl.name, new Set([...symbols.rules.keys(), ...applied]));
    report(binder, 'unknown-rule', { unit, node: decl.name }, { name: decl.name.text }, extra);
  }
}

/** Packs that are applied to one surface under one name: their rules could not be told apart, nor from the package's own. */
function checkApplications(binder: Binder, symbols: PackageSymbols): void {
  const first = new Map<string, Span>();
  for (const { decl, unit } of declaredAs(symbols, 'apply')) {
    if (decl.name.text === '') continue;
    const rule = symbols.rules.get(decl.name.text);
    const key = `${decl.surface.text} ${decl.name.text}`;
    const before = rule ? spanIn(rule.unit, rule.decl.name) : first.get(key);
    if (before) {
      const extra = { labels: [{ span: before, text: 'first here' }], help: 'give it another name with `as`' };
      const what = rule ? 'name' : 'applied pack';
      report(binder, 'duplicate-name', { unit, node: decl.name }, { name: decl.name.text, what }, extra);
    } else first.set(key, spanIn(unit, decl.name));
  }
}

function readFields(type: Type): void {
  if (type.kind === 'record') type.record.fields();
}

/** The packages that a package imports. */
export function importedNames(symbols: PackageSymbols): readonly string[] {
  return symbols.units.flatMap((unit) => unit.tree.imports.map((decl) => dotted(decl.path)));
}
