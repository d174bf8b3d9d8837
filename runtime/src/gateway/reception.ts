// Requests as the listener has them → exchanges for the handlers of their surfaces. What is no exchange is turned away here, before anybody
// reads its body.
//
// INVARIANT: what is handed on has one target, one surface, one caller, and headers that nobody could read in two ways. Nothing that
// is thrown ends the process.

import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';

import type { SurfacePlan } from '../contract/index.ts';
import { cutShort, hasLeft, type HttpRequest, type HttpResponse, type TakeOver } from '../server/listen.ts';
import { reasonOf } from '../load/problem.ts';
import { carryExchange } from './carry-exchange.ts';
import { callerOf, type Caller, type ClientSettings } from './client-facts.ts';
import { plainRefusal, type Exchange, type GatewayDoor, type SurfaceHandler } from './exchange.ts';
import type { ExchangeEnd, Rejection } from './gateway-metrics.ts';
import {
  droppedHeader,
  headerPairs,
  headerValue,
  otherMethod,
  repeatedHeader,
  type Header,
} from './message-headers.ts';
import { refusalResponse, type Refusal } from './refusal.ts';
import { readAuthority, readTarget, type RequestTarget } from './request-target.ts';
import type { Routed, SurfaceRoutes } from './surface-routes.ts';
import { carryTools } from './carry-tools.ts';
import { carryTunnel } from './tunnel.ts';
import { carryUpgrade, refuseOnSocket } from './upgrade.ts';
import { writeRefusal } from './write-answer.ts';

export interface ReceptionOptions {
  readonly routes: () => SurfaceRoutes;
  readonly plans: () => readonly SurfacePlan[];
  readonly clients: ClientSettings;
  /** Whether callers of a surface that are no known pods may go on, where pods are known at all. */
  readonly strangers: (surface: SurfacePlan) => 'pass' | 'refuse';
  /** Addresses that are not public, or stand in place of a name, and that tunnels lead to all the same. */
  readonly tunnelAddresses: BlockList;
  /** Milliseconds to the connection of a tunnel. */
  readonly tunnelPatience: number;
  /** Milliseconds in which nothing passes over a connection that was taken over. */
  readonly tunnelIdle: number;
  /** Milliseconds to the end of a request's body. */
  readonly bodyPatience: number;
}

export interface Reception {
  readonly handle: (request: HttpRequest, response: HttpResponse) => void;
  readonly upgrade: TakeOver;
  readonly tunnel: TakeOver;
  /** Exchanges that have not ended. */
  readonly pending: () => number;
}

/** Who carries the exchanges of a kind of surface. */
const handlers: ReadonlyMap<string, SurfaceHandler> = new Map([
  ['api', carryExchange],
  ['llm', carryExchange],
  ['mcp', carryTools],
]);

/** A request that was turned away, with what it is counted as. */
interface TurnedAway {
  readonly kind: 'turned_away';
  readonly why: Rejection;
  readonly refusal: Refusal;
}

interface Welcome {
  readonly kind: 'welcome';
  readonly headers: readonly Header[];
  readonly routed: Routed;
}

/** Makes the reception of one gateway. */
export function createReception(door: GatewayDoor, options: ReceptionOptions): Reception {
  let pending = 0;

  const turnAway = (why: Rejection, refusal: Refusal, ip: string | undefined): void => {
    door.metrics.rejected(why);
    door.log.write({
      level: 'warn',
      event: 'rejected',
      reason: why,
      status: refusal.status,
      message: refusal.message,
      ip,
    });
  };

  const handle = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
    const began = performance.now();
    const ip = request.socket.remoteAddress;
    const received = receive(door, options, request);
    if (received.kind === 'turned_away') {
      turnAway(received.why, received.refusal, ip);
      request.resume();
      writeRefusal(response, refusalResponse(received.refusal, undefined), 'last');
      return;
    }
    const { routed, headers } = received;
    const caller = await who(options, request, received);
    if (caller.kind === 'refused') {
      const refusal = refusalOf(caller);
      turnAway(caller.why, refusal, ip);
      request.resume();
      writeRefusal(response, refusalResponse(refusal, routed.speaker), 'last');
      return;
    }
    const leaving = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) leaving.abort();
    });
    if (hasLeft(request)) leaving.abort();
    const span = door.telemetry.begin({
      surface: routed.surface.surface,
      method: request.method ?? 'GET',
      traceparent: headerValue(headers, 'traceparent'),
      tracestate: headerValue(headers, 'tracestate'),
    });
    const exchange: Exchange = {
      request,
      response,
      method: request.method ?? 'GET',
      headers,
      routed,
      client: caller.facts,
      now: Date.now(),
      signal: leaving.signal,
      span,
    };
    const handler = handlers.get(routed.surface.kind) ?? carryNothing;
    const late = lateBody(request, options.bodyPatience);
    const end = await handler(door, exchange);
    clearTimeout(late);
    const isFault = end !== 'passed' && end !== 'edited';
    span.end({ status: response.headersSent ? response.statusCode : 0, ...(isFault ? { error: end } : {}) });
    door.metrics.ended(routed.surface.surface, end, (performance.now() - began) / 1000);
  };

  const watched = (response: HttpResponse, work: Promise<void>): void => {
    pending += 1;
    work
      .catch((error: unknown) => {
        door.log.write({ level: 'error', event: 'exchange_failed', problem: reasonOf(error) });
        writeRefusal(response, refusalResponse(plainRefusal(500, 'the gateway failed'), undefined), 'last');
        if (response.headersSent && !response.writableEnded) cutShort(response);
      })
      .finally(() => {
        pending -= 1;
      });
  };

  const takeOver = (socket: Duplex, work: () => Promise<ExchangeEnd>): void => {
    pending += 1;
    socket.on('error', () => socket.destroy());
    work()
      .catch((error: unknown) => {
        door.log.write({ level: 'error', event: 'exchange_failed', problem: reasonOf(error) });
        socket.destroy();
      })
      .finally(() => {
        pending -= 1;
      });
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<ExchangeEnd> => {
    const received = receive(door, options, request);
    if (received.kind === 'turned_away') {
      turnAway(received.why, received.refusal, request.socket.remoteAddress);
      refuseOnSocket(socket, received.refusal);
      return 'refused';
    }
    const caller = await who(options, request, received);
    if (caller.kind === 'refused') {
      const refusal = refusalOf(caller);
      turnAway(caller.why, refusal, request.socket.remoteAddress);
      refuseOnSocket(socket, refusal);
      return 'refused';
    }
    const leaving = new AbortController();
    socket.on('close', () => leaving.abort());
    const began = performance.now();
    const { headers, routed } = received;
    const end = await carryUpgrade(
      door,
      {
        method: request.method ?? 'GET',
        headers,
        routed,
        client: caller.facts,
        now: Date.now(),
        signal: leaving.signal,
      },
      { socket, head },
      { isLetThrough: options.routes().takesWebSockets(routed.surface), idle: options.tunnelIdle },
    );
    door.metrics.ended(routed.surface.surface, end, (performance.now() - began) / 1000);
    return end;
  };

  const tunnel = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<ExchangeEnd> => {
    const headers = headerPairs(request.rawHeaders);
    const caller = await callerOf({ headers, socket: request.socket, keys: [], strangers: 'refuse' }, options.clients);
    if (caller.kind === 'refused') {
      const refusal = refusalOf(caller);
      turnAway(caller.why, refusal, request.socket.remoteAddress);
      refuseOnSocket(socket, refusal);
      return 'refused';
    }
    const leaving = new AbortController();
    socket.on('close', () => leaving.abort());
    return carryTunnel(
      door,
      {
        surfaces: options.plans(),
        knows: options.routes().knows,
        addresses: options.tunnelAddresses,
        patience: options.tunnelPatience,
        idle: options.tunnelIdle,
      },
      { target: request.url ?? '', client: caller.facts, now: Date.now(), signal: leaving.signal },
      { socket, head },
    );
  };

  return {
    handle: (request, response) => watched(response, handle(request, response)),
    upgrade: (request, socket, head) => takeOver(socket, () => upgrade(request, socket, head)),
    tunnel: (request, socket, head) => takeOver(socket, () => tunnel(request, socket, head)),
    pending: () => pending,
  };
}

/** A request as far as it is understood without its body. */
function receive(door: GatewayDoor, options: ReceptionOptions, request: HttpRequest): Welcome | TurnedAway {
  const away = (why: Rejection, status: number, message: string): TurnedAway => ({
    kind: 'turned_away',
    why,
    refusal: plainRefusal(status, message),
  });
  const headers = headerPairs(request.rawHeaders);
  const repeated = repeatedHeader(headers);
  if (repeated !== undefined) return away('headers', 400, `\`${repeated}\` is there twice`);
  const dropped = droppedHeader(headers);
  if (dropped !== undefined) return away('headers', 400, `\`connection\` may not name \`${dropped}\``);
  const method = request.method ?? '';
  const other = otherMethod(headers, method);
  if (other !== undefined) return away('method', 400, `\`${other}\` is another method than the request's`);
  if (method === 'TRACE' || method === 'CONNECT') return away('method', 405, `\`${method}\` is not for a gateway`);
  if (headers.some(([name, value]) => name === 'via' && value.includes(door.pseudonym)))
    return away('loop', 508, 'the request has been here before');
  const authority = 'authority' in request ? request.authority : headerValue(headers, 'host');
  const target = readTarget(request.url ?? '', authority);
  if (typeof target === 'string') return away('target', 400, target);
  const isAbsolute = target.form === 'absolute';
  const named = headerValue(headers, 'host');
  if (!isAbsolute && named !== '' && readAuthority(named)?.host !== target.host)
    return away('headers', 400, 'the request names two hosts');
  if (options.plans().length === 0) return away('route', 503, 'there is no policy in force that names a surface');
  const routed = options.routes().route(target);
  if (routed.kind === 'unrouted') return away('route', routed.status, routed.message);
  return { kind: 'welcome', headers: isAbsolute ? withHost(headers, target) : headers, routed };
}

/** A target that says the host says it for everybody (RFC 9112, 3.2.2). */
function withHost(headers: readonly Header[], { host, port }: RequestTarget): readonly Header[] {
  const authority = `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
  return [...headers.filter(([name]) => name !== 'host'), ['host', authority]];
}

function who(
  { clients, strangers }: ReceptionOptions,
  request: HttpRequest,
  { headers, routed }: Welcome,
): Caller | Promise<Caller> {
  const keys = [...new Set([...(routed.speaker?.keys ?? []), 'authorization'])];
  return callerOf({ headers, socket: request.socket, keys, strangers: strangers(routed.surface) }, clients);
}

function refusalOf({ why, message }: Extract<Caller, { readonly kind: 'refused' }>): Refusal {
  if (why === 'token') return { status: 401, message, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
  return plainRefusal(why === 'workload' ? 403 : 503, message);
}

/** Kinds that nobody carries here. */
const carryNothing: SurfaceHandler = (_, { response, request, routed }) => {
  request.resume();
  const message = `this gateway carries no exchanges of \`${routed.surface.kind}\``;
  writeRefusal(response, refusalResponse(plainRefusal(501, message), undefined), 'last');
  return Promise.resolve('refused');
};

/** Over HTTP/2 nobody else ends a request whose body does not. */
function lateBody(request: HttpRequest, patience: number): NodeJS.Timeout {
  const timer = setTimeout(() => {
    if (!request.readableEnded) cutShort(request);
  }, patience);
  return timer.unref();
}
