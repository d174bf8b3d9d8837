// A request that asks for a WebSocket → the same connection to the service, bytes passing both ways. Source: RFC 6455, 4; RFC 9110, 7.8.
//
// INVARIANT: the handshake is decided on as a request; what passes afterwards is seen by no rule. So there is none on a surface of models,
// and on an API only where the operator says so; and nothing but WebSockets, since another protocol would carry further requests.

import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';

import { decide, contextOf, eventOf, openingOfExchange } from './exchange-steps.ts';
import { plainRefusal, type Exchange, type GatewayDoor } from './exchange.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { exchangeDocument } from './exchange-document.ts';
import { joinConnections } from './join-connections.ts';
import { endToEnd, headerValue, joinedHeaders, type Header } from './message-headers.ts';
import { refusalResponse, type Refusal } from './refusal.ts';

/** What there is of an exchange before there is a response to write. */
export type Handshake = Omit<Exchange, 'response' | 'request'>;

export interface UpgradeOptions {
  /** Whether the operator lets WebSockets through to the surface. */
  readonly isLetThrough: boolean;
  /** Milliseconds in which nothing passes. */
  readonly idle: number;
}

/** Decides on a handshake and joins the connections. Never rejects. */
export async function carryUpgrade(
  door: GatewayDoor,
  exchange: Handshake,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  options: UpgradeOptions,
): Promise<ExchangeEnd> {
  const refusal = await refusalOf(door, exchange, options);
  if (refusal !== undefined) {
    refuseOnSocket(socket, refusal, exchange);
    return 'refused';
  }
  const { routed, headers } = exchange;
  const { origin, basePath } = routed.service;
  try {
    const upgraded = await door.services.poolOf(origin).upgrade({
      path: `${basePath}${routed.target}`,
      method: 'GET',
      protocol: 'websocket',
      headers: headersFor(door, exchange).flat(),
      signal: exchange.signal,
    });
    const answered = Object.entries(upgraded.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => [name.toLowerCase(), one] as const),
    );
    if (headerValue(answered, 'sec-websocket-accept') !== acceptOf(headerValue(headers, 'sec-websocket-key'))) {
      upgraded.socket.destroy();
      throw new Error('another protocol');
    }
    const lines = answered.filter(([name]) => name !== 'alt-svc').map(([name, value]) => `${name}: ${value}`);
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    const context = contextOf(exchange, { event: 'request', entrypoint: `${routed.surface.surface}.request` });
    const mayPass = (): boolean => door.outcomes.held(context) === undefined;
    return await joinConnections(socket, upgraded.socket, head, { idle: options.idle, mayPass });
  } catch {
    door.metrics.serviceFailed(routed.surface.surface, 'upgrade');
    refuseOnSocket(socket, plainRefusal(502, 'the service did not change the protocol'), exchange);
    return 'failed';
  }
}

/** What a service answers to a key. */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function headersFor(door: GatewayDoor, { headers, routed, client }: Handshake): readonly Header[] {
  const via = headers.filter(([name]) => name === 'via').map(([, value]) => value);
  const hasForwarded = headers.some(([name]) => name === 'x-forwarded-for');
  return [
    ...endToEnd(headers, new Set(['host', 'via', ...door.ownHeaders])),
    ['host', routed.service.authority],
    ['via', [...via, `1.1 ${door.pseudonym}`].join(', ')],
    ...(hasForwarded ? [] : [['x-forwarded-for', client.ip] as const]),
  ];
}

async function refusalOf(
  door: GatewayDoor,
  exchange: Handshake,
  { isLetThrough }: UpgradeOptions,
): Promise<Refusal | undefined> {
  const { routed, method, client, headers } = exchange;
  const { surface } = routed;
  const refused = (status: number, message: string): Refusal => {
    const refusal = plainRefusal(status, message);
    door.metrics.rejected('upgrade');
    door.log.write({
      level: 'warn',
      event: 'rejected',
      reason: 'upgrade',
      surface: surface.surface,
      status,
      message,
      ip: client.ip,
    });
    return refusal;
  };
  if (surface.kind !== 'api')
    return refused(403, 'what passes over such a connection cannot be decided on, so there is none here: use HTTP');
  const fault = handshakeFault(method, headers);
  if (fault !== undefined) return refused(400, fault);
  if (!isLetThrough)
    return refused(
      403,
      `no rule sees what passes over a WebSocket: \`--websockets ${surface.surface}\` lets it through`,
    );
  const plan = eventOf(exchange, 'request');
  if (plan === undefined) {
    if (surface.default === 'deny') return refused(403, 'nothing is permitted here');
    return door.outcomes.held(contextOf(exchange, { event: 'request', entrypoint: `${surface.surface}.request` }));
  }
  const document = exchangeDocument(
    { opening: openingOfExchange(exchange), contentType: '', headers: joinedHeaders(headers) },
    new Uint8Array(0),
  );
  const context = contextOf(exchange, { event: plan.event, entrypoint: plan.exchange ?? plan.entrypoint, document });
  const verdict = door.outcomes.held(context) ?? (await decide(door, context, document)).verdict;
  if (verdict.kind === 'refuse') return verdict;
  await verdict.settle(undefined);
  return verdict.edits.length === 0 ? undefined : plainRefusal(403, 'what has to be edited stands in no body');
}

/** What is no handshake could be a request to the service, and what follows another one. */
function handshakeFault(method: string, headers: readonly Header[]): string | undefined {
  if (headerValue(headers, 'upgrade').toLowerCase() !== 'websocket')
    return 'no protocol but `websocket` can be changed to';
  if (method !== 'GET' || headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding'))
    return 'the handshake of a WebSocket is a GET without a body';
  const isWhole =
    headerValue(headers, 'sec-websocket-version') === '13' &&
    /^[A-Za-z0-9+/]{22}==$/.test(headerValue(headers, 'sec-websocket-key'));
  return isWhole ? undefined : 'the handshake of a WebSocket has a version, 13, and a key of 16 bytes';
}

/** Milliseconds that a client has to take a refusal. */
const patience = 2000;

/** A whole response on a bare connection, which it ends. */
export function refuseOnSocket(socket: Duplex, refusal: Refusal, exchange?: Handshake): void {
  const { status, headers, body } = refusalResponse(refusal, exchange?.routed.speaker);
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
  // Nobody else ends a connection that was taken over.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), patience);
  socket.once('close', () => clearTimeout(timer));
}
