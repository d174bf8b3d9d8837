// A request that asks for another protocol (WebSocket) → the same connection to the service, bytes passing both ways.
//
// INVARIANT: the handshake is decided on as a request; what passes afterwards is seen by nobody. So surfaces whose rules are about what
// would pass there, those of models, refuse it.

import type { Duplex } from 'node:stream';

import { decide, contextOf, eventOf } from './exchange-steps.ts';
import { plainRefusal, type Exchange, type GatewayDoor } from './exchange.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { exchangeDocument } from './exchange-document.ts';
import { endToEnd, headerValue, joinedHeaders, type Header } from './message-headers.ts';
import { refusalResponse, type Refusal } from './refusal.ts';

/** What there is of an exchange before there is a response to write. */
export type Handshake = Omit<Exchange, 'response' | 'request'>;

/** Decides on a handshake and joins the connections. Never rejects. */
export async function carryUpgrade(
  door: GatewayDoor,
  exchange: Handshake,
  socket: Duplex,
  head: Buffer,
): Promise<ExchangeEnd> {
  const refusal = await refusalOf(door, exchange);
  if (refusal !== undefined) {
    refuseOnSocket(socket, refusal, exchange);
    return 'refused';
  }
  const { routed, headers } = exchange;
  const { origin, basePath, authority } = routed.service;
  const passed: Header[] = endToEnd(headers, new Set(['host', ...door.ownHeaders]));
  try {
    const upgraded = await door.services.poolOf(origin).upgrade({
      path: `${basePath}${routed.target}`,
      method: 'GET',
      protocol: headerValue(headers, 'upgrade'),
      headers: [...passed, ['host', authority] as const].flat(),
      signal: exchange.signal,
    });
    const lines = Object.entries(upgraded.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => `${name}: ${one}`),
    );
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    return await joined(socket, upgraded.socket, head);
  } catch {
    door.metrics.serviceFailed(routed.surface.surface, 'upgrade');
    refuseOnSocket(socket, plainRefusal(502, 'the service did not change the protocol'), exchange);
    return 'failed';
  }
}

async function refusalOf(door: GatewayDoor, exchange: Handshake): Promise<Refusal | undefined> {
  const { routed, method, client, now, headers } = exchange;
  const { surface } = routed;
  if (surface.kind !== 'api')
    return plainRefusal(403, 'what passes over such a connection cannot be decided on, so there is none here');
  const plan = eventOf(exchange, 'request');
  if (plan === undefined)
    return surface.default === 'deny' ? plainRefusal(403, 'nothing is permitted here') : undefined;
  const document = exchangeDocument(
    {
      method,
      target: routed.target,
      host: routed.host,
      client,
      now,
      contentType: '',
      headers: joinedHeaders(headers),
    },
    new Uint8Array(0),
  );
  const context = contextOf(exchange, { event: plan.event, entrypoint: plan.exchange ?? plan.entrypoint, document });
  const verdict = door.outcomes.held(context) ?? (await decide(door, context)).verdict;
  if (verdict.kind === 'refuse') return verdict;
  await verdict.settle(undefined);
  return verdict.edits.length === 0 ? undefined : plainRefusal(403, 'what has to be edited stands in no body');
}

/** A whole response on a bare connection, which it ends. */
export function refuseOnSocket(socket: Duplex, refusal: Refusal, exchange?: Handshake): void {
  const { status, headers, body } = refusalResponse(refusal, exchange?.routed.speaker);
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}

/** Hands bytes on in both directions until one side ends. */
export function joined(one: Duplex, other: Duplex, head: Buffer): Promise<ExchangeEnd> {
  return new Promise((resolve) => {
    const end = (): void => {
      one.destroy();
      other.destroy();
      resolve('passed');
    };
    for (const side of [one, other]) {
      side.on('error', end);
      side.on('close', end);
    }
    if (head.length > 0) other.write(head);
    one.pipe(other);
    other.pipe(one);
  });
}
