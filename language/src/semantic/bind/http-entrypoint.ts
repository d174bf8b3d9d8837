// The entrypoint `…/http` of an event of `llm`: it takes the exchange as it was on the wire, finds the provider by host and path,
// and makes the event of the body as that provider maps it.
// INVARIANT: an exchange that no provider of the surface answers is malformed, it is never decided on as some other provider's.

import type { CoreEntrypoint, CoreExpr, CoreRoute } from '../core.ts';
import { boolType, intType, stringType } from '../relate-types.ts';
import type { Const, Field, RecordType, Type } from '../types.ts';
import { httpAlias } from './http-alias.ts';
import type { SurfaceEvent } from './bind-event.ts';
import type { FoundProvider } from './bind-provider.ts';
import { bindProviderSettings, resolveProvider, textsOf } from './bind-provider.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { findPackage } from './load-packages.ts';
import { bodyField, mappedRecord, wireField, wireRecord } from './provider-entrypoint.ts';
import { referenceParts } from './settings.ts';

const hostField = textField('host', 'Where the exchange goes, without port.');
const pathField = textField('path', 'Path and query as sent.');

/** What the enforcer established, which every exchange carries where the event does. */
const establishedNames = ['client', 'time'];

/** Stands for a host of nobody: no provider has such a name. */
const nobody = '*';

/** Undefined when the event is none that a provider of its surface maps. */
export function bindHttpEntrypoint(
  binder: Binder,
  event: SurfaceEvent,
  plain: CoreEntrypoint,
): CoreEntrypoint | undefined {
  if (event.unit.package !== 'std.llm') return undefined;
  const mapsEvent = ({ decl }: FoundProvider): boolean =>
    decl.mappings.some((mapping) => mapping.event.text === event.decl.name.text);
  const listed = listedProviders(binder, event.surface)?.filter(mapsEvent);
  if (listed?.length === 0) return undefined;
  const own = establishedNames.flatMap((name) => event.record.fields().get(name) ?? []);
  const input = wireRecord(`${event.record.name}.http`, [hostField, pathField, bodyField, ...own]);
  const { aliases: _, ...rest } = plain;
  const prepare = (): CoreExpr => {
    const hasHosts = (provider: FoundProvider): boolean => settingOf(binder, provider, 'hosts').length > 0;
    const providers = listed ?? knownProviders(binder, event.surface).filter(mapsEvent).filter(hasHosts);
    return eventOf(binder, event, { input, providers, own });
  };
  return { ...rest, name: `${plain.name}/http`, aliases: [httpAlias(plain.name)], at: [], input, prepare };
}

/** The event's record of an exchange. `own`: fields of the event that the exchange has as they are. */
function eventOf(
  binder: Binder,
  event: SurfaceEvent,
  options: {
    readonly input: RecordType;
    readonly providers: readonly FoundProvider[];
    readonly own: readonly Field[];
  },
): CoreExpr {
  const { input, providers, own } = options;
  const id = binder.nextLocal++;
  const name: CoreExpr = { op: 'local', id, type: stringType };
  const host = wireField(input, hostField);
  const established = new Map([
    ['provider', name],
    ['host', host],
    ...own.map((field) => [field.name, wireField(input, field)] as const),
  ]);
  const type: Type = { kind: 'record', record: event.record };
  const body = groupsOf(providers, event).reduceRight<CoreExpr>(
    (otherwise, group) => ({
      op: 'if',
      condition: isOneOf(name, group),
      then: recordOf(binder, event, { group, body: wireField(input, bodyField), established }),
      else: otherwise,
      type,
    }),
    { op: 'fail', word: 'unknown_provider', type },
  );
  const value = providerName(binder, { providers, host, path: wireField(input, pathField) });
  return objectOnly(binder, wireField(input, bodyField), { op: 'let', id, value, body, type });
}

/** `value` for a body that is a JSON object; every other one is an error, since mappings would find nothing in it. */
function objectOnly(binder: Binder, body: CoreExpr, value: CoreExpr): CoreExpr {
  const asked: CoreExpr = { op: 'has-key', of: body, name: '', type: boolType };
  return { op: 'let', id: binder.nextLocal++, value: asked, body: value, type: value.type };
}

function textField(name: string, doc: string): Field {
  return { name, wire: name, type: stringType, presence: 'required', doc };
}

/** The providers that a surface lists; undefined when it has no list. */
function listedProviders(binder: Binder, { decl, unit }: Surface): readonly FoundProvider[] | undefined {
  const list = decl.settings.find((setting) => setting.name.text === 'providers')?.values[0];
  if (list?.kind !== 'list') return undefined;
  return list.items.flatMap((item) => resolveProvider(binder, unit, referenceParts(item)) ?? []);
}

/** The providers that may answer on a surface: those that it lists, or all that are known. */
export function surfaceProviders(binder: Binder, surface: Surface): readonly FoundProvider[] {
  return listedProviders(binder, surface) ?? knownProviders(binder, surface);
}

/** The hosts of the providers that may answer on a surface of models, in small letters, sorted; `*.` ahead stands for any labels. */
export function surfaceHosts(binder: Binder, surface: Surface): readonly string[] {
  if (surface.kind !== 'llm') return [];
  const hosts = surfaceProviders(binder, surface).flatMap((provider) => settingOf(binder, provider, 'hosts'));
  return [...new Set(hosts.map((host) => host.toLowerCase()))].toSorted();
}

/** The providers of a surface's package and of the library. */
function knownProviders(binder: Binder, { unit: { package: own } }: Surface): readonly FoundProvider[] {
  return [...new Set([own, 'std.ai'])]
    .flatMap((name) => findPackage(binder, name)?.declared ?? [])
    .flatMap(({ decl, unit }) => (decl.kind === 'provider' ? [{ decl, unit }] : []));
}

function settingOf(binder: Binder, { decl, unit }: FoundProvider, name: 'hosts' | 'paths'): readonly string[] {
  return textsOf(bindProviderSettings(binder, decl, unit).get(name));
}

/** Providers with the same mapping, word for word; most have that of another. */
function groupsOf(providers: readonly FoundProvider[], event: SurfaceEvent): readonly (readonly FoundProvider[])[] {
  const groups = new Map<string, FoundProvider[]>();
  for (const provider of providers) {
    const { text } = provider.unit.file;
    const mapping = provider.decl.mappings.find((candidate) => candidate.event.text === event.decl.name.text);
    const fields = (mapping?.fields ?? [])
      .filter(({ name }) => name.text !== 'provider')
      .map(({ name, value }) => `${name.text}: ${text.slice(value.start, value.end)}`);
    const imports = provider.unit.tree.imports.map(({ start, end }) => text.slice(start, end));
    const key = [provider.unit.package, ...imports, ...fields].join('\n');
    const group = groups.get(key);
    if (group) group.push(provider);
    else groups.set(key, [provider]);
  }
  return [...groups.values()];
}

function isOneOf(name: CoreExpr, group: readonly FoundProvider[]): CoreExpr {
  return { op: 'in-set', value: name, set: group.map(({ decl }) => text(decl.name.text)), type: boolType };
}

/** The record of a group; a field that its mapping gives is the mapping's, the provider's name aside. */
function recordOf(
  binder: Binder,
  event: SurfaceEvent,
  options: {
    readonly group: readonly FoundProvider[];
    readonly body: CoreExpr;
    readonly established: ReadonlyMap<string, CoreExpr>;
  },
): CoreExpr {
  const [found] = options.group;
  if (found === undefined) throw new Error('a group has a provider');
  const mapping = found.decl.mappings.find((candidate) => candidate.event.text === event.decl.name.text);
  const given = new Set((mapping?.fields ?? []).map(({ name }) => name.text));
  const established = new Map([...options.established].filter(([name]) => name === 'provider' || !given.has(name)));
  return mappedRecord(binder, { event, found, body: options.body, established });
}

/** The name of the provider that answers at a host and path, or `nobody`. */
function providerName(
  binder: Binder,
  options: { readonly providers: readonly FoundProvider[]; readonly host: CoreExpr; readonly path: CoreExpr },
): CoreExpr {
  const { providers, path } = options;
  const routes: CoreRoute[] = [];
  const names: Const[] = [];
  const pathless: FoundProvider[] = [];
  for (const provider of providers) {
    const paths = settingOf(binder, provider, 'paths');
    const hosts = settingOf(binder, provider, 'hosts');
    const name = provider.decl.name.text;
    if (paths.length === 0 && hosts.length > 0) pathless.push(provider);
    for (const template of paths) {
      routes.push({ method: hosts.length === 0 ? nobody : name, template, operation: name });
      names.push(text(name));
    }
  }
  const owner = binder.nextLocal++;
  const ownerName: CoreExpr = { op: 'local', id: owner, type: stringType };
  const otherwise: CoreExpr =
    pathless.length === 0
      ? textConst(nobody)
      : {
          op: 'if',
          condition: isOneOf(ownerName, pathless),
          then: ownerName,
          else: textConst(nobody),
          type: stringType,
        };
  const host = hostOwner(binder, options);
  if (routes.length === 0) return { op: 'let', id: owner, value: host, body: otherwise, type: stringType };
  const route = binder.nextLocal++;
  const index: CoreExpr = { op: 'local', id: route, type: intType };
  const zero: CoreExpr = { op: 'const', value: { kind: 'int', value: 0n }, type: intType };
  const chosen: CoreExpr = {
    op: 'if',
    condition: { op: 'compare', order: '>=', left: index, right: zero, type: boolType },
    then: { op: 'table', values: names, index, type: stringType },
    else: otherwise,
    type: stringType,
  };
  const value: CoreExpr = { op: 'route', routes, method: ownerName, target: path, type: intType };
  const byPath: CoreExpr = { op: 'let', id: route, value, body: chosen, type: stringType };
  return { op: 'let', id: owner, value: host, body: byPath, type: stringType };
}

/** The first provider that has the host, in any case of its letters, or `nobody`. */
function hostOwner(
  binder: Binder,
  { providers, host }: { readonly providers: readonly FoundProvider[]; readonly host: CoreExpr },
): CoreExpr {
  const table = new Map<string, string>();
  const suffixes: (readonly [string, string])[] = [];
  for (const provider of providers) {
    for (const known of settingOf(binder, provider, 'hosts').map((name) => name.toLowerCase())) {
      if (known.startsWith('*.')) suffixes.push([known.slice(1), provider.decl.name.text]);
      else if (!table.has(known)) table.set(known, provider.decl.name.text);
    }
  }
  const id = binder.nextLocal++;
  const key: CoreExpr = { op: 'local', id, type: stringType };
  const bySuffix = suffixes.reduceRight<CoreExpr>(
    (otherwise, [suffix, name]) => ({
      op: 'if',
      condition: { op: 'call', builtin: 'string_ends_with', args: [key, textConst(suffix)], type: boolType },
      then: textConst(name),
      else: otherwise,
      type: stringType,
    }),
    textConst(nobody),
  );
  const exact: CoreExpr = { op: 'lookup', key, table, type: { kind: 'optional', of: stringType } };
  const lower: CoreExpr = { op: 'call', builtin: 'string_lower_ascii', args: [host], type: stringType };
  const body: CoreExpr = { op: 'or-else', of: exact, else: bySuffix, type: stringType };
  return { op: 'let', id, value: lower, body, type: stringType };
}

const text = (value: string): Const => ({ kind: 'string', value });

const textConst = (value: string): CoreExpr => ({ op: 'const', value: text(value), type: stringType });
