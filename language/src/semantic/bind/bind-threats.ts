// Threat lists: `threats llm.v2026 { LLM06 "…" }` in a package `std.owasp` makes `owasp.llm.v2026.LLM06` a name, edition
// included. Crosswalks say what became of an id in another edition; they help to explain an unknown id.

import type { CrosswalkDecl, ThreatEntry, ThreatsDecl } from '../../syntax/ast.ts';
import type { Settings } from '../model.ts';
import type { Binding } from '../scope.ts';
import type { FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs, spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import type { SettingSchema } from '../setting-schema.ts';
import { checkSettings } from './settings.ts';

const threatSchema: SettingSchema = {
  residual: { values: ['text'], doc: 'what of the threat no enforcer can see, whatever the rules are' },
};

/** Checks the settings of an entry. */
export function bindThreatSettings(binder: Binder, entry: ThreatEntry, unit: FileUnit): Settings {
  return checkSettings(binder, unit, {
    settings: entry.settings,
    schema: threatSchema,
    owner: entry.id,
    what: 'a threat',
  });
}

/** What `name` is below `path` in the threat lists of a package: a namespace, or a threat. */
export function threatScope(symbols: PackageSymbols, path: readonly string[], name: string): Binding | undefined {
  const full = [...path, name];
  for (const { decl, unit } of declaredAs(symbols, 'threats')) {
    const edition = decl.edition.parts.map((part) => part.text);
    if (startsWith(edition, full)) {
      return {
        kind: 'package',
        name: `${symbols.name}.${full.join('.')}`,
        members: {
          lookup: (member) => threatScope(symbols, full, member),
          names: () => threatNames(symbols, full),
        },
      };
    }
    if (edition.join('.') !== path.join('.')) continue;
    const entry = decl.entries.find(({ id }) => id.text === name);
    if (entry) return { kind: 'other', what: 'a threat', declared: spanIn(unit, entry.id) };
  }
  return undefined;
}

/** The names below `path` in the threat lists of a package. */
export function threatNames(symbols: PackageSymbols, path: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const decl of threatLists(symbols)) {
    const edition = decl.edition.parts.map((part) => part.text);
    if (edition.join('.') === path.join('.')) for (const { id } of decl.entries) names.add(id.text);
    else if (startsWith(edition, path)) names.add(edition[path.length] ?? '');
  }
  return [...names];
}

export function threatLists(symbols: PackageSymbols): readonly ThreatsDecl[] {
  return declaredAs(symbols, 'threats').map(({ decl }) => decl);
}

/** Where `id` of the edition `from` went, by the crosswalks of the package: `llm.v2026.LLM04`. */
export function crosswalkTargets(symbols: PackageSymbols, from: string, id: string): readonly string[] {
  return declaredAs(symbols, 'crosswalk').flatMap(({ decl }) => {
    if (editionOf(decl.from) !== from) return [];
    return decl.pairs.filter((pair) => pair.from.text === id).map((pair) => `${editionOf(decl.to)}.${pair.to.text}`);
  });
}

/** What `id` of the edition `to` was, by the crosswalks of the package: `llm.v2025.LLM03`. */
export function crosswalkSources(symbols: PackageSymbols, to: string, id: string): readonly string[] {
  return declaredAs(symbols, 'crosswalk').flatMap(({ decl }) => {
    if (editionOf(decl.to) !== to) return [];
    return decl.pairs.filter((pair) => pair.to.text === id).map((pair) => `${editionOf(decl.from)}.${pair.from.text}`);
  });
}

function editionOf(name: CrosswalkDecl['from']): string {
  return name.parts.map((part) => part.text).join('.');
}

function startsWith(whole: readonly string[], start: readonly string[]): boolean {
  return start.length <= whole.length && start.every((part, index) => whole[index] === part);
}
