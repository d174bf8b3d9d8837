// An address and credentials → reading from a Kubernetes API server: one object, all objects of a kind in pages, and what becomes of
// them from then on. Reads and never writes.
//
// INVARIANT: an answer that is cut off, too long or no JSON is a problem and never less than what there is. Credentials go to that
// server alone: redirects are not followed.

import { request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import type { SecureContextOptions } from 'node:tls';

import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';
import { isObject } from '../load/read-json.ts';

/** How to reach an API server, and as whom. */
export interface ClusterAccess {
  /** `https://10.0.0.1:443`, perhaps with a path. */
  readonly server: string;
  readonly tls: SecureContextOptions & {
    readonly servername?: string;
    /** False takes any certificate, when somebody has asked for that by name. */
    readonly rejectUnauthorized?: boolean;
  };
  /** Headers of a request; asked each time, because tokens change. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

export type ClusterObject = Readonly<Record<string, unknown>>;

/** All objects of a kind at one moment. */
export interface ClusterList {
  readonly items: readonly ClusterObject[];
  /** What a watch goes on from. */
  readonly resourceVersion: string;
}

/** What becomes of objects. */
export interface ClusterEvent {
  readonly type: string;
  readonly object: ClusterObject;
}

export interface ApiServer {
  /** The JSON object at a path, `/api/v1/namespaces/shop`; `absent` when there is none. */
  readonly get: (path: string) => Promise<Outcome<ClusterObject | 'absent'>>;
  /** All objects of the list at a path, page after page; of each what `keep` makes of it. */
  readonly list: (path: string, keep?: (object: ClusterObject) => ClusterObject) => Promise<Outcome<ClusterList>>;
  /** Events of a list since a version, until the server ends it, after `seconds` unless before, something fails, or `stop` is called. */
  readonly watch: (
    path: string,
    since: string,
    onEvent: (event: ClusterEvent) => void,
    seconds?: number,
  ) => ClusterWatch;
  readonly close: () => void;
}

export interface ClusterWatch {
  readonly ended: Promise<Outcome<undefined>>;
  readonly stop: () => void;
}

/** Milliseconds for an answer to begin, and bytes that one may have. */
const answerTimeout = 15_000;
const answerLimit = 256 * 1024 * 1024;
const lineLimit = 8 * 1024 * 1024;
const pageSize = 500;
/** Seconds that a watch lasts; API servers end them after five to ten minutes anyway. */
const watchSeconds = 290;
/** Seconds beyond its end that a watch may be silent. */
const graceSeconds = 30;

/** Opens no connection yet. */
export function openApiServer(access: ClusterAccess): ApiServer {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ...access.tls });
  const get = async (path: string): Promise<Outcome<ClusterObject | 'absent'>> => {
    try {
      const answer = await ask(access, agent, path);
      const text = await bodyOf(answer);
      if (answer.statusCode === 404) return ok('absent');
      if (answer.statusCode !== 200) return problem('unreadable', statusProblem(path, answer, text));
      const value: unknown = JSON.parse(text);
      return isObject(value) ? ok(value) : problem('unreadable', `\`${path}\` is no object`);
    } catch (error) {
      return problem('unreadable', `\`${path}\` cannot be read: ${reasonOf(error)}`);
    }
  };
  return {
    get,
    list: (path, keep) => listPages(get, path, keep),
    watch: (path, since, onEvent, seconds = watchSeconds) => watch(access, agent, { path, since, onEvent, seconds }),
    close: () => agent.destroy(),
  };
}

async function ask(access: ClusterAccess, agent: Agent, path: string): Promise<IncomingMessage> {
  const headers = { accept: 'application/json', 'user-agent': 'rdp', ...(await access.headers()) };
  const base = access.server.replace(/\/+$/, '');
  return new Promise((resolve, reject) => {
    const isPlain = base.startsWith('http://');
    const options = { headers, timeout: answerTimeout };
    const request = isPlain ? plainRequest(base + path, options) : tlsRequest(base + path, { ...options, agent });
    request.on('response', resolve);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.end();
  });
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > answerLimit) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function statusProblem(path: string, { statusCode }: IncomingMessage, text: string): string {
  return `\`${path}\` was answered with ${statusCode ?? 0}${messageOf(text)}`;
}

/** What a `Status` says. */
function messageOf(text: string): string {
  try {
    const status: unknown = JSON.parse(text);
    const message = isObject(status) ? status['message'] : undefined;
    return typeof message === 'string' ? `: ${message}` : '';
  } catch {
    return '';
  }
}

async function listPages(
  get: ApiServer['get'],
  path: string,
  keep: (object: ClusterObject) => ClusterObject = (object) => object,
): Promise<Outcome<ClusterList>> {
  const items: ClusterObject[] = [];
  let next = '';
  for (;;) {
    const join = path.includes('?') ? '&' : '?';
    const page = await get(
      `${path}${join}limit=${pageSize}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`,
    );
    if (page.kind === 'problem') return page;
    if (page.value === 'absent') return problem('unreadable', `there is no \`${path}\``);
    const { items: more, metadata, kind, apiVersion } = page.value;
    if (!Array.isArray(more) || !isObject(metadata)) return problem('unreadable', `\`${path}\` is no list`);
    // Items of a list do not say what they are.
    const own =
      typeof kind === 'string' && kind.endsWith('List') ? { apiVersion, kind: kind.slice(0, -'List'.length) } : {};
    for (const item of more) if (isObject(item)) items.push(keep({ ...own, ...item }));
    next = textOf(metadata['continue']);
    if (next === '') return ok({ items, resourceVersion: textOf(metadata['resourceVersion']) });
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface WatchRequest {
  readonly path: string;
  readonly since: string;
  readonly onEvent: (event: ClusterEvent) => void;
  readonly seconds: number;
}

function watch(access: ClusterAccess, agent: Agent, { path, since, onEvent, seconds }: WatchRequest): ClusterWatch {
  let answer: IncomingMessage | undefined;
  let isStopped = false;
  const run = async (): Promise<Outcome<undefined>> => {
    try {
      const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${encodeURIComponent(since)}`;
      answer = await ask(access, agent, `${path}${path.includes('?') ? '&' : '?'}${query}`);
      if (isStopped) answer.destroy();
      if (answer.statusCode !== 200) return problem('unreadable', statusProblem(path, answer, await bodyOf(answer)));
      // Beyond its own end a watch is silent only when the connection is lost.
      answer.socket.setTimeout((seconds + graceSeconds) * 1000, () => answer?.destroy());
      for await (const line of linesOf(answer)) {
        const event: unknown = JSON.parse(line);
        if (!isObject(event) || typeof event['type'] !== 'string' || !isObject(event['object']))
          return problem('unreadable', `the watch of \`${path}\` sent what is no event`);
        onEvent({ type: event['type'], object: event['object'] });
      }
      return ok(undefined);
    } catch (error) {
      return problem('unreadable', `the watch of \`${path}\` ended: ${reasonOf(error)}`);
    }
  };
  return {
    ended: run(),
    stop: () => {
      isStopped = true;
      answer?.destroy();
    },
  };
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      if (end > 0) yield bytes.toString('utf8', 0, end);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > lineLimit) throw new Error('an event is too long');
    rest = Buffer.from(bytes);
  }
}
