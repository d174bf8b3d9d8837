// Providers: which hosts belong to whom (`ai.provider_of`), and how a wire format becomes the fields of an `llm` event.
// A mapping reads `body`, the JSON of the wire; what it leaves out has the field's default.

import type { Name, ProviderDecl } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import type { Settings } from '../model.ts';
import type { Binding, Scope } from '../scope.ts';
import type { FileUnit, PackageSymbols } from '../symbols.ts';
import type { RecordType, Type } from '../types.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { inferValue } from './expressions.ts';
import { findPackage } from './load-packages.ts';
import { fileScope, lookupPath } from './package-scope.ts';
import type { SettingSchema } from '../setting-schema.ts';
import { checkSettings } from './settings.ts';

const providerSchema: SettingSchema = {
  hosts: { values: ['texts'], required: true },
  paths: { values: ['texts'] },
  keys: { values: ['text'] },
  /** How a response streams, and where its texts are: JSON Pointers in which `*` is any index; or `as` another provider's. */
  stream: {
    values: [{ words: ['sse', 'ndjson', 'as'] }, 'text'],
    block: {
      /** A piece of a text that goes on in the next event; then values that tell such texts apart. */
      piece: { values: ['text', 'text', 'text', 'text', 'text'], repeated: true },
      /** A text that is whole in its event. */
      whole: { values: ['text'], repeated: true },
    },
  },
};

/** Checks the settings of a provider. */
export function bindProviderSettings(binder: Binder, decl: ProviderDecl, unit: FileUnit): Settings {
  return checkSettings(binder, unit, {
    settings: decl.settings,
    schema: providerSchema,
    owner: decl.name,
    what: 'a provider',
  });
}

/** `provider_of(host)`: the provider whose hosts have it; `*.` at the start of a host stands for any labels. */
export function providerLookup(binder: Binder, symbols: PackageSymbols): Binding | undefined {
  const table = new Map<string, string>();
  const suffixes: (readonly [string, string])[] = [];
  let any = false;
  for (const { decl, unit } of symbols.declared) {
    if (decl.kind !== 'provider') continue;
    any = true;
    const hosts = textsOf(bindProviderSettings(binder, decl, unit).get('hosts'));
    for (const host of hosts) {
      if (host.startsWith('*.')) suffixes.push([host.slice(1), decl.name.text]);
      else if (!table.has(host)) table.set(host, decl.name.text);
    }
  }
  return any ? { kind: 'lookup', table, suffixes } : undefined;
}

/** A setting's value as a list of texts. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A provider, and the file that declares it. */
export interface FoundProvider {
  readonly decl: ProviderDecl;
  readonly unit: FileUnit;
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
  for (const { decl, unit } of symbols.declared) {
    if (decl.kind === 'provider' && decl.name.text === name) return { decl, unit };
  }
  return undefined;
}

/** The fields of an event from `body`. Undefined when the provider does not map the event. */
export function bindMapping(
  binder: Binder,
  options: {
    readonly decl: ProviderDecl;
    readonly unit: FileUnit;
    readonly event: string;
    readonly record: RecordType;
    readonly body: CoreExpr;
  },
): ReadonlyMap<string, CoreExpr> | undefined {
  const { decl, unit, record } = options;
  const mapping = decl.mappings.find((candidate) => candidate.event.text === options.event);
  if (mapping === undefined) return undefined;
  const outer = fileScope(binder, unit);
  const body: Binding = { kind: 'value', core: options.body };
  const scope: Scope = {
    lookup: (name) => (name === 'body' ? body : outer.lookup(name)),
    names: function* () {
      yield 'body';
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
