// A service of models that writes whatever bytes a test has, a gateway ahead of it, and what a client makes of the answer: for services that
// mean no good.

import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { startGateway, type RunningGateway } from './running-gateway.ts';

const head = `package shop
import std.ai
import std.pii

surface Chat: llm { providers [ai.openai] }
`;
/** Decided on as it passes. */
export const masking: string = `${head}
detect Leak on Chat.response { severity high find pii.us_ssn in completions[*].text }
defend Mask on Chat.response { when Leak redact Leak with "[{kind}]" }
`;
/** Held until it is whole. */
export const holding: string = `${head}
defend Long on Chat.response { when completions.exists(c, c.text.size() > 100000000) block 403 "too long" }
`;
/** Nobody asks. */
export const open: string = `${head}
defend Stop on Chat.request { when model == "none" block }
`;

export interface RawService {
  readonly port: number;
  /** Connections on which an answer began, and that are open. */
  readonly sockets: ReadonlySet<Socket>;
}

/** A service that writes bytes when a request has come. */
async function rawService(t: ExecutionContext, answer: (socket: Socket) => void): Promise<RawService> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!text.endsWith('}')) return;
      text = '';
      sockets.add(socket);
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, sockets }; // it listens on a port
}

export interface Between extends RunningGateway {
  readonly service: RawService;
  readonly ask: (signal?: AbortSignal) => Promise<Response>;
}

export async function between(
  t: ExecutionContext,
  policy: string,
  answer: (socket: Socket) => void,
  timeouts = { connect: 2000, head: 1500, idle: 1000 },
): Promise<Between> {
  const service = await rawService(t, answer);
  const running = await startGateway(t, {
    policy,
    upstreams: { 'api.openai.com': `http://127.0.0.1:${service.port}` },
    options: { services: { timeouts, authorities: undefined, connections: 64 } },
  });
  const ask = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${running.url}/api.openai.com/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"gpt-5","messages":[]}',
      ...(signal === undefined ? {} : { signal }),
    });
  return { ...running, service, ask };
}

export const event = (content: string): string =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`;
export const streamHead = (...lines: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'content-type: text/event-stream', ...lines, '', ''].join('\r\n');
export const chunk = (text: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
};
export const end = '0\r\n\r\n';
export const chunked = 'transfer-encoding: chunked';
export const ssn = '536-90-4399';

/** What came of an answer, and whether it ended as it should. */
export async function read(answer: Response): Promise<{ readonly text: string; readonly end: 'whole' | 'cut' }> {
  let text = '';
  try {
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>)
      text += Buffer.from(piece).toString('latin1');
    return { text, end: 'whole' };
  } catch {
    return { text, end: 'cut' };
  }
}

/** Whether nothing is pending, and no connection to the service is busy, after a while. */
export async function isQuiet({ gateway }: Pick<RunningGateway, 'gateway'>, most = 100): Promise<boolean> {
  for (let count = 0; count < most; count++) {
    const metrics = await (await fetch(`http://127.0.0.1:${gateway.metricsPort ?? 0}/metrics`)).text();
    if (/rdp_gateway_pending_requests 0\n/.test(metrics)) return true;
    await pause(50);
  }
  return false;
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
