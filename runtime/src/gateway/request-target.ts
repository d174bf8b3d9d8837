// The target of a request as it was sent → host, port, path and query, in any of the forms of RFC 9112, 3.2; or why nobody should go on
// with it.
//
// INVARIANT: a path that another server would resolve to another path is none.

import { pathFault } from './path-fault.ts';

/** Where a request wants to go. */
export interface RequestTarget {
  readonly form: 'origin' | 'absolute';
  readonly scheme: 'http' | 'https';
  /** In small letters, without port, brackets and a final dot. */
  readonly host: string;
  readonly port: number | undefined;
  /** Path and query as sent. */
  readonly target: string;
}

/** Reads a target; a text says what is wrong. `authority` is the value of `Host`, or `:authority`. */
export function readTarget(raw: string, authority: string): RequestTarget | string {
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(raw);
  const [, scheme = 'http', named = '', rest = ''] = absolute ?? [];
  const target = absolute === null ? raw : rest.startsWith('/') ? rest : `/${rest}`;
  if (!target.startsWith('/')) return 'the target of the request is no path';
  const where = readAuthority(absolute === null ? authority : named);
  if (where === undefined) return 'the host of the request is none';
  const fault = pathFault(target);
  if (fault !== undefined) return fault;
  return {
    form: absolute === null ? 'origin' : 'absolute',
    scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http',
    ...where,
    target,
  };
}

/** `API.example.:8443`, `[::1]:80` → host and port; undefined for what is neither a name nor an address. */
export function readAuthority(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)\.?)(?::([0-9]{1,5}))?$/i.exec(text);
  if (found === null) return undefined;
  const [, address, name, port] = found;
  if (port !== undefined && Number(port) > 65_535) return undefined;
  return { host: (address ?? name ?? '').toLowerCase(), port: port === undefined ? undefined : Number(port) };
}
