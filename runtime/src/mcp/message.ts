// The bytes of a JSON-RPC message → what it is, and where its parts stand. Source: JSON-RPC 2.0; Model Context Protocol, 2026-07-28 and the
// two revisions before it, which agree on what is read here.
//
// INVARIANT: what cannot be read in one way is no message: broken JSON, a key twice, a batch (which the protocol has no more).

import { membersOf, parseWhole, stringAt, textOf, type Slice } from './json-slices.ts';

export interface RpcMessage {
  readonly bytes: Uint8Array;
  /** The text of the id; undefined where there is none. `null` is none. */
  readonly id: string | undefined;
  readonly method: string | undefined;
  readonly params: ReadonlyMap<string, Slice> | undefined;
  /** Of a response that is no error. */
  readonly result: ReadonlyMap<string, Slice> | undefined;
  /** The message's own: `params`, `result` and `error` as a whole. */
  readonly members: ReadonlyMap<string, Slice>;
  readonly kind: 'request' | 'notification' | 'result' | 'error';
}

/** The message, or why it is none. */
export function readMessage(bytes: Uint8Array): RpcMessage | string {
  const whole = parseWhole(bytes);
  if (whole === undefined) return 'this is no JSON';
  if (Array.isArray(whole.value)) return 'batches are not taken: send one message at a time';
  const members = membersOf(bytes, whole.slice);
  if (members === undefined) return 'this is no JSON-RPC message, or a key stands in it twice';
  if (stringAt(bytes, members.get('jsonrpc')) !== '2.0') return 'this is no message of JSON-RPC 2.0';
  const idSlice = members.get('id');
  const idText = idSlice && textOf(bytes, idSlice);
  const id = idText === 'null' ? undefined : idText;
  const method = stringAt(bytes, members.get('method'));
  const [params, result] = [members.get('params'), members.get('result')].map(
    (slice) => slice && membersOf(bytes, slice),
  );
  const shared = { bytes, id, method, params, result, members };
  if (method !== undefined) {
    if (members.has('result') || members.has('error')) return 'a message is a request or a response, not both';
    if (members.has('params') && params === undefined) return '`params` is no object, or has a key twice';
    return { ...shared, kind: id === undefined ? 'notification' : 'request' };
  }
  if (members.has('result') === members.has('error')) return 'this is no request and no response';
  if (members.has('result') && result === undefined) return '`result` is no object, or has a key twice';
  return { ...shared, kind: members.has('error') ? 'error' : 'result' };
}

/** Codes of JSON-RPC, and ours in the range that it leaves to servers. */
export const rpcCodes = { parse: -32700, invalid: -32600, refused: -32010, failed: -32603 } as const;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** An error as a message; `id` is the text of the request's. */
export function errorMessage(id: string | undefined, error: RpcError): Uint8Array {
  return Buffer.from(`{"jsonrpc":"2.0","id":${id ?? 'null'},"error":${JSON.stringify(error)}}`);
}
