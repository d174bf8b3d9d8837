// A port of its own, without TLS → health and metrics for the kubelet and for Prometheus. Nothing here decides, and nothing that
// is refused here is about reviews.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Health {
  readonly state: 'fine' | 'failed';
  /** A line each: name, state, why. */
  readonly lines: readonly string[];
}

export interface HealthOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly readiness: () => Health;
  readonly metrics: () => string;
}

export interface HealthListener {
  readonly port: number;
  readonly close: () => void;
}

/** Listens; rejects when the port cannot be had. */
export async function listenHealth(options: HealthOptions): Promise<HealthListener> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, ({ url = '', method }, response) => {
    const path = url.split('?', 1)[0];
    const answer = method === 'GET' || method === 'HEAD' ? answerTo(path, options) : { status: 405, text: '' };
    response.writeHead(answer.status, {
      'content-type': path === '/metrics' ? 'text/plain; version=0.0.4; charset=utf-8' : 'text/plain; charset=utf-8',
    });
    response.end(answer.text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, ...(options.host === undefined ? {} : { host: options.host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerTo(
  path: string | undefined,
  { readiness, metrics }: HealthOptions,
): { readonly status: number; readonly text: string } {
  switch (path) {
    case '/livez':
    case '/healthz':
      return { status: 200, text: 'ok\n' };
    case '/readyz': {
      const { state, lines } = readiness();
      return { status: state === 'fine' ? 200 : 503, text: `${lines.join('\n')}\n` };
    }
    case '/metrics':
      return { status: 200, text: metrics() };
    default:
      return { status: 404, text: '' };
  }
}
