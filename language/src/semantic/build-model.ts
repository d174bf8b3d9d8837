// What was bound, as plain data for tools. Reads, never reports.

import type { BoundPackage } from './bind/bind-package.ts';
import type { Binder } from './bind/binder.ts';
import { bindThreatSettings } from './bind/bind-threats.ts';
import { surfaceHosts } from './bind/http-entrypoint.ts';
import type { Model, PackageModel, SymbolModel, ThreatModel } from './model.ts';
import type { Decl } from '../syntax/ast.ts';
import type { Span } from '../source/source-file.ts';
import type { Declared, FileUnit, PackageSymbols, RuleDecl } from './symbols.ts';
import { dotted, spanIn } from './symbols.ts';

/** The model of a project; packages of the library are in it as far as they were needed. */
export function buildModel(binder: Binder, bound: readonly BoundPackage[]): Model {
  const known = [...binder.packages.values()].filter((symbols) => symbols !== undefined);
  const own = bound.map(({ symbols }) => symbols);
  const packages = [...own, ...known.filter((symbols) => !own.includes(symbols))];
  return {
    packages: packages.map(packageModel),
    surfaces: bound.flatMap(({ symbols, surfaces }) =>
      surfaces.map(({ surface, events }) => ({
        package: symbols.name,
        name: surface.decl.name.text,
        kind: surface.kind,
        span: spanIn(surface.unit, surface.decl.name),
        settings: surface.settings,
        routes: surface.routes,
        hosts: () => surfaceHosts(binder, surface),
        events: [...events.values()].map((event) => ({
          name: event.decl.name.text,
          doc: event.decl.doc,
          entrypoint: event.entrypoint,
          at: event.at,
          record: event.record,
          derived: event.decl.derived.map((derived) => derived.name.text),
        })),
      })),
    ),
    rules: bound.flatMap(({ symbols, events }) =>
      events.flatMap(({ entrypoint, rules }) =>
        entrypoint.rules.map((rule, index) => ({
          package: symbols.name,
          name: rule.name,
          doc: rules[index]?.decl.doc ?? '',
          verb: rule.verb,
          surface: entrypoint.surface,
          event: entrypoint.event,
          covers: rule.covers,
          span: rule.span,
          conditions: conditionsOf(rules[index]),
        })),
      ),
    ),
    tests: bound.flatMap(({ tests }) => tests),
    deploys: bound.flatMap(({ deploys }) => deploys),
    threats: threatModels(binder, known),
  };
}

function conditionsOf(rule: Declared<RuleDecl> | undefined): readonly Span[] {
  if (rule === undefined) return [];
  return rule.decl.clauses
    .filter(({ kind }) => kind === 'when' || kind === 'find' || kind === 'score' || kind === 'threshold')
    .map((clause) => spanIn(rule.unit, clause));
}

function packageModel(symbols: PackageSymbols): PackageModel {
  return {
    name: symbols.name,
    files: symbols.units.map((unit) => unit.file),
    std: symbols.std,
    symbols: symbols.declared
      .filter(({ decl }) => decl.name.text !== '')
      .flatMap(({ decl, unit }) => [
        symbolModel(unit, decl, decl.name.text),
        ...(decl.kind === 'pack' ? decl.rules : []).map((rule) =>
          symbolModel(unit, rule, `${decl.name.text}.${rule.name.text}`),
        ),
      ]),
  };
}

function symbolModel(unit: FileUnit, decl: Decl, name: string): SymbolModel {
  return { name, kind: decl.kind, doc: decl.doc, span: spanIn(unit, decl.name), extent: spanIn(unit, decl) };
}

function threatModels(binder: Binder, packages: readonly PackageSymbols[]): ReadonlyMap<string, ThreatModel> {
  const models = new Map<string, ThreatModel>();
  for (const symbols of packages) {
    const alias = symbols.name.split('.').at(-1) ?? '';
    for (const { decl, unit } of symbols.declared) {
      if (decl.kind !== 'threats') continue;
      for (const entry of decl.entries) {
        const residual = bindThreatSettings(binder, entry, unit).get('residual');
        models.set(`${alias}.${dotted(decl.edition)}.${entry.id.text}`, {
          title: entry.title.value,
          residual: typeof residual === 'string' ? residual : undefined,
        });
      }
    }
  }
  return models;
}
