// The sets of recorded exchanges → exchanges of one form: who was called, what went there and what came back, as bytes.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One exchange, or half of one. */
export interface Exchange {
  readonly id: string;
  /** `openai.chat`, `bedrock.converse-stream`, … */
  readonly api: string;
  readonly host: string;
  /** With its query. */
  readonly path: string;
  readonly request: string | undefined;
  readonly response: Uint8Array | undefined;
  readonly contentType: string;
  readonly isStream: boolean;
  readonly status: number;
}

const utf8 = new TextEncoder();

interface Row {
  readonly id: string;
  readonly api: string;
  readonly url: string;
  readonly request?: string;
  readonly status: number;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly response?: string;
  readonly response_encoding: string;
  readonly stream: boolean;
}

/** All exchanges of the sets that are below a folder, by set; sorted by id. */
export function readExchanges(folder: string): ReadonlyMap<string, readonly Exchange[]> {
  const sets = new Map<string, readonly Exchange[]>();
  for (const name of ['llm-openllmetry', 'llm-pydantic-ai']) {
    const rows = halves(folder, name).flatMap((half) => recorded(join(half, 'cases.jsonl')));
    if (rows.length > 0) sets.set(name, sorted(rows));
  }
  const fixtures = halves(folder, 'llm-agentgateway').flatMap(gatewayFixtures);
  if (fixtures.length > 0) sets.set('llm-agentgateway', sorted(fixtures));
  const examples = halves(folder, 'llm-openai-spec').flatMap((half) => documented(join(half, 'cases.jsonl')));
  if (examples.length > 0) sets.set('llm-openai-spec', sorted(examples));
  return sets;
}

/** The folders `dev` and `heldout` of a set that are there. */
function halves(folder: string, set: string): readonly string[] {
  return ['dev', 'heldout'].map((half) => join(folder, set, half)).filter((path) => existsSync(path));
}

function sorted(exchanges: readonly Exchange[]): readonly Exchange[] {
  return exchanges.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function linesOf<T>(path: string): readonly T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function recorded(path: string): readonly Exchange[] {
  return linesOf<Row>(path).map((row) => {
    const url = new URL(row.url);
    return {
      id: row.id,
      api: row.api,
      host: url.hostname,
      path: `${url.pathname}${url.search}`,
      request: row.request,
      response:
        row.response === undefined
          ? undefined
          : row.response_encoding === 'base64'
            ? Buffer.from(row.response, 'base64')
            : utf8.encode(row.response),
      contentType: row.response_headers['content-type'] ?? '',
      isStream: row.stream || (row.response_headers['content-type'] ?? '').includes('ndjson'),
      status: row.status,
    };
  });
}

/** Which API a folder of fixtures is of, and where it would be called. */
const fixtureApis: readonly (readonly [pattern: RegExp, api: string, host: string, path: string])[] = [
  [/requests\/completions\//, 'openai.chat', 'api.openai.com', '/v1/chat/completions'],
  [/requests\/policies\/openai/, 'openai.chat', 'api.openai.com', '/v1/chat/completions'],
  [
    /requests\/(?:messages|count-tokens)\/|policies\/anthropic/,
    'anthropic.messages',
    'api.anthropic.com',
    '/v1/messages',
  ],
  [/requests\/responses\//, 'openai.responses', 'api.openai.com', '/v1/responses'],
  [
    /requests\/gemini\/|policies\/gemini/,
    'gemini.generate',
    'generativelanguage.googleapis.com',
    '/v1beta/models/m:generateContent',
  ],
  [/requests\/embeddings\//, 'embeddings', 'api.openai.com', '/v1/embeddings'],
  [/requests\/rerank\//, 'rerank', 'api.cohere.com', '/v2/rerank'],
  [/response\/anthropic\//, 'anthropic.messages', 'api.anthropic.com', '/v1/messages'],
  [/response\/completions\//, 'openai.chat', 'api.openai.com', '/v1/chat/completions'],
  [/response\/responses\//, 'openai.responses', 'api.openai.com', '/v1/responses'],
  [
    /response\/(?:vertex-)?gemini\//,
    'gemini.generate',
    'generativelanguage.googleapis.com',
    '/v1beta/models/m:generateContent',
  ],
  [
    /response\/bedrock\/.*\.bin$/,
    'bedrock.converse-stream',
    'bedrock-runtime.us-east-1.amazonaws.com',
    '/model/m/converse-stream',
  ],
  [
    /detect\/bedrock-invoke/,
    'bedrock.invoke',
    'bedrock-runtime.us-east-1.amazonaws.com',
    '/model/m/invoke-with-response-stream',
  ],
  [/detect\/bedrock/, 'bedrock.converse-stream', 'bedrock-runtime.us-east-1.amazonaws.com', '/model/m/converse-stream'],
  [/response\/bedrock\//, 'bedrock.converse', 'bedrock-runtime.us-east-1.amazonaws.com', '/model/m/converse'],
  [
    /response\/bedrock-cohere\/|response\/bedrock-titan\//,
    'embeddings',
    'bedrock-runtime.us-east-1.amazonaws.com',
    '/model/m/invoke',
  ],
  [/response\/(?:cohere|vertex)\/rerank/, 'rerank', 'api.cohere.com', '/v2/rerank'],
  [
    /response\/vertex\/embeddings/,
    'embeddings',
    'aiplatform.googleapis.com',
    '/v1/projects/p/locations/l/publishers/google/models/m:predict',
  ],
];

function gatewayFixtures(folder: string): readonly Exchange[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path): readonly Exchange[] => {
    const known = fixtureApis.find(([pattern]) => pattern.test(path));
    if (!known || !/\.(?:json|bin)$|\/[^./]+$/.test(path)) return [];
    const [, api, host, place] = known;
    const bytes = new Uint8Array(readFileSync(join(folder, path)));
    const isAws = path.endsWith('.bin');
    const isEvents = !isAws && /^(?:event|data|:)/.test(new TextDecoder().decode(bytes.subarray(0, 8)));
    const isRequest = path.startsWith('requests/');
    return [
      {
        id: path,
        api,
        host,
        path: place,
        request: isRequest ? new TextDecoder().decode(bytes) : undefined,
        response: isRequest ? undefined : bytes,
        contentType: isAws ? 'application/vnd.amazon.eventstream' : isEvents ? 'text/event-stream' : 'application/json',
        isStream: isAws || isEvents,
        status: 200,
      },
    ];
  });
}

interface Example {
  readonly op: string;
  readonly title: string | null;
  readonly curl: string | null;
  readonly response: string | null;
}

const operations: Readonly<Record<string, string>> = {
  '/chat/completions': 'openai.chat',
  '/completions': 'openai.completions',
  '/responses': 'openai.responses',
  '/responses/compact': 'openai.responses',
  '/responses/input_tokens': 'openai.responses',
  '/embeddings': 'embeddings',
  '/moderations': 'moderations',
  '/images/generations': 'images',
};

/** Examples of the API's description: the body of `curl -d`, and the response where it is JSON or a stream. */
function documented(path: string): readonly Exchange[] {
  return linesOf<Example>(path).map(({ op, title, curl, response }, index) => {
    const [method = '', place = ''] = op.split(' ');
    const bare = place.split('?')[0] ?? '';
    const said = response ?? '';
    const isEvents = /^\s*(?:event|data):/.test(said);
    // Some are shortened, and no stream any more.
    const isWhole =
      !isEvents || said.split('\n').every((line) => /^(?:$|event: |data: (?:\{.*\}|\[DONE\])$)/.test(line));
    return {
      id: `${op} ${title ?? ''} ${index}`,
      api: method === 'POST' ? (operations[bare] ?? 'other') : 'other',
      host: 'api.openai.com',
      path: `/v1${place}`,
      request: /(?:-d|--data(?:-raw)?)\s+'([\s\S]*?)'\s*(?:$|\\|\||\n\s*-)/.exec(curl ?? '')?.[1],
      response: said === '' || !isWhole ? undefined : utf8.encode(said),
      contentType: isEvents ? 'text/event-stream' : 'application/json',
      isStream: isEvents,
      status: 200,
    };
  });
}
