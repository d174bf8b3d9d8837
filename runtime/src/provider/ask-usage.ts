// A request → the same request that asks its provider to count the tokens of a stream. Only what is missing is spliced in; every other
// byte stays.
//
// INVARIANT: a body that is no JSON object, or that says something else at the place already, is left as it is; the caller counts
// without the provider then.

import type { ProviderPlan, UsageAsk } from '../contract/index.ts';
import { valueAt } from '../stream/pointer-tree.ts';

/** A request that was changed, and which events of its response are there for that alone. */
export interface AskedRequest {
  readonly body: Uint8Array;
  /** For `StreamRequest.drop`. */
  readonly drop: string;
}

/** Asks for the count; undefined when nothing has to be asked, or nothing can. */
export function askForUsage(
  { asks }: Pick<ProviderPlan, 'asks'>,
  path: string,
  body: Uint8Array,
): AskedRequest | undefined {
  const bare = path.split(/[?#]/, 1)[0] ?? '';
  const ask = asks.find(({ paths }) => paths.some((end) => bare.endsWith(end)));
  const value = ask && parsed(body);
  if (ask === undefined || !isObject(value) || valueAt(value, ask.when, []) !== true) return undefined;
  return splice(ask, value, body);
}

/** `set` has two steps: a member of an object in the body that may be missing, or null. */
function splice(
  { set, drop }: UsageAsk,
  value: Readonly<Record<string, unknown>>,
  body: Uint8Array,
): AskedRequest | undefined {
  const [outer, inner, ...more] = set.split('/').slice(1);
  if (outer === undefined || inner === undefined || more.length > 0) return undefined;
  const holder = value[outer];
  const member = `${JSON.stringify(inner)}:true`;
  if (holder === undefined) {
    const comma = Object.keys(value).length > 0 ? ',' : '';
    return { body: insertBehindBrace(body, `${JSON.stringify(outer)}:{${member}}${comma}`), drop };
  }
  if (!isObject(holder) || holder[inner] !== undefined) return undefined;
  const place = memberStart(body, outer);
  if (place === undefined) return undefined;
  const comma = Object.keys(holder).length > 0 ? ',' : '';
  const head = body.subarray(0, place);
  return { body: Buffer.concat([head, insertBehindBrace(body.subarray(place), `${member}${comma}`)]), drop };
}

function insertBehindBrace(body: Uint8Array, text: string): Uint8Array {
  const at = body.indexOf(0x7b) + 1;
  return Buffer.concat([body.subarray(0, at), Buffer.from(text), body.subarray(at)]);
}

/** Where the value of a member of the outermost object begins; undefined when it stands there twice. */
function memberStart(body: Uint8Array, name: string): number | undefined {
  let depth = 0;
  let found: number | undefined;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (byte === 0x22) {
      const end = stringEnd(body, at);
      const colon = skipSpace(body, end);
      if (depth === 1 && body[colon] === 0x3a && parsed(body.subarray(at, end)) === name) {
        if (found !== undefined) return undefined;
        found = colon + 1;
      }
      at = end - 1;
    }
  }
  return found;
}

function stringEnd(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < bytes.length && bytes[end] !== 0x22) end += bytes[end] === 0x5c ? 2 : 1;
  return end + 1;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 9) at++;
  return at;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
