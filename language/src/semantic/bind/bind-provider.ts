// Providers: which hosts belong to whom (`ai.provider_of`), and how a wire format becomes the fields of an `llm` event.
// A mapping reads `body`, the JSON of the wire; what it leaves out has the field's default.

import type { Expr, Name, ProviderDecl } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import type { SettingValue } from '../model.ts';
import type { Binding, Scope } from '../scope.ts';
import type { FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs } from '../symbols.ts';
import type { RecordType, Type } from '../types.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { inferValue } from './expressions.ts';
import { findPackage } from './load-packages.ts';
import { fileScope, lookupPath } from './package-scope.ts';
import { bindProviderSettings, textsOf } from './provider-settings.ts';
import { referenceParts } from './settings.ts';

/** `provider_of(host)`: the provider whose hosts have it; `*.` at the start of a host stands for any labels. */
export function providerLookup(binder: Binder, symbols: PackageSymbols): Binding | undefined {
  const table = new Map<string, string>();
  const suffixes: (readonly [string, string])[] = [];
  const providers = declaredAs(symbols, 'provider');
  for (const { decl, unit } of providers) {
    const hosts = textsOf(bindProviderSettings(binder, decl, unit).get('hosts'));
    for (const host of hosts) {
      if (host.startsWith('*.')) suffixes.push([host.slice(1), decl.name.text]);
      else if (!table.has(host)) table.set(host, decl.name.text);
    }
  }
  return providers.length > 0 ? { kind: 'lookup', table, suffixes } : undefined;
}

/** A provider, and the file that declares it. */
export interface FoundProvider {
  readonly decl: ProviderDecl;
  readonly unit: FileUnit;
}

/** A mapping, and the file that it stands in. */
export interface FoundMapping {
  readonly mapping: ProviderDecl['mappings'][number];
  readonly unit: FileUnit;
}

/** How a provider maps an event: as it says itself, or as the provider does that it is like. */
export function findMapping(binder: Binder, provider: FoundProvider, event: string): FoundMapping | undefined {
  for (const { decl, unit } of providerLine(binder, provider)) {
    const mapping = decl.mappings.find((candidate) => candidate.event.text === event);
    if (mapping) return { mapping, unit };
  }
  return undefined;
}

/** A provider, the one that it is like, and so on; each once. */
export function providerLine(binder: Binder, provider: FoundProvider): readonly FoundProvider[] {
  const line: FoundProvider[] = [];
  let next: FoundProvider | undefined = provider;
  while (next !== undefined && !line.some(({ decl }) => decl === next?.decl)) {
    line.push(next);
    const like = likeOf(next.decl);
    next = like && resolveProvider(binder, next.unit, referenceParts(like));
  }
  return line;
}

/** Reports `like` with a name that is no provider's. */
export function checkLike(binder: Binder, decl: ProviderDecl, unit: FileUnit): void {
  const like = likeOf(decl);
  if (like === undefined || like.kind === 'hole') return;
  const parts = referenceParts(like);
  if (parts.length === 0 || resolveProvider(binder, unit, parts)) return;
  report(binder, 'unknown-provider', { unit, node: like }, { name: unit.file.text.slice(like.start, like.end) });
}

function likeOf(decl: ProviderDecl): Expr | undefined {
  return decl.settings.find((setting) => setting.name.text === 'like')?.values[0];
}

/** A setting of a provider, or else of the one that it is like. Hosts are its own. */
export function providerSetting(binder: Binder, provider: FoundProvider, name: string): SettingValue | undefined {
  return providerSettings(binder, provider, name)[0];
}

/** What a provider says of a setting, then what the one says that it is like, and so on. */
export function providerSettings(binder: Binder, provider: FoundProvider, name: string): readonly SettingValue[] {
  return providerLine(binder, provider).flatMap(({ decl, unit }) => {
    const value = bindProviderSettings(binder, decl, unit).get(name);
    return value === undefined ? [] : [value];
  });
}

/** The provider that a name of `unit` stands for; undefined when it stands for none. */
export function resolveProvider(binder: Binder, unit: FileUnit, parts: readonly Name[]): FoundProvider | undefined {
  const scope = fileScope(binder, unit);
  const result = lookupPath(scope, parts);
  const last = parts.at(-1);
  if (!('found' in result) || result.found.kind !== 'other' || result.found.what !== 'a provider' || !last)
    return undefined;
  const outer = parts.length > 1 ? lookupPath(scope, parts.slice(0, -1)) : undefined;
  const home = outer && 'found' in outer && outer.found.kind === 'package' ? outer.found.name : unit.package;
  const symbols = findPackage(binder, home);
  return symbols && findProvider(symbols, last.text);
}

/** The provider that a package declares under a name. */
export function findProvider(symbols: PackageSymbols, name: string): FoundProvider | undefined {
  return declaredAs(symbols, 'provider').find(({ decl }) => decl.name.text === name);
}

/** What a mapping reads of an exchange. */
export interface MappedExchange {
  /** The JSON of the wire. */
  readonly body: CoreExpr;
  /** Path and query as sent; empty text where nobody knows them. */
  readonly path: CoreExpr;
}

/** The fields of an event from an exchange. Undefined when the provider does not map the event. */
export function bindMapping(
  binder: Binder,
  options: {
    readonly decl: ProviderDecl;
    readonly unit: FileUnit;
    readonly event: string;
    readonly record: RecordType;
    readonly exchange: MappedExchange;
  },
): ReadonlyMap<string, CoreExpr> | undefined {
  const { record, exchange } = options;
  const found = findMapping(binder, options, options.event);
  if (found === undefined) return undefined;
  const { mapping, unit } = found;
  const outer = fileScope(binder, unit);
  const own = new Map<string, Binding>([
    ['body', { kind: 'value', core: exchange.body }],
    ['path', { kind: 'value', core: exchange.path }],
  ]);
  const scope: Scope = {
    lookup: (name) => own.get(name) ?? outer.lookup(name),
    names: function* () {
      yield* own.keys();
      yield* outer.names();
    },
  };
  const known = record.fields();
  binder.recorder?.records.set(mapping.event, record);
  const values = new Map<string, CoreExpr>();
  for (const { name, value } of mapping.fields) {
    const field = known.get(name.text);
    if (field === undefined) {
      report(
        binder,
        'unknown-event-field',
        { unit, node: name },
        { name: name.text, event: options.event },
        didYouMean(unit, name, known.keys()),
      );
      continue;
    }
    binder.recorder?.fields.set(name, { field, record });
    const expected: Type = field.presence === 'optional' ? { kind: 'optional', of: field.type } : field.type;
    values.set(field.name, inferValue(binder, { unit, expr: value, scope, expected }));
  }
  for (const field of known.values()) {
    if (values.has(field.name)) continue;
    if (field.presence === 'optional') {
      values.set(field.name, { op: 'const', value: { kind: 'none' }, type: { kind: 'optional', of: field.type } });
    } else if (field.presence === 'default' && field.default) {
      values.set(field.name, { op: 'const', value: field.default, type: field.type });
    } else report(binder, 'unmapped-field', { unit, node: mapping.event }, { field: field.name, event: options.event });
  }
  return values;
}
