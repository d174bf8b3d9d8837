// One exchange, by the library and by the second opinion → what differs. Texts are compared with their roles, in any order; arguments
// as the JSON that they are.

import type { ProviderStream } from '@rdp/runtime/contract';
import { tellProvider } from '../../../runtime/src/provider/index.ts';
import type { Library, LibraryEvent } from './library.ts';
import { runStream } from './library.ts';
import { embeddings, images, moderations, ollama, rerank } from './oracle/plain.ts';
import { messages } from './oracle/anthropic.ts';
import { converse, invoke } from './oracle/bedrock.ts';
import { chatV1, chatV2 } from './oracle/cohere.ts';
import { jsonLines, messagesOfAws, serverSentEvents } from './oracle/events.ts';
import type { Answered, Api, Call, Said } from './oracle/extract.ts';
import { gemini } from './oracle/gemini.ts';
import { chat, completions } from './oracle/openai-chat.ts';
import { responses } from './oracle/openai-responses.ts';
import type { Exchange } from './read-exchanges.ts';
import { readBySdk } from './sdk-parsers.ts';

const apis: Readonly<Record<string, Api>> = {
  'openai.chat': chat,
  'openai.completions': completions,
  'openai.responses': responses,
  'anthropic.messages': messages,
  'gemini.generate': gemini,
  'gemini.stream': gemini,
  'bedrock.converse': converse,
  'bedrock.converse-stream': converse,
  'bedrock.invoke': invoke,
  'cohere.v1chat': chatV1,
  'cohere.v2chat': chatV2,
  'ollama.chat': ollama,
  'ollama.generate': ollama,
  embeddings,
  rerank,
  moderations,
  images,
};

/** A question that was asked of an exchange, and what differed; none when the two agree. */
export interface Check {
  readonly what:
    'provider' | 'request' | 'response' | 'stream' | 'cuts' | 'unchanged' | 'redacted' | 'sdk' | 'module' | 'passed';
  readonly misses: readonly string[];
}

/** Everything that is asked of one exchange. */
export async function checkExchange(library: Library, exchange: Exchange): Promise<readonly Check[]> {
  const api = apis[exchange.api];
  const request = exchange.request === undefined ? undefined : parsed(exchange.request);
  const checks: Check[] = [];
  if (request !== undefined) checks.push(checkRequest(library, exchange, request, api));
  if (request !== undefined)
    checks.push({ what: 'module', misses: library.disagree('request', documentOf(exchange, request)) });
  const { response } = exchange;
  if (response === undefined || exchange.status >= 400) return checks;
  if (exchange.isStream) return [...checks, ...(await checkStream(library, exchange, response, api))];
  const body = parsed(new TextDecoder().decode(response));
  if (body === undefined) return checks;
  checks.push({ what: 'module', misses: library.disagree('response', documentOf(exchange, body)) });
  return [...checks, checkResponse(library, exchange, body, api)];
}

function checkRequest(library: Library, exchange: Exchange, request: unknown, api: Api | undefined): Check {
  const made = library.eventOf('request', documentOf(exchange, request));
  const told = tellProvider(library.providers, { ...exchange, keys: new Set(Object.keys(request as object)) }); // a body that was read
  // What is of no provider is nobody's, and no event.
  if (made.kind === 'malformed')
    return { what: 'provider', misses: told === undefined && api === undefined ? [] : [`no event: ${made.reason}`] };
  const provider =
    told?.name === made.event.provider ? [] : [`told ${told?.name ?? 'nobody'}, and ${made.event.provider}`];
  if (api === undefined) return { what: 'passed', misses: provider };
  const wanted = api.request(request);
  return {
    what: 'request',
    misses: [
      ...provider,
      ...differing('prompts', wanted.prompts.map(saidKey), (made.event.prompts ?? []).map(saidKey)),
      ...differing(
        'tools',
        wanted.tools,
        (made.event.tools ?? []).map(({ name }) => name),
      ),
      ...differing('calls', wanted.calls.map(callKey), (made.event.calls ?? []).map(callKey)),
    ],
  };
}

function checkResponse(library: Library, exchange: Exchange, body: unknown, api: Api | undefined): Check {
  if (api === undefined) return { what: 'passed', misses: [] };
  const made = library.eventOf('response', documentOf(exchange, body));
  if (made.kind === 'malformed') return { what: 'provider', misses: [`no event: ${made.reason}`] };
  return { what: 'response', misses: differingAnswers(api.response(body), made.event) };
}

function differingAnswers(
  wanted: Answered,
  { completions: texts = [], tool_calls: calls = [], usage }: LibraryEvent,
): readonly string[] {
  return [
    ...differing('texts', wanted.texts.map(saidKey), texts.map(saidKey)),
    ...differing('calls', wanted.calls.map(callKey), calls.map(callKey)),
    ...differing('usage', [`${wanted.input} ${wanted.output}`], [`${usage?.input ?? 0} ${usage?.output ?? 0}`]),
  ];
}

/** The document of a body, as the gateway makes it. */
export function documentOf({ host, path }: Exchange, body: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ host, path, body, client: { workload: 'eval' } }));
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const saidKey = ({ role, text }: Said): string => `${role}: ${text}`;

const callKey = ({ name, arguments: given }: Call): string => `${name}(${canonical(given)})`;

/** JSON as text and JSON are the same arguments. */
function canonical(value: unknown): string {
  if (typeof value === 'string') {
    try {
      return canonical(JSON.parse(value));
    } catch {
      return value === '' ? '{}' : JSON.stringify(value);
    }
  }
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What is in one list and not in the other, each as often as it is. */
function differing(what: string, wanted: readonly string[], got: readonly string[]): readonly string[] {
  const left = [...got];
  const missing = wanted.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [
    ...missing.map((one) => `${what}: lacks ${one.slice(0, 160)}`),
    ...left.map((one) => `${what}: has ${one.slice(0, 160)}`),
  ];
}

// ---------------------------------------------------------------- streams

const eventReaders = { sse: serverSentEvents, ndjson: jsonLines, eventstream: messagesOfAws } as const;

function formatOf(contentType: string): keyof typeof eventReaders {
  return contentType.includes('eventstream') ? 'eventstream' : contentType.includes('ndjson') ? 'ndjson' : 'sse';
}

async function checkStream(
  library: Library,
  exchange: Exchange,
  bytes: Uint8Array,
  api: Api | undefined,
): Promise<readonly Check[]> {
  const told = tellProvider(library.providers, { ...exchange, keys: undefined });
  const stream = library.streams.find(({ provider }) => provider === told?.name);
  if (stream === undefined && api === undefined) return [];
  if (stream === undefined) return [{ what: 'provider', misses: [`${told?.name ?? 'nobody'} does not stream`] }];
  const format = formatOf(exchange.contentType);
  const whole = runStream(stream, { format, chunks: [bytes] });
  const stopped = whole.stopped === undefined ? [] : [`stopped: ${whole.stopped}`];
  const unchanged = Buffer.compare(whole.bytes, bytes) === 0 ? stopped : [...stopped, 'other bytes'];
  const checks: Check[] = [
    { what: 'unchanged', misses: unchanged },
    { what: 'cuts', misses: differingCuts(stream, format, bytes, whole) },
    { what: 'redacted', misses: redactedMisses(stream, format, bytes) },
  ];
  const sdk = await sdkMisses(exchange, stream, bytes);
  if (sdk) checks.push({ what: 'sdk', misses: sdk });
  if (api?.stream === undefined) return checks;
  const wanted = api.stream(eventReaders[format](bytes));
  const { calls, usage } = whole.report;
  const texts = wanted.texts.filter(({ text }) => text !== '').map(({ text }) => text);
  const misses = [
    ...stopped,
    ...differing('texts', texts, whole.texts),
    ...differing('calls', wanted.calls.map(callKey), calls.map(callKey)),
    ...differing('usage', [`${wanted.input} ${wanted.output}`], [`${usage?.input ?? 0} ${usage?.output ?? 0}`]),
  ];
  return [...checks, { what: 'stream', misses }];
}

/** Every cut in two, for streams up to this size; beyond it every so manieth. Then all bytes alone. */
const cutsAtMost = 400;

function differingCuts(
  stream: ProviderStream,
  format: keyof typeof eventReaders,
  bytes: Uint8Array,
  whole: ReturnType<typeof runStream>,
): readonly string[] {
  const step = Math.max(1, Math.ceil(bytes.length / cutsAtMost));
  const wanted = JSON.stringify([whole.texts, whole.report, whole.stopped]);
  const single = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
  const ways: (readonly Uint8Array[])[] = [single];
  for (let cut = 1; cut < bytes.length; cut += step) ways.push([bytes.subarray(0, cut), bytes.subarray(cut)]);
  return ways.flatMap((chunks) => {
    const result = runStream(stream, { format, chunks });
    const same =
      JSON.stringify([result.texts, result.report, result.stopped]) === wanted &&
      Buffer.compare(result.bytes, whole.bytes) === 0;
    return same ? [] : [`cut at ${chunks[0]?.length ?? 0} gives another result`];
  });
}

/** With something replaced, the maker's client reads as many events as before; undefined where it has none for the API. */
async function sdkMisses(
  exchange: Exchange,
  stream: ProviderStream,
  bytes: Uint8Array,
): Promise<readonly string[] | undefined> {
  const format = formatOf(exchange.contentType);
  const redacted = runStream(stream, { format, chunks: [bytes], replace: { length: 2, by: replacement } }).bytes;
  const [was, is] = [await outcomeOf(exchange, bytes), await outcomeOf(exchange, redacted)];
  if (was === undefined) return undefined;
  return was === is ? [] : [`${was} became ${is ?? 'nothing'}`];
}

/** Events that the client reads, or the error of the provider that it raises. */
async function outcomeOf(exchange: Exchange, bytes: Uint8Array): Promise<string | undefined> {
  try {
    const count = await readBySdk(exchange, bytes);
    return count === undefined ? undefined : `${count} events`;
  } catch (error) {
    return `the error ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What JSON has to escape, and more than a byte a character. */
const replacement = '"<\u00e9>\\';

/** With something replaced in every piece of text, the events still parse, are as many, and calls and counts are what they were. */
function redactedMisses(
  stream: ProviderStream,
  format: keyof typeof eventReaders,
  bytes: Uint8Array,
): readonly string[] {
  const before = runStream(stream, { format, chunks: [bytes] });
  const after = runStream(stream, { format, chunks: [bytes], replace: { length: 2, by: replacement } });
  if (after.stopped !== undefined) return [`stopped: ${after.stopped}`];
  try {
    const again = runStream(stream, { format, chunks: [after.bytes] });
    const [was, is] = [eventReaders[format](bytes).length, eventReaders[format](after.bytes).length];
    return [
      ...(was === is ? [] : [`${was} events became ${is}`]),
      ...(again.stopped === undefined ? [] : [`stopped: ${again.stopped}`]),
      ...(JSON.stringify(again.report) === JSON.stringify(before.report) ? [] : ['another report']),
    ];
  } catch (error) {
    return [`does not parse: ${error instanceof Error ? error.message : String(error)}`];
  }
}
