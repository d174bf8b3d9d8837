// Recorded streams of providers, in every cut: what comes out, and when. The reference knows nothing of the runtime: it takes the
// events apart with the plainest means, puts their texts together and replaces with JavaScript's own regular expressions.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Enforcer } from '@rdp/runtime';
import { loadProject } from '../../src/cli/decide-project.ts';
import type { Figure, Section } from './section.ts';
import type { Sets } from './sets.ts';

/** Two kinds of text that ordinary answers are full of, one of several words. */
const kinds = { name: '\\b[A-Z][a-z]{3,14}\\b', triple: '\\b[a-z]{4,12} [a-z]{2,6} [a-z]{4,12}\\b' } as const;

const policy = `package streams
import std.ai
surface Chat: llm {}
pattern name = re"${kinds.name}"
pattern triple = re"${kinds.triple}"
detect Words on Chat.response { severity low find name, triple in completions[*].text }
defend Hide on Chat.response { when Words redact Words with "[{kind}]" }
`;

interface Recorded {
  readonly api: string;
  readonly provider: string;
  readonly bytes: Uint8Array;
}

/** The most single cuts that one stream is tried at, spread evenly. */
const mostCuts = 300;

/** Measures every recorded stream of a provider whose format is known. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const recorded = readStreams(sets);
  if (recorded.length === 0) return [];
  const { programs } = checkProgram({
    files: [{ path: 'streams.rdp', text: policy }],
    documents: new Map(),
    std: stdFiles,
  });
  const { enforcer } = await loadProject(programs ?? [], '.');
  const byApi = new Map<string, { total: number; texts: number; cuts: number; early: number; streams: number }>();
  for (const stream of recorded) {
    const counts = byApi.get(stream.api) ?? { total: 0, texts: 0, cuts: 0, early: 0, streams: 0 };
    byApi.set(stream.api, counts);
    const whole = run(enforcer, stream, []);
    counts.streams++;
    if (sameButRedacted(stream.bytes, whole.text)) counts.texts++;
    const step = Math.max(1, Math.ceil(stream.bytes.length / mostCuts));
    for (let cut = 1; cut < stream.bytes.length; cut += step) {
      counts.total++;
      if (run(enforcer, stream, [cut]).text === whole.text) counts.cuts++;
    }
    const single = run(enforcer, stream, [...stream.bytes.keys()].slice(1));
    counts.total++;
    if (single.text === whole.text) counts.cuts++;
    if (single.releases.every((released) => whole.text.startsWith(released))) counts.early++;
  }
  enforcer.close();
  const rows = [...byApi].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all = (key: 'texts' | 'cuts' | 'early' | 'total' | 'streams'): number =>
    rows.reduce((sum, [, counts]) => sum + counts[key], 0);
  const share = (what: string, hits: number, total: number): Figure => ({
    what,
    value: { kind: 'share', hits, total },
    wanted: { atLeast: 1 },
  });
  return [
    {
      title: 'Streams',
      protocol: `Recorded responses of providers (\`llm-openllmetry\`, \`llm-pydantic-ai\`, \`llm-agentgateway\`) pass through a policy that
replaces capitalised words and runs of three words, which most answers have. _Texts_: every event still parses, and is equal to the
recorded one but for its text, which is equal to what a plain regular expression makes of the text of all events together. _Cuts_: the
same bytes come out when the stream arrives in two parts, cut at up to ${mostCuts} places spread over it, and byte by byte. _Never early_: byte by
byte, whatever has come out is the beginning of what comes out in the end, so no byte of a match was released.`,
      figures: [
        share('texts redacted, all else as it was', all('texts'), all('streams')),
        share('the same in every cut', all('cuts'), all('total')),
        share('never early', all('early'), all('streams')),
      ],
      details: [
        {
          title: 'Texts by API',
          figures: rows.map(([api, { texts, streams }]) => ({
            what: api,
            value: { kind: 'share', hits: texts, total: streams },
          })),
        },
      ],
    },
  ];
}

const providers: Readonly<Record<string, string>> = {
  'openai.chat': 'openai',
  'openai.completions': 'openai',
  'openai.responses': 'openai',
  'anthropic.messages': 'anthropic',
  'cohere.v2chat': 'cohere',
  'ollama.chat': 'ollama',
  'ollama.generate': 'ollama',
  'gemini.stream': 'gemini',
};

function readStreams(sets: Sets): readonly Recorded[] {
  const encoder = new TextEncoder();
  const exchanges = ['llm-openllmetry', 'llm-pydantic-ai'].flatMap((set) => sets.rows(set, 'cases.jsonl'));
  const rows = exchanges.flatMap((row): readonly Recorded[] => {
    const { api, response, response_encoding: encoding } = row as Readonly<Record<string, unknown>>; // rows are objects
    const provider = typeof api === 'string' ? providers[api] : undefined;
    if (typeof api !== 'string' || provider === undefined || typeof response !== 'string' || encoding !== 'text')
      return [];
    if (!/^(?:(?:event|data|id):|:|\{.*\}\n\{)/.test(response)) return [];
    return [{ api, provider, bytes: encoder.encode(response) }];
  });
  const files = sets
    .texts('llm-agentgateway', /response\/(?:anthropic|responses)\/stream[^/]*$/)
    .map(({ path, text }) => ({
      api: path.includes('/anthropic/') ? 'anthropic.messages' : 'openai.responses',
      provider: path.includes('/anthropic/') ? 'anthropic' : 'openai',
      bytes: encoder.encode(text),
    }));
  return [...rows, ...files];
}

interface Run {
  readonly text: string;
  /** What had come out after each chunk. */
  readonly releases: readonly string[];
}

function run(enforcer: Enforcer, { provider, bytes }: Recorded, cuts: readonly number[]): Run {
  const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: { provider }, head: {} });
  if (opened.kind === 'problem') throw new Error(opened.problem.message);
  const decoder = new TextDecoder();
  const releases: string[] = [];
  let text = '';
  let at = 0;
  for (const cut of [...cuts, bytes.length, undefined]) {
    const output = cut === undefined ? opened.value.end() : opened.value.push(bytes.subarray(at, cut));
    text += decoder.decode(output.bytes, { stream: cut !== undefined });
    if (output.bytes.length > 0) releases.push(text);
    if (output.kind === 'blocked') return { text: `${text}<${output.decision.reason ?? ''}>`, releases };
    at = cut ?? at;
  }
  return { text, releases };
}

/** Whether the events of both streams are equal but for their texts, and those are what the expressions make of them. */
function sameButRedacted(before: Uint8Array, after: string): boolean {
  const recorded = textsOf(new TextDecoder().decode(before));
  const redacted = textsOf(after);
  if (recorded === undefined || redacted === undefined || recorded.rest !== redacted.rest) return false;
  return [...recorded.texts].every(([name, text]) => redacted.texts.get(name) === replaced(text));
}

function replaced(text: string): string {
  const found = Object.entries(kinds).flatMap(([kind, source]) =>
    [...text.matchAll(new RegExp(source, 'g'))].map(({ index, 0: { length } }) => ({
      kind,
      start: index,
      end: index + length,
    })),
  );
  // What overlaps is one edit, named after the longest, or else the first.
  const edits: { kind: string; length: number; start: number; end: number }[] = [];
  for (const { kind, start, end } of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = edits.at(-1);
    if (last === undefined || start >= last.end) edits.push({ kind, length: end - start, start, end });
    else {
      if (end - start > last.length) Object.assign(last, { kind, length: end - start });
      last.end = Math.max(last.end, end);
    }
  }
  return edits.reduceRight((out, { kind, start, end }) => `${out.slice(0, start)}[${kind}]${out.slice(end)}`, text);
}

interface Texts {
  readonly texts: ReadonlyMap<string, string>;
  /** The stream without its texts. */
  readonly rest: string;
}

function textsOf(stream: string): Texts | undefined {
  const texts = new Map<string, string>();
  const rest: string[] = [];
  for (const [index, line] of stream.split(/\r?\n/).entries()) {
    const payload = line.startsWith('data:') ? line.slice(5) : line.startsWith('{') ? line : undefined;
    if (payload === undefined || payload.trim() === '[DONE]' || payload.trim() === '') {
      rest.push(line);
      continue;
    }
    try {
      const value: unknown = JSON.parse(payload);
      take(value, index, (name, text) => texts.set(name, (texts.get(name) ?? '') + text));
      rest.push(JSON.stringify(value));
    } catch {
      return undefined;
    }
  }
  return { texts, rest: rest.join('\n') };
}

type Json = Record<string, unknown>;

const inside = (value: unknown, key: string): Json => {
  const inner = typeof value === 'object' && value !== null ? (value as Json)[key] : undefined; // an object of JSON
  return typeof inner === 'object' && inner !== null ? (inner as Json) : {}; // the same
};

const listIn = (value: unknown, key: string): readonly Json[] => {
  const list = inside(value, key);
  return Array.isArray(list) ? list : [];
};

/** Gives the texts of an event to `add`, and takes them out of the event. */
function take(event: unknown, line: number, add: (name: string, text: string) => void): void {
  const cut = (holder: Json, key: string, name: string): void => {
    const text = holder[key];
    if (typeof text !== 'string') return;
    holder[key] = '';
    add(name, text);
  };
  if (typeof event !== 'object' || event === null) return;
  const top = event as Json; // an object of JSON
  const cutParts = (holder: Json, list: string, name: string): void => {
    for (const [index, part] of listIn(holder, list).entries())
      for (const key of ['text', 'refusal', 'thinking', 'summary']) cut(part, key, `${name} ${list} ${index} ${key}`);
  };
  const cutMessage = (message: Json, name: (key: string) => string): void => {
    for (const key of ['content', 'refusal', 'reasoning_content', 'reasoning', 'thinking'])
      cut(message, key, name(key));
  };
  for (const [place, choice] of listIn(top, 'choices').entries()) {
    const [delta, message] = [inside(choice, 'delta'), inside(choice, 'message')];
    cutMessage(delta, (key) => `chat ${String(choice['index'])} ${key}`);
    for (const list of ['content', 'reasoning_details'])
      for (const part of listIn(delta, list))
        for (const key of ['text', 'refusal', 'thinking', 'summary'])
          cut(part, key, `chat ${String(choice['index'])} ${list} ${key}`);
    cutMessage(message, (key) => `message ${line} ${place} ${key}`);
    for (const list of ['content', 'reasoning_details']) cutParts(message, list, `message ${line} ${place}`);
    cut(choice, 'text', `completion ${String(choice['index'])}`);
  }
  const same = ['type', 'item_id', 'content_index', 'summary_index'].map((key) => String(top[key]));
  cut(top, 'delta', `responses ${same.join(' ')}`);
  for (const key of ['text', 'refusal']) {
    cut(top, key, `whole ${line} ${key}`);
    cut(inside(top, 'part'), key, `part ${line} ${key}`);
  }
  for (const list of ['content', 'summary']) {
    cutParts(inside(top, 'item'), list, `item ${line}`);
    for (const [output, item] of listIn(inside(top, 'response'), 'output').entries())
      cutParts(item, list, `output ${line} ${output}`);
  }
  cutParts(inside(top, 'message'), 'content', `begun ${line}`);
  for (const key of ['text', 'thinking']) {
    cut(inside(top, 'content_block'), key, `block ${String(top['index'])} ${key}`);
    cut(inside(top, 'delta'), key, `delta ${String(top['index'])} ${key}`);
  }
  for (const key of ['text', 'thinking'])
    cut(inside(inside(inside(top, 'delta'), 'message'), 'content'), key, `cohere ${String(top['index'])} ${key}`);
  for (const candidate of listIn(top, 'candidates'))
    for (const part of listIn(inside(candidate, 'content'), 'parts'))
      cut(part, 'text', `gemini ${String(candidate['index'])}`);
  for (const key of ['content', 'thinking']) cut(inside(top, 'message'), key, `ollama chat ${key}`);
  cut(top, 'thinking', 'ollama thinking');
  cut(top, 'response', 'ollama generate');
}
