// A port → requests of HTTP/1.1, and over TLS of HTTP/2 as well, with a certificate that can be exchanged while connections are there.
//
// INVARIANT: TLS 1.2 at least. A connection that does nothing, or nothing whole, is closed after a time; closing gracefully takes
// no new connection and ends each as soon as nothing is pending on it.

import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  constants,
  createServer as createSessions,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer, type Server as TlsServer } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

/**
 * Ends an exchange so that nobody takes what has come of it for all of it: over HTTP/1.1 with its connection, over HTTP/2 with its stream,
 * which destroying a request or a response there leaves open, or ends as if it were whole.
 */
export function cutShort(side: HttpRequest | HttpResponse): void {
  if ('stream' in side) side.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else side.destroy();
}

/** Whether whoever sent a request has left: who begins to listen for that now would never be told. */
export function hasLeft(request: HttpRequest): boolean {
  return 'stream' in request ? request.stream.closed || request.stream.destroyed : request.socket.destroyed;
}

/** Whether somebody still takes what is written. A response of HTTP/2 has no `destroyed`. */
export function isTaken(response: HttpResponse): boolean {
  return 'stream' in response ? !response.stream.closed && !response.stream.destroyed : !response.destroyed;
}

/** Milliseconds. */
export interface ConnectionTimeouts {
  /** To the end of the first head. */
  readonly head: number;
  /** For one request. */
  readonly request: number;
  /** Between two requests. */
  readonly idle: number;
}

/** What takes connections with HTTP/1.1 ahead of Node's server. */
export interface FirstReader {
  /** Takes a connection; `elsewhere` is given it when this is none for it. */
  readonly accept: (socket: Socket, elsewhere: (socket: Socket) => void) => void;
  /** Ends every connection that no request is under way on. */
  readonly closeIdle: () => void;
}

/** Demands a certificate of the client that the context's `ca` has signed, by one of these names; any name when empty. */
export type Clients = { readonly kind: 'any' } | { readonly kind: 'certified'; readonly names: readonly string[] };

/** How connections are secured. */
export type Transport =
  | { readonly kind: 'plain' }
  | { readonly kind: 'tls'; readonly context: SecureContextOptions; readonly clients: Clients };

/** Takes over a connection on which a client asks for another protocol (`Upgrade`) or for a tunnel (`CONNECT`). */
export type TakeOver = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface ListenerOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly transport: Transport;
  readonly timeouts: ConnectionTimeouts;
  /** Bytes of a request's head. */
  readonly headLimit?: number;
  readonly first?: FirstReader;
  readonly handle: (request: HttpRequest, response: HttpResponse) => void;
  /** Takes WebSockets over. Without it, and for every other protocol, the request is one like any other; Node before 22.21 hands it all. */
  readonly upgrade?: TakeOver;
  /** Without it the connection is closed. */
  readonly tunnel?: TakeOver;
  /** A connection that failed before there was a request on it. */
  readonly failed: (reason: string) => void;
}

export interface Listener {
  readonly port: number;
  readonly connections: () => number;
  /** For connections from now on; nothing where there is no TLS. */
  readonly replaceContext: (context: SecureContextOptions) => void;
  /** Stops listening; resolves when every connection has ended, or with `force` at once. */
  readonly close: () => Promise<void>;
  readonly force: () => void;
}

/** Connections that may wait to be taken: a client that comes back opens many at once. */
const backlog = 4096;
const defaultHeadLimit = 16_384;
const leastVersion = { minVersion: 'TLSv1.2' } as const;

/** Listens; rejects when the port cannot be had. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const sessions = new Set<ServerHttp2Session>();
  const { server, replaceContext } =
    options.transport.kind === 'plain'
      ? plainServer(options)
      : tlsServer(options, options.transport, createSecond(options, sessions));
  if (options.upgrade) server.on('upgrade', options.upgrade);
  if (options.tunnel) server.on('connect', options.tunnel);
  server.on('clientError', (_, socket) => {
    options.failed('http');
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const { host, port } = options;
    server.listen({ port, backlog, ...(host === undefined ? {} : { host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    connections: () => sockets.size,
    replaceContext,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        options.first?.closeIdle();
        for (const session of sessions) session.close();
      }),
    force: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What both servers of Node's are told. */
function serverOptions({ timeouts, headLimit = defaultHeadLimit, upgrade }: ListenerOptions): object {
  return {
    ...(upgrade === undefined ? {} : { shouldUpgradeCallback: isWebSocket }),
    headersTimeout: timeouts.head,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.idle,
    connectionsCheckingInterval: Math.min(2000, timeouts.head),
    maxHeaderSize: headLimit,
    noDelay: true,
  };
}

/** HTTP/2 on a connection that is not secured (`h2c`), which Java's client asks for by itself, is declined by not answering to it. */
function isWebSocket({ headers }: IncomingMessage): boolean {
  return /^websocket$/i.test(headers.upgrade ?? '');
}

interface Made {
  readonly server: Server | TlsServer;
  readonly replaceContext: Listener['replaceContext'];
}

function plainServer(options: ListenerOptions): Made {
  const server = createPlain(serverOptions(options), options.handle);
  if (options.first) readFirst(server, 'connection', options.first, (socket, next) => next(socket));
  return { server, replaceContext: () => {} };
}

function tlsServer(
  options: ListenerOptions,
  transport: Extract<Transport, { readonly kind: 'tls' }>,
  second: ReturnType<typeof createSessions>,
): Made {
  const { clients, context } = transport;
  const client = clients.kind === 'certified' ? { requestCert: true, rejectUnauthorized: true } : {};
  const base = { ...leastVersion, ...client };
  const server = createServer(
    {
      ...base,
      ...context,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: options.timeouts.head,
      ...serverOptions(options),
    },
    options.handle,
  );
  // The server's own listener takes HTTP/1.1; it asks nobody which protocol was agreed on.
  readFirst(server, 'secureConnection', options.first, (socket, next) => {
    const secured = socket as TLSSocket; // what `https` hands on
    if (!isWelcome(secured, clients)) {
      options.failed('client_name');
      socket.destroy();
    } else if (secured.alpnProtocol === 'h2') second.emit('connection', socket);
    else next(socket);
  });
  server.on('tlsClientError', (_, socket) => {
    options.failed('tls');
    socket.destroy();
  });
  return { server, replaceContext: (next) => server.setSecureContext({ ...base, ...next }) };
}

/** Puts `choose`, and then the first reader, ahead of the server's own listener for connections. */
function readFirst(
  server: Server | TlsServer,
  event: 'connection' | 'secureConnection',
  first: FirstReader | undefined,
  choose: (socket: Socket, next: (socket: Socket) => void) => void,
): void {
  const [own] = server.listeners(event) as ((socket: Socket) => void)[]; // what Node registers
  server.removeAllListeners(event);
  const elsewhere = (socket: Socket): void => own?.call(server, socket);
  const next = first === undefined ? elsewhere : (socket: Socket): void => first.accept(socket, elsewhere);
  server.on(event, (socket: Socket) => choose(socket, next));
}

function createSecond(options: ListenerOptions, sessions: Set<ServerHttp2Session>): ReturnType<typeof createSessions> {
  const second = createSessions({ settings: { maxConcurrentStreams: 256 }, maxSessionMemory: 64 }, options.handle);
  second.on('session', (session) => {
    sessions.add(session);
    session.setTimeout(options.timeouts.idle, () => session.close());
    session.on('close', () => sessions.delete(session));
  });
  second.on('sessionError', () => options.failed('http2'));
  return second;
}

/** Whether the client's certificate, which its authority has signed, has a name that is wanted. */
function isWelcome(socket: TLSSocket, clients: Clients): boolean {
  if (clients.kind === 'any' || clients.names.length === 0) return true;
  const { subject, subjectaltname = '' } = socket.getPeerCertificate();
  const alternatives = subjectaltname.split(', ').map((name) => name.replace(/^DNS:/, ''));
  return [subject?.CN, ...alternatives].some((name) => name !== undefined && clients.names.includes(name));
}
