// Which provider answers an exchange: the one that has the host, on a path that it has; or, at a host of nobody, the first one
// that says that it may be anywhere, by how the path ends and by what stands in the body.
// INVARIANT: a host that a provider has is never another's.

import type { CoreExpr, CoreRoute } from '../core.ts';
import { boolType, intType, stringType } from '../relate-types.ts';
import type { Const } from '../types.ts';
import type { FoundProvider } from './bind-provider.ts';
import { providerSetting } from './bind-provider.ts';
import type { Binder } from './binder.ts';
import { bindProviderSettings, blockOf, textsOf, valuesOf } from './provider-settings.ts';

/** Stands for a host of nobody: no provider has such a name. */
const nobody = '*';

/** The hosts of a provider, in small letters. */
export function hostsOf(binder: Binder, { decl, unit }: FoundProvider): readonly string[] {
  return textsOf(bindProviderSettings(binder, decl, unit).get('hosts')).map((host) => host.toLowerCase());
}

/** Templates of its paths. */
export function pathsOf(binder: Binder, provider: FoundProvider): readonly string[] {
  return textsOf(providerSetting(binder, provider, 'paths'));
}

/** How a provider is known at hosts of nobody: how the path ends, and a key of a request's body. Its own, as hosts are. */
export function anywhereOf(
  binder: Binder,
  { decl, unit }: FoundProvider,
): readonly { readonly path: string; readonly key: string | undefined }[] {
  const block = blockOf(bindProviderSettings(binder, decl, unit).get('anywhere'));
  return valuesOf(block?.get('path')).flatMap((value) => {
    const [path, key] = textsOf(valuesOf(value));
    return path === undefined ? [] : [{ path, key }];
  });
}

/** Whether exchanges can be a provider's on a surface that does not list it. */
export function isKnownUnlisted(binder: Binder, provider: FoundProvider): boolean {
  return hostsOf(binder, provider).length > 0 || anywhereOf(binder, provider).length > 0;
}

/** Whether a name is that of one of some providers. */
export function isOneOf(name: CoreExpr, group: readonly FoundProvider[]): CoreExpr {
  return { op: 'in-set', value: name, set: group.map(({ decl }) => text(decl.name.text)), type: boolType };
}

function takesAnyPath(paths: readonly string[]): boolean {
  return paths.length === 0 || paths.includes('*');
}

/** What tells who answers an exchange. */
export interface Question {
  readonly providers: readonly FoundProvider[];
  readonly host: CoreExpr;
  readonly path: CoreExpr;
  readonly body: CoreExpr;
  /** `request` or `response`: what stands in a body depends on it. */
  readonly event: string;
}

/** The name of the provider that answers at a host and path, or `nobody`. */
export function tellProvider(binder: Binder, options: Question): CoreExpr {
  const { providers, path } = options;
  const routes: CoreRoute[] = [];
  const names: Const[] = [];
  const pathless: FoundProvider[] = [];
  for (const provider of providers) {
    const paths = pathsOf(binder, provider);
    const hosts = hostsOf(binder, provider);
    const name = provider.decl.name.text;
    if (takesAnyPath(paths) && hosts.length > 0) pathless.push(provider);
    // What is like a provider with hosts, and has none, is known as `anywhere` says.
    if (hosts.length === 0 && anywhereOf(binder, provider).length > 0) continue;
    for (const template of takesAnyPath(paths) ? [] : paths) {
      routes.push({ method: hosts.length === 0 ? nobody : name, template, operation: name });
      names.push(text(name));
    }
  }
  const owner = binder.nextLocal++;
  const ownerName: CoreExpr = { op: 'local', id: owner, type: stringType };
  const elsewhere = isOneOfNobody(ownerName, ownerAnywhere(binder, options));
  const otherwise: CoreExpr =
    pathless.length === 0
      ? elsewhere
      : { op: 'if', condition: isOneOf(ownerName, pathless), then: ownerName, else: elsewhere, type: stringType };
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
function hostOwner(binder: Binder, { providers, host }: Pick<Question, 'providers' | 'host'>): CoreExpr {
  const table = new Map<string, string>();
  const suffixes: (readonly [string, string])[] = [];
  for (const provider of providers) {
    for (const known of hostsOf(binder, provider)) {
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

/** `then` for a host of nobody. */
function isOneOfNobody(owner: CoreExpr, then: CoreExpr): CoreExpr {
  if (then.op === 'const') return then;
  const condition: CoreExpr = { op: 'equal', left: owner, right: textConst(nobody), type: boolType };
  return { op: 'if', condition, then, else: textConst(nobody), type: stringType };
}

/** The first provider that may be anywhere and has the path's end. */
function ownerAnywhere(binder: Binder, { providers, path, body, event }: Question): CoreExpr {
  const known = providers.flatMap((provider) =>
    anywhereOf(binder, provider).map((place) => ({ ...place, name: provider.decl.name.text })),
  );
  if (known.length === 0) return textConst(nobody);
  const id = binder.nextLocal++;
  const end: CoreExpr = { op: 'local', id, type: stringType };
  const chosen = known.reduceRight<CoreExpr>((otherwise, { path: suffix, key, name }) => {
    const ends: CoreExpr = {
      op: 'call',
      builtin: 'string_ends_with',
      args: [end, textConst(suffix)],
      type: boolType,
    };
    const has: CoreExpr = { op: 'has-key', of: body, name: key ?? '', type: boolType };
    const condition: CoreExpr =
      key === undefined || event !== 'request' ? ends : { op: 'and', left: ends, right: has, type: boolType };
    return { op: 'if', condition, then: textConst(name), else: otherwise, type: stringType };
  }, textConst(nobody));
  const value: CoreExpr = { op: 'call', builtin: 'path_only', args: [path], type: stringType };
  return { op: 'let', id, value, body: chosen, type: stringType };
}

const text = (value: string): Const => ({ kind: 'string', value });

const textConst = (value: string): CoreExpr => ({ op: 'const', value: text(value), type: stringType });
