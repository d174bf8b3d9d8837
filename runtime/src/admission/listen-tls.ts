// A port → requests of HTTP/1.1 and HTTP/2 over TLS, with a certificate that can be exchanged while connections are there.
//
// INVARIANT: TLS 1.2 at least. A connection that does nothing, or nothing whole, is closed after a time; closing gracefully takes
// no new connection and ends each as soon as nothing is pending on it.

import type { RequestListener } from 'node:http';
import { createServer as createSessions, type ServerHttp2Session } from 'node:http2';
import { createServer } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';

import type { ConnectionTimeouts, PlainRequests } from './plain-requests.ts';
import type { HttpRequest, HttpResponse } from './review-handler.ts';

export interface TlsListenerOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly context: SecureContextOptions;
  /** Demands a certificate of the client that the context's `ca` has signed, by one of these names; any name when empty. */
  readonly clients: { readonly kind: 'any' } | { readonly kind: 'certified'; readonly names: readonly string[] };
  readonly timeouts: ConnectionTimeouts;
  /** Takes connections with HTTP/1.1 first. */
  readonly plain: PlainRequests;
  readonly handle: (request: HttpRequest, response: HttpResponse) => void;
  /** A connection that failed before there was a request on it. */
  readonly failed: (reason: string) => void;
}

export interface TlsListener {
  readonly port: number;
  readonly connections: () => number;
  /** For connections from now on. */
  readonly replaceContext: (context: SecureContextOptions) => void;
  /** Stops listening; resolves when every connection has ended, or with `force` at once. */
  readonly close: () => Promise<void>;
  readonly force: () => void;
}

/** Connections that may wait to be taken: an API server that comes back opens many at once. */
const backlog = 4096;

/** Listens; rejects when the port cannot be had. */
export async function listenTls(options: TlsListenerOptions): Promise<TlsListener> {
  const { plain, timeouts } = options;
  const handle: RequestListener = options.handle;
  const client = options.clients.kind === 'certified' ? { requestCert: true, rejectUnauthorized: true } : {};
  const base = { minVersion: 'TLSv1.2', ...client } as const;
  const server = createServer(
    {
      ...base,
      ...options.context,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: timeouts.head,
      headersTimeout: timeouts.head,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.idle,
      connectionsCheckingInterval: Math.min(2000, timeouts.head),
      maxHeaderSize: 16_384,
      noDelay: true,
    },
    handle,
  );
  const sessions = new Set<ServerHttp2Session>();
  const second = createSessions({ settings: { maxConcurrentStreams: 256 }, maxSessionMemory: 64 }, options.handle);
  second.on('session', (session) => {
    sessions.add(session);
    session.setTimeout(timeouts.idle, () => session.close());
    session.on('close', () => sessions.delete(session));
  });
  second.on('sessionError', () => options.failed('http2'));

  // The server's own listener takes HTTP/1.1; it asks nobody which protocol was agreed on.
  const [first] = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[]; // what `https` registers
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    if (!isWelcome(socket, options.clients)) {
      options.failed('client_name');
      socket.destroy();
    } else if (socket.alpnProtocol === 'h2') second.emit('connection', socket);
    else plain.accept(socket, (other) => first?.call(server, other as TLSSocket)); // the same socket
  });
  server.on('tlsClientError', (_, socket) => {
    options.failed('tls');
    socket.destroy();
  });
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
    replaceContext: (context) => server.setSecureContext({ ...base, ...context }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        plain.closeIdle();
        for (const session of sessions) session.close();
      }),
    force: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Whether the client's certificate, which its authority has signed, has a name that is wanted. */
function isWelcome(socket: TLSSocket, clients: TlsListenerOptions['clients']): boolean {
  if (clients.kind === 'any' || clients.names.length === 0) return true;
  const { subject, subjectaltname = '' } = socket.getPeerCertificate();
  const alternatives = subjectaltname.split(', ').map((name) => name.replace(/^DNS:/, ''));
  return [subject?.CN, ...alternatives].some((name) => name !== undefined && clients.names.includes(name));
}
