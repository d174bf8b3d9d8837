// The entrypoint `…/http` of an event of `llm`: it takes the exchange as it was on the wire, finds the provider (`tell-provider.ts`),
// and makes the event of the body as that provider maps it.
// INVARIANT: an exchange that no provider of the surface answers is malformed, it is never decided on as some other provider's.

import type { CoreEntrypoint, CoreExpr } from '../core.ts';
import { boolType, stringType } from '../relate-types.ts';
import type { Field, RecordType, Type } from '../types.ts';
import { httpAlias } from './http-alias.ts';
import type { SurfaceEvent } from './bind-event.ts';
import type { FoundProvider, MappedExchange } from './bind-provider.ts';
import { findMapping, resolveProvider } from './bind-provider.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { findPackage } from './load-packages.ts';
import { bodyField, mappedRecord, wireField, wireRecord } from './provider-entrypoint.ts';
import { referenceParts } from './settings.ts';
import { hostsOf, isKnownUnlisted, isOneOf, tellProvider } from './tell-provider.ts';

const hostField = textField('host', 'Where the exchange goes, without port.');
const pathField = textField('path', 'Path and query as sent.');

/** What the enforcer established, which every exchange carries where the event does. */
const establishedNames = ['client', 'time'];

/** Undefined when the event is none that a provider of its surface maps. */
export function bindHttpEntrypoint(
  binder: Binder,
  event: SurfaceEvent,
  plain: CoreEntrypoint,
): CoreEntrypoint | undefined {
  if (event.unit.package !== 'std.llm') return undefined;
  const mapsEvent = (provider: FoundProvider): boolean =>
    findMapping(binder, provider, event.decl.name.text) !== undefined;
  const listed = listedProviders(binder, event.surface)?.filter(mapsEvent);
  if (listed?.length === 0) return undefined;
  const own = establishedNames.flatMap((name) => event.record.fields().get(name) ?? []);
  const input = wireRecord(`${event.record.name}.http`, [hostField, pathField, bodyField, ...own]);
  const { aliases: _, ...rest } = plain;
  const prepare = (): CoreExpr => {
    const isKnown = (provider: FoundProvider): boolean => isKnownUnlisted(binder, provider);
    const providers = listed ?? knownProviders(binder, event.surface).filter(mapsEvent).filter(isKnown);
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
  const exchange = { body: wireField(input, bodyField), path: wireField(input, pathField) };
  const body = groupsOf(binder, providers, event).reduceRight<CoreExpr>(
    (otherwise, group) => ({
      op: 'if',
      condition: isOneOf(name, group),
      then: recordOf(binder, event, { group, exchange, established }),
      else: otherwise,
      type,
    }),
    { op: 'fail', word: 'unknown_provider', type },
  );
  const value = tellProvider(binder, { providers, host, ...exchange, event: event.decl.name.text });
  return objectOnly(binder, exchange.body, { op: 'let', id, value, body, type });
}

/**
 * `value` for a body that is a JSON object, or null where there is none; every other one is an error, since mappings would find
 * nothing in it.
 */
function objectOnly(binder: Binder, body: CoreExpr, value: CoreExpr): CoreExpr {
  const isNull: CoreExpr = { op: 'equal', left: body, right: nullBody, type: boolType };
  const asked: CoreExpr = { op: 'has-key', of: body, name: '', type: boolType };
  const either: CoreExpr = { op: 'if', condition: isNull, then: isNull, else: asked, type: boolType };
  return { op: 'let', id: binder.nextLocal++, value: either, body: value, type: value.type };
}

const nullBody: CoreExpr = {
  op: 'to-dyn',
  of: { op: 'const', value: { kind: 'null' }, type: { kind: 'null' } },
  type: { kind: 'dyn' },
};

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
  const hosts = surfaceProviders(binder, surface).flatMap((provider) => hostsOf(binder, provider));
  return [...new Set(hosts.map((host) => host.toLowerCase()))].toSorted();
}

/** The providers of a surface's package and of the library. */
function knownProviders(binder: Binder, { unit: { package: own } }: Surface): readonly FoundProvider[] {
  return [...new Set([own, 'std.ai'])]
    .flatMap((name) => findPackage(binder, name)?.declared ?? [])
    .flatMap(({ decl, unit }) => (decl.kind === 'provider' ? [{ decl, unit }] : []));
}

/** Providers with the same mapping: that of one which they are like, or one that is the same word for word. */
function groupsOf(
  binder: Binder,
  providers: readonly FoundProvider[],
  event: SurfaceEvent,
): readonly (readonly FoundProvider[])[] {
  const groups = new Map<string, FoundProvider[]>();
  for (const provider of providers) {
    const { mapping, unit } = findMapping(binder, provider, event.decl.name.text) ?? {};
    const { text } = (unit ?? provider.unit).file;
    const fields = (mapping?.fields ?? [])
      .filter(({ name }) => name.text !== 'provider')
      .map(({ name, value }) => `${name.text}: ${text.slice(value.start, value.end)}`);
    const imports = (unit ?? provider.unit).tree.imports.map(({ start, end }) => text.slice(start, end));
    const key = [(unit ?? provider.unit).package, ...imports, ...fields].join('\n');
    const group = groups.get(key);
    if (group) group.push(provider);
    else groups.set(key, [provider]);
  }
  return [...groups.values()];
}

/** The record of a group; a field that its mapping gives is the mapping's, the provider's name aside. */
function recordOf(
  binder: Binder,
  event: SurfaceEvent,
  options: {
    readonly group: readonly FoundProvider[];
    readonly exchange: MappedExchange;
    readonly established: ReadonlyMap<string, CoreExpr>;
  },
): CoreExpr {
  const [found] = options.group;
  if (found === undefined) throw new Error('a group has a provider');
  const given = findMapping(binder, found, event.decl.name.text)?.mapping.fields.map(({ name }) => name.text);
  const names = new Set(given);
  const established = new Map([...options.established].filter(([name]) => name === 'provider' || !names.has(name)));
  return mappedRecord(binder, { event, found, exchange: options.exchange, established });
}
