// An MCP server that answers with bytes that a test made, and remembers the bytes that it got: for messages that no SDK would write.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { startGateway } from './running-gateway.ts';

export interface EchoOptions {
  readonly policy: string;
  readonly documents?: ReadonlyMap<string, unknown>;
  /** Of the answers; JSON where nothing is said. */
  readonly contentType?: string;
}

export interface Echo {
  /** Bodies that reached the server. */
  readonly seen: readonly string[];
  readonly post: (
    body: string,
    more?: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<{ readonly status: number; readonly text: string }>;
}

/** Starts the server, and a gateway ahead of it that knows it as `crm`. */
export async function echoServer(
  t: ExecutionContext,
  reply: (body: string) => string,
  { policy, documents = new Map(), contentType = 'application/json' }: EchoOptions,
): Promise<Echo> {
  const seen: string[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      seen.push(body);
      response.writeHead(200, { 'content-type': contentType });
      response.end(reply(body));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  t.teardown(() => http.close());
  const { port } = http.address() as AddressInfo; // it listens on a port
  const running = await startGateway(t, { policy, documents, upstreams: { crm: `http://127.0.0.1:${port}` } });
  return {
    seen,
    post: async (body, { path = '/crm', headers = {} } = {}) => {
      const response = await fetch(`${running.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        body,
      });
      return { status: response.status, text: await response.text() };
    },
  };
}
