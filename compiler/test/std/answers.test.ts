// What a model says beside its answer, as the library maps it: refusals, thoughts, lists of parts. The whole response and its stream
// have the same texts.

import { checkProgram, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Decision } from '@rdp/runtime/contract';
import test from 'ava';
import { loadProject } from '../../src/cli/decide-project.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';

const head = `package p
import std.ai
import std.llm
surface Chat: llm {}
`;
const redacting = `${head}
pattern key = re"KEY-[0-9]{4}"
detect Key on Chat.response { severity high find key in completions[*].text }
defend Hide on Chat.response { when Key redact Key }`;
const letters = `${head}
pattern letter = re"[a-h]"
fn thoughts(said: list<llm.Completion>) -> int = size(said.filter(c, c.role == "reasoning"))
detect Said on Chat.response { severity low find letter in completions[*].text message "{thoughts(completions)}" }`;

function programsOf(policy: string): readonly CoreProgram[] {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text: policy }],
    documents: new Map(),
    std: stdFiles,
  });
  if (programs === undefined) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
  return programs;
}

const [program] = programsOf(letters);
if (program === undefined) throw new Error('no program');
const differential = createDifferential(lowerProgram(program));

const text = (value: string): object => ({ type: 'text', text: value });
const message = {
  content: [text('a'), { type: 'thinking', thinking: [text('b')] }, { type: 'refusal', refusal: 'c' }],
  refusal: 'd',
  reasoning_content: 'e',
  reasoning: 'f',
  reasoning_details: [{ text: 'g' }, { summary: 'h' }],
};
const output = [
  { type: 'reasoning', summary: [text('a')], content: [text('b')] },
  { type: 'message', content: [text('c'), { type: 'refusal', refusal: 'd' }] },
];
interface Said {
  /** Places of the texts, as a decision names them. */
  readonly places: readonly string[];
  /** How many of them are thoughts. */
  readonly thoughts: number;
}

const chatSaid: Said = {
  places: [
    '/body/choices/0/message/content/0/text',
    '/body/choices/0/message/content/1/thinking/0/text',
    '/body/choices/0/message/content/2/refusal',
    '/body/choices/0/message/refusal',
    '/body/choices/0/message/reasoning_content',
    '/body/choices/0/message/reasoning',
    '/body/choices/0/message/reasoning_details/0/text',
    '/body/choices/0/message/reasoning_details/1/summary',
  ],
  thoughts: 5,
};

const responses: readonly (readonly [host: string, path: string, body: object, said: Said])[] = [
  ['api.openai.com', '/v1/chat/completions', { choices: [{ message }] }, chatSaid],
  ['api.mistral.ai', '/v1/chat/completions', { choices: [{ message }] }, chatSaid],
  [
    'api.openai.com',
    '/v1/responses',
    { output },
    {
      places: [
        '/body/output/0/summary/0/text',
        '/body/output/0/content/0/text',
        '/body/output/1/content/0/text',
        '/body/output/1/content/1/refusal',
      ],
      thoughts: 2,
    },
  ],
  [
    'api.anthropic.com',
    '/v1/messages',
    { content: [{ type: 'thinking', thinking: 'a' }, text('b')] },
    { places: ['/body/content/0/thinking', '/body/content/1/text'], thoughts: 1 },
  ],
];

for (const [host, path, body, { places, thoughts }] of responses) {
  test(`${host}${path}`, (t) => {
    const input = JSON.stringify({ method: 'POST', host, path, headers: {}, client: { workload: 'w' }, body });
    const decision = JSON.parse(agree(t, differential, { entrypoint: 'p/Chat/response/http', input })) as Decision; // the module's
    const [found] = decision.findings ?? [];
    t.is(found?.message, String(thoughts));
    t.deepEqual(
      found?.matches?.map((match) => match.path),
      places,
    );
  });
}

const choice = (delta: object): object => ({ choices: [{ index: 0, delta }] });
const item = { item_id: 'i', content_index: 0 };
const secret = ['KEY', '-1234'] as const;

/** Events that carry `first`, then `second`, of one text. */
const streams: Readonly<Record<string, (piece: string) => readonly [provider: string, event: object]>> = {
  'an answer': (piece) => ['groq', choice({ content: piece })],
  'a list of parts': (piece) => ['mistral', choice({ content: [text(piece)] })],
  'thoughts of Mistral': (piece) => ['mistral', choice({ content: [{ thinking: [text(piece)] }] })],
  'a refusal': (piece) => ['openai', choice({ refusal: piece })],
  reasoning_content: (piece) => ['deepseek', choice({ reasoning_content: piece })],
  reasoning: (piece) => ['openrouter', choice({ reasoning: piece })],
  'thoughts of Anthropic': (piece) => ['anthropic', { index: 0, delta: { type: 'thinking_delta', thinking: piece } }],
  'a refusal of responses': (piece) => ['openai', { type: 'response.refusal.delta', ...item, delta: piece }],
  'thoughts of Ollama': (piece) => ['ollama', { message: { thinking: piece } }],
};

for (const [what, eventOf] of Object.entries(streams)) {
  test(`streamed: ${what}`, async (t) => {
    const { enforcer } = await loadProject(programsOf(redacting), '.');
    const [provider] = eventOf('');
    const framed = (pieces: readonly string[]): string =>
      pieces
        .map((piece) => JSON.stringify(eventOf(piece)[1]))
        .map((line) => (provider === 'ollama' ? `${line}\n` : `data: ${line}\n\n`))
        .join('');
    const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: { provider }, head: {} });
    if (opened.kind === 'problem') return t.fail(opened.problem.message);
    const outputs = [opened.value.push(new TextEncoder().encode(framed(secret))), opened.value.end()];
    enforcer.close();
    t.is(Buffer.concat(outputs.map(({ bytes }) => bytes)).toString(), framed(['[key]', '']));
    return t.pass();
  });
}

test('summaries of one item are texts of their own', async (t) => {
  const { enforcer } = await loadProject(programsOf(redacting), '.');
  const events = secret.map((delta, index) => ({ type: 'd', item_id: 'i', summary_index: index, delta }));
  const bytes = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: { provider: 'openai' }, head: {} });
  if (opened.kind === 'problem') return t.fail(opened.problem.message);
  const outputs = [opened.value.push(new TextEncoder().encode(bytes)), opened.value.end()];
  enforcer.close();
  return t.is(Buffer.concat(outputs.map((output) => output.bytes)).toString(), bytes);
});

test('arguments of tools are looked into, as JSON and as text', (t) => {
  const policy = `${head}
pattern key = re"KEY-[0-9]{4}"
detect Called on Chat.response { severity low find key in texts(tool_calls[*].arguments) }
detect Before on Chat.request { severity low find key in texts(calls[*].arguments) }`;
  const [called] = programsOf(policy);
  if (called === undefined) return t.fail();
  const three = createDifferential(lowerProgram(called));
  const paths = (event: string, place: string, body: object): readonly string[] => {
    const input = JSON.stringify({ host: 'api.openai.com', path: place, client: { workload: 'w' }, body });
    const decision = JSON.parse(agree(t, three, { entrypoint: `p/Chat/${event}/http`, input })) as Decision; // the module's
    return decision.findings?.[0]?.matches?.map(({ path }) => path) ?? [];
  };
  const text = { function: { name: 'f', arguments: '{"a":"KEY-1234"}' } };
  const object = { type: 'tool_use', name: 'f', input: { a: ['x', { b: 'KEY-1234' }] } };
  t.deepEqual(paths('response', '/v1/chat/completions', { choices: [{ message: { tool_calls: [text] } }] }), [
    '/body/choices/0/message/tool_calls/0/function/arguments',
  ]);
  t.deepEqual(paths('response', '/v1/messages', { content: [object] }), ['/body/content/0/input/a/1/b']);
  const turns = [{ role: 'assistant', content: [object], tool_calls: [text] }];
  t.deepEqual(paths('request', '/v1/messages', { messages: turns }), [
    '/body/messages/0/content/0/input/a/1/b',
    '/body/messages/0/tool_calls/0/function/arguments',
  ]);
  return undefined;
});
