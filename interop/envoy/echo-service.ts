// The service behind Envoy: answers as the request's header `x-answer` says (base64 of JSON), and otherwise with what it was sent.

import { createServer } from 'node:http';

/** What the service was sent. */
export interface Seen {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What it is to answer. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface EchoService {
  readonly port: number;
  /** All requests that came whole, by their header `x-case`. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly close: () => void;
}

export async function startEcho(): Promise<EchoService> {
  const seen = new Map<string, Seen>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      seen.set(String(request.headers['x-case']), { path: request.url ?? '', headers: request.headers, body });
      const said = request.headers['x-answer'];
      const answer: Answer =
        said === undefined
          ? { status: 200, type: request.headers['content-type'] ?? 'text/plain', body }
          : JSON.parse(Buffer.from(String(said), 'base64').toString('utf8'));
      response.writeHead(answer.status, { 'content-type': answer.type });
      // In pieces, so that the filter sees some.
      const half = Math.ceil(answer.body.length / 2);
      response.write(answer.body.slice(0, half));
      setImmediate(() => response.end(answer.body.slice(half)));
    });
    request.on('error', () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
