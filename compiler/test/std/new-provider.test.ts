// A provider that no TypeScript knows, in one file: exchanges, streams, tool calls, tokens and refusals; and one that is like another.

import { checkProgram, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Decision } from '@rdp/runtime/contract';
import { refuseAs, refuseInStream, tellProvider } from '@rdp/runtime';
import test from 'ava';
import { loadProject } from '../../src/cli/decide-project.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';

const providers = `package p
import std.ai
import std.llm

provider acme {
  hosts  ["api.acme.example"]
  paths  ["/talk/{brain}"]
  keys   "X-Acme-Key"
  stream sse {
    piece "/say" "/turn"
    call ["/turn"] {
      name "/tool"
      json "/args"
    }
    input  "/spent/in"
    output "/spent/out"
    finish "/why"
  }
  ask {
    paths ["/talk"]
    when  "/live"
    set   "/options/spent"
    drop  "/turns"
  }
  refusal {
    message "/fault/text"
    status  "/fault/number"
    text    "/fault/kind" "denied"
    header  "X-Fault" "policy"
    event   "fault"
  }
  map request {
    model:   ai.path_part(path, "/talk/")
    prompts: ai.list_at(body, "turns").map(t, llm.Prompt { role: ai.text_at(t, "who"), text: ai.text_at(t, "say") })
  }
  map response {
    completions: [llm.Completion { text: ai.text_at(body, "say") }]
    tool_calls:  ai.list_at(body, "tools").map(t, llm.ToolCall { name: ai.text_at(t, "tool"), arguments: ai.at(t, "args") })
    usage:       llm.Usage { input: ai.first_int(ai.object_at(body, "spent"), ["in"]) }
  }
}

provider mirror {
  hosts ["api.mirror.example"]
  like  ai.openai
}
`;

const rules = `package p
surface Chat: llm {}
pattern key = re"KEY-[0-9]{4}"
detect Asked on Chat.request { severity low find key in prompts[*].text when model != "-" message "{provider} {model}" }
detect Key on Chat.response { severity high find key in completions[*].text }
defend Hide on Chat.response { when Key redact Key }`;

const calls = `${rules}
defend NoMail on Chat.response { when tool_calls.exists(c, c.name == "mail") && usage.input > 3 block "no mail" }`;

function programsOf(policy: string): readonly CoreProgram[] {
  const { programs, diagnostics } = checkProgram({
    files: [
      { path: 'p.rdp', text: policy },
      { path: 'providers.rdp', text: providers },
    ],
    documents: new Map(),
    std: stdFiles,
  });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return programs;
}

const client = { workload: 'w' };
const utf8 = new TextEncoder();

test('its exchanges are decided on', (t) => {
  const [program] = programsOf(rules);
  if (program === undefined) return t.fail();
  const differential = createDifferential(lowerProgram(program));
  const ask = (event: string, document: object): Decision =>
    JSON.parse(
      agree(t, differential, { entrypoint: `p/Chat/${event}/http`, input: JSON.stringify(document) }),
    ) as Decision; // the module's
  const body = { turns: [{ who: 'user', say: 'KEY-1234' }] };
  const asked = ask('request', { host: 'api.acme.example', path: '/talk/b%201?x=y', body, client });
  t.is(asked.findings?.[0]?.message, 'acme b 1');
  t.deepEqual(
    asked.findings?.[0]?.matches?.map(({ path }) => path),
    ['/body/turns/0/say'],
  );
  t.is(ask('request', { host: 'api.acme.example', path: '/other', body, client }).message, 'unknown_provider');
  const answer = { host: 'api.acme.example', path: '/talk/b', body: { say: 'it is KEY-1234' }, client };
  t.deepEqual(
    ask('response', answer).edits?.map(({ path, text }) => [path, text]),
    [['/body/say', '[key]']],
  );
  const chat = { messages: [{ role: 'user', content: 'KEY-1234' }], model: 'm' };
  const mirrored = ask('request', { host: 'api.mirror.example', path: '/v1/chat/completions', body: chat, client });
  t.is(mirrored.findings?.[0]?.message, 'mirror m');
  return undefined;
});

test('an enforcer knows where it answers, and how it refuses', (t) => {
  const plans = programsOf(rules)[0]?.surfaces?.[0]?.providers() ?? [];
  const acme = tellProvider(plans, { host: 'API.acme.example', path: '/talk/b?x=y', keys: undefined });
  t.is(acme?.name, 'acme');
  t.deepEqual(acme?.keys, ['x-acme-key']);
  t.is(tellProvider(plans, { host: 'api.acme.example', path: '/talk/b/c', keys: undefined }), undefined);
  t.deepEqual(refuseAs(acme?.refusal, { status: 403, message: 'no "mail"' }), {
    headers: { 'content-type': 'application/json', 'X-Fault': 'policy' },
    body: '{"fault":{"kind":"denied","number":403,"text":"no \\"mail\\""}}',
  });
  t.is(
    Buffer.from(refuseInStream(acme?.refusal, 'sse', { status: 403, message: 'no' })).toString(),
    'event: fault\ndata: {"fault":{"kind":"denied","number":403,"text":"no"}}\n\n',
  );
  const openai = plans.find(({ name }) => name === 'openai');
  const mirror = tellProvider(plans, { host: 'api.mirror.example', path: '/v1/chat/completions', keys: undefined });
  t.deepEqual(mirror, { ...openai, name: 'mirror', hosts: ['api.mirror.example'] });
});

const events = (pieces: readonly object[]): string =>
  pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`).join('');

test('its streams are decided on, and tell calls and tokens', async (t) => {
  const { enforcer } = await loadProject(programsOf(rules), '.');
  const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: { provider: 'acme' }, head: {} });
  if (opened.kind === 'problem') return t.fail(opened.problem.message);
  const wire = events([
    { turn: 1, say: 'it is KEY' },
    { turn: 1, say: '-1234' },
    { turn: 2, tool: 'mail', args: '{"to":' },
    { turn: 2, args: '"a"}' },
    { spent: { in: 7, out: 5 }, why: 'done' },
  ]);
  const outputs = [...wire].map((letter) => opened.value.push(utf8.encode(letter)));
  const text = Buffer.concat([...outputs, opened.value.end()].map(({ bytes }) => bytes)).toString();
  enforcer.close();
  t.is(text, wire.replace('it is KEY', 'it is [key]').replace('-1234', ''));
  t.deepEqual(opened.value.report(), {
    calls: [{ name: 'mail', arguments: { to: 'a' } }],
    usage: { input: 7, output: 5, more_input: 0, more_output: 0 },
    finishReason: 'done',
    isWhole: true,
  });
  return undefined;
});

test('a rule on tool calls holds the stream back, and stops it at its end', async (t) => {
  const { enforcer } = await loadProject(programsOf(calls), '.');
  const run = (tool: string): readonly [string, string] => {
    const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: { provider: 'acme' }, head: {} });
    if (opened.kind === 'problem') return ['problem', opened.problem.message];
    const wire = events([{ turn: 1, say: 'KEY-1234' }, { turn: 2, tool, args: '{}' }, { spent: { in: 7, out: 5 } }]);
    const pushed = opened.value.push(utf8.encode(wire));
    t.is(pushed.bytes.length, 0);
    const last = opened.value.end();
    return [last.kind, last.kind === 'blocked' ? (last.decision.message ?? '') : Buffer.from(last.bytes).toString()];
  };
  t.deepEqual(run('mail'), ['blocked', 'no mail']);
  const [kind, text] = run('post');
  t.is(kind, 'pass');
  t.true(text.includes('[key]') && text.includes('"post"'));
  enforcer.close();
});

test('what would have to be taken out of a tool call stops the stream', async (t) => {
  const policy = `${rules}
detect Sent on Chat.response { severity high find key in texts(tool_calls[*].arguments) }
defend NoKey on Chat.response { when Sent redact Sent }`;
  const { enforcer } = await loadProject(programsOf(policy), '.');
  for (const say of [[], [{ turn: 1, say: 'x' }]]) {
    const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: { provider: 'acme' }, head: {} });
    if (opened.kind === 'problem') return t.fail(opened.problem.message);
    opened.value.push(utf8.encode(events([...say, { turn: 2, tool: 'mail', args: '{"to":"KEY-1234"}' }])));
    const { kind, bytes } = opened.value.end();
    t.deepEqual([kind, bytes.length], ['blocked', 0]);
  }
  enforcer.close();
  return undefined;
});
