// The forms of an event's entrypoint: exchanges as they were on the wire. Interpreter, scalar and SIMD module agree, with the
// code of the rules shared between the forms; an API's exchange is its event, by another name of one entrypoint.

import { checkProgram, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import { compilePrograms, lowerPrograms } from '../../src/compile.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { verifyIr } from '../../src/ir/verify.ts';
import { agree, createDifferential } from '../differential.ts';
import { loadExample } from './load-example.ts';

const event = 'p/Chat/request';
const rules = `
detect Seen on Chat.request { severity low when model != "-" message "{provider} {model} {host} {client.workload}" }
defend Stop on Chat.request { when prompts.exists(p, p.text == "stop") block "{size(prompts)}" }`;

function programsOf(text: string): readonly CoreProgram[] {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text }],
    documents: new Map(),
    std: stdFiles,
    today: '2026-11-22',
  });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return programs;
}

const programOf = (surface: string): CoreProgram => {
  const [program] = programsOf(`package p\nimport std.ai\nsurface Chat: llm { ${surface} }\n${rules}`);
  if (program === undefined) throw new Error('no program');
  return program;
};

const exchange = (host: string, path: string, body: unknown, client: unknown = { workload: 'w' }): string =>
  JSON.stringify({ method: 'POST', host, path, headers: {}, client, body });

const chat = { model: 'm', messages: [{ role: 'user', content: 'stop' }] };
const unknown = '{"version":1,"action":"block","reason":"malformed_input","status":400,"message":"unknown_provider"}';
const seen = (text: string): string => JSON.parse(text).findings?.[0]?.message ?? text;

for (const name of ['llm', 'checkout', 'api']) {
  test(`${name}: every request, all entrypoints in one module`, async (t) => {
    const { ir, data, requests } = await loadExample(name);
    t.deepEqual(verifyIr(ir), []);
    const differential = createDifferential(ir);
    for (const { entrypoint, input } of requests)
      agree(t, differential, { entrypoint, input, data: new TextDecoder().decode(data) });
  });
}

test('a provider is known by its host, in any case, and by its path', (t) => {
  const differential = createDifferential(lowerProgram(programOf('')));
  const ask = (host: string, path: string, body: unknown): string =>
    agree(t, differential, { entrypoint: `${event}/http`, input: exchange(host, path, body) });
  t.is(seen(ask('api.openai.com', '/v1/chat/completions', chat)), 'openai m api.openai.com w');
  t.is(seen(ask('API.X.AI', '/v1/chat/completions?a=b', chat)), 'xai m API.X.AI w');
  t.is(
    seen(ask('mine.openai.azure.com', '/openai/deployments/d/chat/completions', chat)),
    'azure m mine.openai.azure.com w',
  );
  t.is(
    seen(ask('generativelanguage.googleapis.com', '/v1beta/models/x:generateContent', {})),
    'gemini x generativelanguage.googleapis.com w',
  );
  t.is(JSON.parse(ask('api.anthropic.com', '/v1/messages', chat)).message, '1');
  t.is(seen(ask('api.anthropic.com', '/v1/files', chat)), 'anthropic m api.anthropic.com w');
  t.is(ask('openai.azure.com', '/openai/v1/models', chat), unknown);
  t.is(ask('*', '/v1/other', chat), unknown);
  t.is(ask('', '', chat), unknown);
  t.is(JSON.parse(ask('api.openai.com', '/v1/models', null)).reason, undefined);
  for (const body of ['no JSON', 7, [chat]]) {
    const { action, reason, message } = JSON.parse(ask('api.openai.com', '/v1/responses', body));
    t.deepEqual([action, reason, message], ['block', 'malformed_input', 'no_such_overload']);
  }
  for (const input of [
    '{}',
    '{"host":"api.openai.com","path":"/v1/messages"}',
    exchange('api.openai.com', '/v1/responses', {}, 7),
  ])
    agree(t, differential, { entrypoint: `${event}/http`, input });
});

test('at a host of nobody a provider is known by how the path ends, and by what stands in the request', (t) => {
  const differential = createDifferential(lowerProgram(programOf('')));
  const ask = (path: string, body: unknown): string =>
    agree(t, differential, { entrypoint: `${event}/http`, input: exchange('gateway.internal', path, body) });
  const { messages, ...rest } = chat;
  t.is(seen(ask('/groq/openai/v1/chat/completions?a=b', chat)), 'vllm m gateway.internal w');
  t.is(seen(ask('/anthropic/v1/messages', chat)), 'anthropic m gateway.internal w');
  t.is(seen(ask('/api/chat', chat)), 'ollama m gateway.internal w');
  t.is(seen(ask('/bedrock/model/a%3A0/converse', { messages })), 'bedrock a:0 gateway.internal w');
  t.is(ask('/v1/messages', rest), unknown);
  t.is(ask('/v1/messages/', chat), unknown);
});

test('only the providers that a surface lists answer; those without a host by their paths', (t) => {
  const differential = createDifferential(
    lowerProgram(programOf('on_malformed alert, providers [ai.anthropic, ai.vllm]')),
  );
  const ask = (host: string, path: string): string =>
    agree(t, differential, { entrypoint: `${event}/http`, input: exchange(host, path, chat) });
  t.is(seen(ask('models.internal', '/v1/chat/completions')), 'vllm m models.internal w');
  t.is(seen(ask('api.anthropic.com', '/v1/messages')), 'anthropic m api.anthropic.com w');
  t.is(seen(ask('models.internal', '/v1/messages')), 'anthropic m models.internal w');
  t.is(ask('models.internal', '/api/chat'), unknown.replace('block', 'alert').replace(',"status":400', ''));
});

test('a surface whose list is empty has events alone', (t) => {
  t.deepEqual(
    programOf('providers []').entrypoints.map(({ name }) => name),
    [event],
  );
});

test('an API has two names for one entrypoint', async (t) => {
  const { program, ir, data, requests } = await loadExample('api');
  const { entrypoints, wasm } = compilePrograms([program]);
  const [first] = requests;
  if (first === undefined) return t.fail();
  t.true(entrypoints.includes(`${first.entrypoint}/http`));
  t.true(
    new TextDecoder().decode(wasm).includes(`"${first.entrypoint}/http":${entrypoints.indexOf(first.entrypoint)}`),
  );
  const differential = createDifferential(ir);
  const text = new TextDecoder().decode(data);
  const plain = agree(t, differential, { entrypoint: first.entrypoint, input: first.input, data: text });
  t.is(differential({ entrypoint: `${first.entrypoint}/http`, input: first.input, data: text }).interpreter, plain);
});

test('what only tests ask is no part of what ships', async (t) => {
  const { program } = await loadExample('llm');
  const names = (internal: 'keep' | 'omit'): readonly string[] =>
    lowerPrograms([program], { internal }).entrypoints.map(({ name }) => name);
  t.true(names('keep').some((name) => name.endsWith('/as/openai')));
  t.false(names('omit').some((name) => name.includes('/as/')));
});

test('exchanges that are broken anywhere, or moved to another host or path', async (t) => {
  const { ir, requests } = await loadExample('llm');
  const differential = createDifferential(ir);
  let state = 7;
  const draw = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const pieces = [
    '',
    '"',
    '{}',
    '[]',
    ',',
    'null',
    '7',
    '"text"',
    '\\u0041',
    '\\ud800',
    'api.anthropic.com',
    '/v1/messages',
  ];
  for (const { entrypoint, input } of requests.filter((request) => request.entrypoint.endsWith('/http'))) {
    const text = new TextDecoder().decode(input);
    for (let round = 0; round < 80; round += 1) {
      const from = draw(text.length);
      const broken = text.slice(0, from) + (pieces[draw(pieces.length)] ?? '') + text.slice(from + draw(12));
      agree(t, differential, { entrypoint, input: broken });
    }
  }
});
