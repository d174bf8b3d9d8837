// What a scenario needs: services that answer, programs of ours that run as they are installed, and somebody who says what happened. Every
// request is real HTTP over real sockets.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A request as a service saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** What a service answers: text, JSON, or pieces of a stream. */
export interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly events?: readonly unknown[];
}

export interface Service {
  readonly url: string;
  readonly seen: readonly Seen[];
}

/** A gateway that runs. */
export interface Gateway {
  readonly url: string;
  /** Asks the port for people, as somebody who may do everything there. */
  readonly admin: (path: string, body?: object) => Promise<{ readonly status: number; readonly json: any }>; // what comes is shown
}

/** What came back for a request. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly json: any; // what comes is shown
}

export interface World {
  /** A line of the story. */
  readonly say: (line: string) => void;
  /** A line with what was expected; the scenario fails when it is not so. */
  readonly expect: (what: string, holds: boolean) => void;
  readonly service: (reply: (request: Seen) => Reply) => Promise<Service>;
  /** Compiles the scenario's policy and starts `rdp-gateway` with it. */
  readonly gateway: (upstreams: Readonly<Record<string, Service>>, words?: readonly string[]) => Promise<Gateway>;
  /** Runs one of our programs with the scenario's bundle at `{bundle}` and its folder at `{folder}`; gives what it writes. */
  readonly run: (program: 'rdp-inventory' | 'rdpc', words: readonly string[]) => string;
  readonly file: (name: string, text: string) => void;
}

/** Everything that a scenario started, and its end. */
export interface OpenWorld extends World {
  readonly failures: () => number;
  readonly close: () => void;
}

const token = 'scenario';
const patience = 20_000;

/** The world of the scenario in `folder`. */
export function openWorld(folder: string, write: (line: string) => void): OpenWorld {
  const work = mkdtempSync(join(tmpdir(), 'rdp-scenario-'));
  const servers: Server[] = [];
  const children: ChildProcess[] = [];
  const bundle = join(work, 'dist', 'bundle.tar.gz');
  let failures = 0;
  let isCompiled = false;

  const compile = (): void => {
    if (isCompiled) return;
    isCompiled = true;
    execFileSync(process.execPath, [join(root, 'compiler/bin/rdpc.js'), 'compile', folder, '-o', join(work, 'dist')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  const programOf = (name: string): string => join(root, `runtime/dist/bin/${name}.cjs`);

  return {
    say: write,
    expect: (what, holds) => {
      if (!holds) failures += 1;
      write(`${holds ? '  ✓' : '  ✗ NOT SO:'} ${what}`);
    },
    service: async (reply) => {
      const seen: Seen[] = [];
      const server = createServer((request, response) => {
        void bodyOf(request).then((body) => {
          const one = { method: request.method ?? '', path: request.url ?? '', body };
          seen.push(one);
          const { status = 200, json, events } = reply(one);
          response.writeHead(status, {
            'content-type': events === undefined ? 'application/json' : 'text/event-stream',
          });
          for (const event of events ?? [])
            response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
          response.end(events === undefined ? JSON.stringify(json ?? {}) : undefined);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      servers.push(server);
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }; // it listens on a port
    },
    gateway: async (upstreams, words = []) => {
      compile();
      const tokens = join(work, 'tokens.json');
      const digest = createHash('sha256').update(token).digest('hex');
      writeFileSync(tokens, JSON.stringify([{ name: 'kim', token_sha256: digest, groups: ['*'] }]));
      const adminPort = await freePort();
      const child = spawn(
        process.execPath,
        [
          programOf('rdp-gateway'),
          ...['--bundle', bundle, '--port', '0', '--admin-port', String(adminPort), '--admin-tokens', tokens],
          ...['--inventory', join(work, 'inventory.db'), '--log-file', join(work, 'gateway.log'), '--drain-delay', '0'],
          ...[
            '--decision-log-to',
            join(work, 'decisions.log'),
            '--client-id-header',
            'x-app',
            '--client-workload-header',
            'x-workload',
          ],
          ...Object.entries(upstreams).flatMap(([name, { url }]) => ['--upstream', `${name}=${url}`]),
          ...words,
        ],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      children.push(child);
      const url = await addressIn(child);
      const admin: Gateway['admin'] = async (path, body) => {
        const response = await fetch(`http://127.0.0.1:${adminPort}${path}`, {
          headers: { authorization: `Bearer ${token}` },
          ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return { status: response.status, json: jsonIn(text) };
      };
      return { url, admin };
    },
    run: (program, words) => {
      compile();
      const said = words.map((word) => word.replaceAll('{bundle}', bundle).replaceAll('{folder}', folder));
      const file = program === 'rdpc' ? join(root, 'compiler/bin/rdpc.js') : programOf(program);
      return execFileSync(process.execPath, [file, ...said], {
        cwd: work,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    },
    file: (name, text) => writeFileSync(join(work, name), text),
    failures: () => failures,
    close: () => {
      for (const child of children) child.kill('SIGKILL');
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(work, { recursive: true, force: true });
    },
  };
}

/** Sends JSON, or gets. `from` names the application and the workload that call. */
export async function call(
  url: string,
  options: {
    readonly json?: unknown;
    readonly from?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer> {
  const { json, from, headers } = options;
  const response = await fetch(url, {
    method: json === undefined ? 'GET' : 'POST',
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(from === undefined ? {} : { 'x-app': from, 'x-workload': `shop/${from}` }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonIn(text) };
}

/** A chat as OpenAI takes it. */
export function chat(text: string, more: object = {}): object {
  return { model: 'gpt-5.2', messages: [{ role: 'user', content: text }], ...more };
}

/** An answer as OpenAI gives it. */
export function completion(text: string, tokens: readonly [input: number, output: number] = [10, 10]): Reply {
  return {
    json: {
      id: 'c1',
      object: 'chat.completion',
      model: 'gpt-5.2',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage: { prompt_tokens: tokens[0], completion_tokens: tokens[1], total_tokens: tokens[0] + tokens[1] },
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo; // it listens on a port
      server.close(() => resolve(port));
    });
  });
}

/** The address that a gateway says it serves on. */
function addressIn(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const late = setTimeout(() => reject(new Error(`the gateway does not start: ${text}`)), patience);
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const [, url] = /serves on (http:\/\/\S+)/.exec(text) ?? [];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    });
    child.once('exit', () => {
      clearTimeout(late);
      reject(new Error(`the gateway ended: ${text}`));
    });
  });
}
