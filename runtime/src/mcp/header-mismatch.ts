// What headers say of a message, for those who route without reading it → whether the message says the same. Source: Model Context Protocol,
// 2026-07-28, "Streamable HTTP", standard headers.
//
// INVARIANT: what stands behind the gateway and goes by the headers acts on the message that was decided on.

import type { Guarded } from './guard.ts';
import { stringAt } from './json-slices.ts';
import { errorMessage, readMessage } from './message.ts';

/** The code of the protocol for headers that say something else. */
const codeOfMismatch = -32_020;

/** The member of `params` that `mcp-name` repeats. */
const named: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['resources/subscribe', 'uri'],
  ['resources/unsubscribe', 'uri'],
]);

/** An answer when headers and message differ; what is no message is somebody else's to refuse. Headers that are not there say nothing. */
export function headerMismatch(
  headers: readonly (readonly [name: string, value: string])[],
  bytes: Uint8Array,
): Extract<Guarded, { readonly kind: 'unreadable' }> | undefined {
  const said = headers.filter(([name]) => name === 'mcp-method' || name === 'mcp-name');
  if (said.length === 0) return undefined;
  const message = readMessage(bytes);
  if (typeof message === 'string') return undefined;
  const member = named.get(message.method ?? '');
  const is = {
    'mcp-method': message.method,
    'mcp-name': member === undefined ? undefined : stringAt(bytes, message.params?.get(member)),
  };
  const wrong = said.find(([name, value]) => plainText(value) !== is[name as keyof typeof is]); // filtered by these names
  if (wrong === undefined) return undefined;
  const why = `the header \`${wrong[0]}\` does not say what the message does`;
  return { kind: 'unreadable', why, bytes: errorMessage(message.id, { code: codeOfMismatch, message: why }) };
}

/** Values that are no plain ASCII stand in base64 between `=?base64?` and `?=`. */
function plainText(value: string): string {
  const [, encoded] = /^=\?base64\?([A-Za-z0-9+/=]*)\?=$/.exec(value) ?? [];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
}
