// What stands behind the gateways: a model, an API, tools, and a collector of traces. They answer as the request says (`case:NAME`), and
// note whatever should never have come to them.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Services {
  readonly model: string;
  readonly api: string;
  readonly tools: string;
  readonly collector: string;
  /** What came through and should not have. */
  readonly leaks: readonly string[];
  /** Requests that came to the model, the API and the tools. */
  readonly seen: () => number;
  readonly close: () => void;
}

/** The shop's order number, which an answer must not tell. */
export const orderNumber = 'ORD-7F3K-2291';

/** What no request may carry on: personal data, a key, and what is to be stopped. */
const forbidden = [
  '536-90-4399',
  'kim@example.org',
  'AKIA',
  'previous instructions',
  'case:stopped',
  'delete_order',
  'case:ungranted',
];

/** Starts them. */
export async function startServices(): Promise<Services> {
  const leaks: string[] = [];
  let seen = 0;
  const answering =
    (reply: (body: string, response: ServerResponse, request: IncomingMessage) => void | Promise<void>) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined); // it was cut off, as was asked for
      response.on('error', () => undefined);
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        for (const word of forbidden)
          if (body.includes(word) && leaks.length < 20) leaks.push(`${word}: ${body.slice(0, 200)}`);
        void reply(body, response, request);
      });
    };
  const counted =
    (reply: (body: string, response: ServerResponse) => void | Promise<void>) =>
    (body: string, response: ServerResponse): void | Promise<void> => {
      seen += 1;
      return reply(body, response);
    };
  const servers = [
    createServer(answering(counted(answerModel))),
    createServer(answering(counted((_, response) => json(response, 200, { id: 'p1', state: 'paid' })))),
    createServer(answering(counted(answerTools))),
    createServer(answering((_, response) => json(response, 200, {}))),
  ];
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const [model = '', api = '', tools = '', collector = ''] = servers.map(
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
  );
  return {
    model,
    api,
    tools,
    collector,
    leaks,
    seen: () => seen,
    close: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function answerModel(body: string, response: ServerResponse): Promise<void> {
  const wanted = /case:(\w+)/.exec(body)?.[1];
  const text = `Your order ${orderNumber} is on its way, said the clerk. `;
  switch (wanted) {
    case 'failing':
      return json(response, 500, { error: { message: 'overloaded', type: 'server_error' } });
    case 'long':
      return json(response, 200, completion(text.repeat(2000)));
    case 'stream':
    case 'broken':
    case 'left':
      return stream(response, text.repeat(wanted === 'left' ? 30 : 20), wanted === 'broken' ? 'breaks' : 'ends');
    default:
      return json(response, 200, completion(text));
  }
}

function completion(content: string): object {
  return {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5.2',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 40, completion_tokens: 20, total_tokens: 60 },
  };
}

/** Pieces of seven characters, so that what is to be found is cut. */
async function stream(response: ServerResponse, text: string, end: 'ends' | 'breaks'): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (more: object): string =>
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5.2', ...more })}\n\n`;
  for (let at = 0; at < text.length && !response.destroyed; at += 7) {
    response.write(event({ choices: [{ index: 0, delta: { content: text.slice(at, at + 7) } }] }));
    if (at % 70 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    if (end === 'breaks' && at > text.length / 2) return void response.destroy();
  }
  response.write(event({ choices: [], usage: { prompt_tokens: 40, completion_tokens: 20, total_tokens: 60 } }));
  response.end('data: [DONE]\n\n');
}

function answerTools(body: string, response: ServerResponse): void {
  const { id = 0 } = JSON.parse(body) as { readonly id?: number }; // the gateway lets nothing else through
  json(response, 200, { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'done' }] } });
}
