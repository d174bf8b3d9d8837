// Heads and bodies → a response of HTTP/1.1 or HTTP/2, at the pace of whoever reads it.

import { once } from 'node:events';

import { cutShort, isTaken, type HttpResponse } from '../server/listen.ts';
import type { Header } from './message-headers.ts';
import type { RefusalResponse } from './refusal.ts';

/** Writes a head; headers of one name stay apart, as they came. */
export function writeHead(response: HttpResponse, status: number, headers: readonly Header[]): void {
  const lists = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [value]);
    else list.push(value);
  }
  for (const [name, list] of lists)
    response.setHeader(name, list.length === 1 && list[0] !== undefined ? list[0] : list);
  response.statusCode = status;
}

/** A whole response. `last`: no other request is to come on this connection. */
export function writeRefusal(
  response: HttpResponse,
  refusal: RefusalResponse,
  connection: 'kept' | 'last' = 'kept',
): void {
  if (response.headersSent || !isTaken(response)) return;
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  if (connection === 'last' && !isSecond(response)) response.setHeader('connection', 'close');
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
  response.setHeader('content-length', Buffer.byteLength(refusal.body));
  response.statusCode = refusal.status;
  response.end(refusal.body);
}

/** Whether it is one of HTTP/2, which has no headers for connections. */
export function isSecond(response: HttpResponse): boolean {
  return 'stream' in response;
}

/** Milliseconds in which somebody who takes an answer has to take some of it: as long as a connection may do nothing between requests. */
const stallPatience = 120_000;

/** Writes a piece and waits until there is room for another; `gone` when nobody reads any more, or has not for `patience`. */
export async function writePiece(
  response: HttpResponse,
  bytes: Uint8Array,
  patience: number = stallPatience,
): Promise<'written' | 'gone'> {
  if (!isTaken(response)) return 'gone';
  if (bytes.length === 0) return 'written';
  const hasRoom = (response.write as (bytes: Uint8Array) => boolean).call(response, bytes); // both kinds of responses take bytes
  if (!hasRoom) {
    const waiting = new AbortController();
    const { signal } = waiting;
    const stalled = setTimeout(() => cutShort(response), patience);
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(() => {});
    clearTimeout(stalled);
    waiting.abort();
  }
  return isTaken(response) ? 'written' : 'gone';
}
