// One message of an exchange → the document that an entrypoint with `/http` decides on: `{"method", "path", "host", "client", "time",
// "status", "headers", "body"}`, and the edits of a decision → the body that goes on. The same document as in a proxy's filter.
//
// INVARIANT: a JSON body stands in the document as it came, byte for byte; one that is more than a value, and so would add members to
// the document, makes it no JSON at all. A document has no key twice: headers of one name are one.

import type { ClientFacts } from '../enforce/carry-out.ts';
import { applyEdits, type DocumentEdit } from '../enforce/edits.ts';
import { scanBody } from './scan-body.ts';

/** How a body stands in its document. */
export type BodyForm =
  /** As it came. */
  | 'json'
  /** As a string, of bytes that are UTF-8. */
  | 'text'
  /** As a string in which what is no UTF-8 is U+FFFD: it can be decided on, not edited. */
  | 'garbled'
  | 'none';

/** What is known of a message beside its body. */
export interface MessageHead {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Without port. */
  readonly host: string;
  readonly client: ClientFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of a response. */
  readonly status?: number;
  /** Names in small letters, each once; left out where no rule can read them. */
  readonly headers?: ReadonlyMap<string, string>;
  readonly contentType: string;
}

export interface ExchangeDocument {
  readonly bytes: Uint8Array;
  readonly form: BodyForm;
  /** Where the body stands in the bytes. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** The text of `model` at the top of a JSON body. */
  readonly model: string | undefined;
  /** Names of the members of a JSON body. */
  readonly keys: ReadonlySet<string>;
}

const openBody = Buffer.from(',"body":');
const close = Buffer.from('}');
/** A control character, which is JSON nowhere. */
const notJson = Buffer.from([1, 0x7d]);

/** The document of a message and its body, decoded from whatever it was compressed with. */
export function exchangeDocument(head: MessageHead, body: Uint8Array): ExchangeDocument {
  const envelope = Buffer.from(envelopeOf(head));
  if (body.length === 0) return documentOf([envelope, close], 'none', { bodyStart: envelope.length, size: 0 });
  const bodyStart = envelope.length + openBody.length;
  if (head.contentType.toLowerCase().includes('json')) {
    const { values, model, keys } = scanBody(body);
    const end = values === 'one' ? close : notJson;
    return documentOf([envelope, openBody, body, end], 'json', { bodyStart, size: body.length, model, keys });
  }
  const { text, form } = textOf(body);
  const literal = Buffer.from(JSON.stringify(text));
  return documentOf([envelope, openBody, literal, close], form, { bodyStart, size: literal.length });
}

function documentOf(
  pieces: readonly Uint8Array[],
  form: BodyForm,
  place: {
    readonly bodyStart: number;
    readonly size: number;
    readonly model?: string | undefined;
    readonly keys?: ReadonlySet<string>;
  },
): ExchangeDocument {
  const { bodyStart, size, model, keys = noKeys } = place;
  return { bytes: Buffer.concat(pieces), form, bodyStart, bodyEnd: bodyStart + size, model, keys };
}

const noKeys: ReadonlySet<string> = new Set();

function textOf(body: Uint8Array): { readonly text: string; readonly form: BodyForm } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), form: 'text' };
  } catch {
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(body), form: 'garbled' };
  }
}

/** The document up to its body, without the brace that closes it. */
function envelopeOf({ method, target, host, client, now, status, headers }: MessageHead): string {
  const { ip, workload, id, subject } = client;
  const known = {
    method,
    path: target,
    host,
    client: { ip, workload, id, subject },
    time: new Date(now).toISOString(),
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers: Object.fromEntries(headers) }),
  };
  return JSON.stringify(known).slice(0, -1);
}

/**
 * The body with the edits of a decision about `document`; undefined when one of them lies elsewhere, or the body cannot be edited,
 * and then the message must not pass.
 */
export function editedBody(document: ExchangeDocument, edits: readonly DocumentEdit[]): Uint8Array | undefined {
  const { bytes, form, bodyStart, bodyEnd } = document;
  const size = bodyEnd - bodyStart;
  const inside = edits.map(({ bytes: [start, end], text }) => ({
    bytes: [start - bodyStart, end - bodyStart] as const,
    text,
  }));
  if (inside.some(({ bytes: [start, end] }) => start < 0 || end > size)) return undefined;
  const body = bytes.subarray(bodyStart, bodyEnd);
  if (form === 'json') return applyEdits(body, inside);
  if (form !== 'text') return undefined;
  const literal = applyEdits(body, inside);
  return literal && Buffer.from(textIn(literal));
}

/** The text of a JSON string. */
function textIn(literal: Uint8Array): string {
  const value: unknown = JSON.parse(Buffer.from(literal).toString('utf8'));
  return String(value);
}
