// One message of an exchange → the document that an entrypoint with `/http` decides on: `{"method", "path", "host", "client", "time",
// "status", "headers", "body"}`, and the edits of a decision → the body that goes on. The same document as in a proxy's filter.
//
// INVARIANT: a JSON body stands in the document as it came, byte for byte; one that is more than a value, and so would add members to
// the document, makes it no JSON at all. A document has no key twice: headers of one name are one.

import type { ClientFacts } from '../enforce/carry-out.ts';
import { applyEdits, type DocumentEdit } from '../enforce/edits.ts';
import { bodyKind } from './body-kind.ts';
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

/** What is known of an exchange, which the documents of its request and of its answer begin with. */
export interface ExchangeHead {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Without port. */
  readonly host: string;
  readonly client: ClientFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is known of a message beside its body. */
export interface MessageHead {
  /** What `openingOf` made of the exchange. */
  readonly opening: string;
  /** Of a response. */
  readonly status?: number;
  /** Names in small letters, each once; left out where no rule can read them. */
  readonly headers?: ReadonlyMap<string, string>;
  readonly contentType: string;
}

/** A document in its parts: the body, which is by far the largest, is not copied before somebody needs all of it in a row. */
export interface ExchangeDocument {
  readonly before: string;
  /** As it stands in the document. */
  readonly body: Uint8Array;
  readonly after: string;
  readonly form: BodyForm;
  /** The text of `model` at the top of a JSON body. */
  readonly model: string | undefined;
  /** Names of the members of a JSON body. */
  readonly keys: ReadonlySet<string>;
}

/** A control character, which is JSON nowhere. */
const notJson = '\u0001}';
const empty = new Uint8Array(0);
const noKeys: ReadonlySet<string> = new Set();

/** The members that all documents of an exchange share, without the brace that closes them. */
export function openingOf({ method, target, host, client, now }: ExchangeHead): string {
  const { ip, workload, id, subject } = client;
  const who = `{"ip":${quoted(ip)},"workload":${quoted(workload)},"id":${quoted(id)},"subject":${quoted(subject)}}`;
  return `{"method":${quoted(method)},"path":${quoted(target)},"host":${quoted(host)},"client":${who},"time":"${timeOf(now)}"`;
}

/** Text as `JSON.stringify` writes it, which for texts that were cut out of others takes ten times as long as to look at them. */
function quoted(text: string): string {
  return /["\\\p{Cc}\p{Cs}]/u.test(text) ? JSON.stringify(text) : `"${text}"`;
}

const lastSecond = { second: Number.NaN, text: '' };

/** As `Date` writes it; exchanges of one second share all but the end. */
function timeOf(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond.second) {
    lastSecond.second = second;
    lastSecond.text = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
  }
  return `${lastSecond.text}${String(now - second * 1000).padStart(3, '0')}Z`;
}

/** The document of a message and its body, decoded from whatever it was compressed with. */
export function exchangeDocument(head: MessageHead, body: Uint8Array): ExchangeDocument {
  const opening = `${head.opening}${headMembers(head)}`;
  if (body.length === 0)
    return { before: opening, body: empty, after: '}', form: 'none', model: undefined, keys: noKeys };
  const before = `${opening},"body":`;
  const kind = bodyKind(head.contentType, body);
  if (kind !== 'text') {
    const { values, model, keys } = scanBody(body);
    return { before, body, after: kind === 'json' && values === 'one' ? '}' : notJson, form: 'json', model, keys };
  }
  const { text, form } = textOf(body);
  return { before, body: Buffer.from(JSON.stringify(text)), after: '}', form, model: undefined, keys: noKeys };
}

function headMembers({ status, headers }: MessageHead): string {
  const said = status === undefined ? '' : `,"status":${status}`;
  if (headers === undefined) return said;
  let members = '';
  for (const [name, value] of headers) members += `${members === '' ? '' : ','}${quoted(name)}:${quoted(value)}`;
  return `${said},"headers":{${members}}`;
}

/** Where documents of ordinary size are put together for who reads them at once. */
let scratch: Buffer | undefined;
const scratchSize = 131_072;

/** What `use` makes of the bytes of a document, which are there only as long as it runs. */
export function withBytes<T>(document: ExchangeDocument, use: (bytes: Uint8Array) => T): T {
  const { before, body, after } = document;
  if (3 * (before.length + after.length) + body.length > scratchSize) return use(bytesOf(document));
  scratch ??= Buffer.allocUnsafeSlow(scratchSize);
  return use(scratch.subarray(0, writeParts(document, scratch)));
}

/** The bytes of a document. */
export function bytesOf(document: ExchangeDocument): Uint8Array {
  const { before, body, after } = document;
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(before) + body.length + after.length);
  writeParts(document, bytes);
  return bytes;
}

/** How many bytes it wrote. */
function writeParts({ before, body, after }: ExchangeDocument, into: Buffer): number {
  const start = into.write(before, 'utf8');
  into.set(body, start);
  const end = start + body.length;
  return end + into.write(after, end, 'latin1');
}

function textOf(body: Uint8Array): { readonly text: string; readonly form: BodyForm } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), form: 'text' };
  } catch {
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(body), form: 'garbled' };
  }
}

/**
 * The body with the edits of a decision about `document`; undefined when one of them lies elsewhere, or the body cannot be edited,
 * and then the message must not pass.
 */
export function editedBody(document: ExchangeDocument, edits: readonly DocumentEdit[]): Uint8Array | undefined {
  const { body, form } = document;
  const bodyStart = Buffer.byteLength(document.before);
  const inside = edits.map(({ bytes: [start, end], text }) => ({
    bytes: [start - bodyStart, end - bodyStart] as const,
    text,
  }));
  if (inside.some(({ bytes: [start, end] }) => start < 0 || end > body.length)) return undefined;
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
