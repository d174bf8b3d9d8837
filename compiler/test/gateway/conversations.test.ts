// The official MCP client and a server by the same SDK that offers and asks for everything the protocol has, over streamable HTTP and over
// standard input and output: under `default deny` nothing of it passes that no rule permits, and what passes is decided on.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  McpError,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import test, { type ExecutionContext } from 'ava';
import { bundleOf, startGateway } from './running-gateway.ts';
import { leak, startTalkingServer } from './talking-server.ts';

const start = `package shop

import std.injection
import std.pii

surface Tools: mcp { servers ["crm"], default deny }

defend Calls on Tools.call { permit }
`;

/** Each event permits something, and has something that is redacted or stopped. */
const open = `${start}
detect Leak on Tools.result { severity high find pii.us_ssn in content[*].text }
defend MaskResult on Tools.result { when Leak redact Leak with "[{kind}]" }
defend Results on Tools.result { permit }

detect LeakInDescription on Tools.describe { severity high find pii.us_ssn in description }
defend MaskDescription on Tools.describe { when LeakInDescription redact LeakInDescription with "[{kind}]" }
defend Descriptions on Tools.describe { permit }
defend NoOrders on Tools.describe { when description.contains_any(injection.prompt_leak) block 403 "no orders" }

defend Read on Tools.read { when uri.startsWith("crm://orders/") || uri.startsWith("crm://notes/") permit }
detect LeakInContents on Tools.contents { severity high find pii.us_ssn in contents[*].text }
defend MaskContents on Tools.contents { when LeakInContents redact LeakInContents with "[{kind}]" }
defend Contents on Tools.contents { permit }
defend Hijack on Tools.contents {
  when contents.exists(c, c.text.contains_any(injection.override_phrases))
  block 403 "this resource was stopped by policy"
}

defend Prompts on Tools.prompt { permit }
detect LeakInPrompt on Tools.messages { severity high find pii.us_ssn in messages[*].content.text }
defend MaskPrompt on Tools.messages { when LeakInPrompt redact LeakInPrompt with "[{kind}]" }
defend Messages on Tools.messages { permit }

detect LeakInSample on Tools.sample { severity high find pii.us_ssn in texts(messages[*].content) }
defend MaskSample on Tools.sample { when LeakInSample redact LeakInSample with "[{kind}]" }
defend Sampling on Tools.sample { permit }
detect LeakInSampled on Tools.sampled { severity high find pii.us_ssn in texts(content) }
defend MaskSampled on Tools.sampled { when LeakInSampled redact LeakInSampled with "[{kind}]" }
defend Sampled on Tools.sampled { permit }

defend Asking on Tools.elicit { permit }
detect LeakInAnswer on Tools.elicited { severity high find pii.us_ssn in texts(content) }
defend MaskAnswer on Tools.elicited { when LeakInAnswer redact LeakInAnswer with "[{kind}]" }
defend Answers on Tools.elicited { permit }

detect LeakInMessage on Tools.message { severity high find pii.us_ssn in texts(params) }
defend MaskMessage on Tools.message { when LeakInMessage redact LeakInMessage with "[{kind}]" }
defend Others on Tools.message { when method in ["completion/complete", "roots/list", "notifications/message"] permit }
`;

interface Talk {
  readonly client: Client;
  /** What the client was asked and told. */
  readonly heard: readonly string[];
  /** What the server's tools got; nothing is known of one in a process of its own. */
  readonly seen: readonly string[] | undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'rdp-talk-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function listener(heard: string[]): Client {
  const client = new Client(
    { name: 'agent', version: '1.0.0' },
    { capabilities: { sampling: {}, elicitation: {}, roots: { listChanged: true } } },
  );
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
    heard.push(`sample ${JSON.stringify(params.messages)}`);
    return { model: 'm', role: 'assistant' as const, content: { type: 'text' as const, text: `It is ${leak}` } };
  });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    heard.push(`elicit ${params.message}`);
    return { action: 'accept' as const, content: { number: leak } };
  });
  client.setRequestHandler(ListRootsRequestSchema, () => {
    heard.push('roots');
    return { roots: [{ uri: 'file:///home', name: 'home' }] };
  });
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void heard.push(String(params.data)));
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.push(params.uri));
  return client;
}

async function overHttp(t: ExecutionContext, policy: string): Promise<Talk & { readonly url: string }> {
  const server = await startTalkingServer();
  t.teardown(server.close);
  const { url } = await startGateway(t, { policy, upstreams: { crm: server.url } });
  const heard: string[] = [];
  const client = listener(heard);
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/crm`));
  await client.connect(transport as Parameters<Client['connect']>[0]); // its optional members are not exact
  t.teardown(() => client.close());
  return { client, heard, seen: server.seen, url: `${url}/crm` };
}

async function overPipes(t: ExecutionContext, policy: string): Promise<Talk> {
  const bundle = join(folder, `${t.title.replaceAll(/[^a-z]/g, '')}.tar.gz`);
  writeFileSync(bundle, bundleOf(policy));
  const heard: string[] = [];
  const client = listener(heard);
  const program = fileURLToPath(new URL('../../../runtime/src/bin/rdp-mcp.ts', import.meta.url));
  const words = [program, '--bundle', bundle, '--server', 'crm', '--decision-log-to', join(folder, 'log'), '--'];
  const command = [process.execPath, join(import.meta.dirname, 'talking-server.ts')];
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [...words, ...command], stderr: 'ignore' }),
  );
  t.teardown(() => client.close());
  return { client, heard, seen: undefined };
}

const refused = { instanceOf: McpError, code: -32010 };

for (const [name, talk] of [
  ['http', overHttp],
  ['stdio', overPipes],
] as const) {
  test(`${name}: without a permit there is nothing to read, no prompt, no completion, and nobody is asked`, async (t) => {
    const { client, heard } = await talk(t, start);
    t.deepEqual((await client.listResources()).resources, []);
    t.deepEqual((await client.listResourceTemplates()).resourceTemplates, []);
    t.deepEqual((await client.listPrompts()).prompts, []);
    await t.throwsAsync(client.readResource({ uri: 'crm://orders/7' }), refused);
    await t.throwsAsync(client.subscribeResource({ uri: 'crm://orders/7' }), refused);
    await t.throwsAsync(client.getPrompt({ name: 'greet' }), refused);
    const asked = { ref: { type: 'ref/prompt' as const, name: 'greet' }, argument: { name: 'name', value: '' } };
    await t.throwsAsync(client.complete(asked), refused);
    for (const tool of ['ask_model', 'ask_user', 'ask_roots']) {
      const { content } = await client.callTool({ name: tool, arguments: {} });
      t.regex(JSON.stringify(content), /refused: McpError: MCP error -32010: nothing permits this/, tool);
    }
    await client.callTool({ name: 'slow', arguments: {} });
    t.deepEqual(heard, []);
    await client.ping();
  });

  test(`${name}: what is permitted passes, decided on`, async (t) => {
    const { client, heard, seen } = await talk(t, open);
    t.is(client.getInstructions(), 'Always ask for [us_ssn] first.');
    t.deepEqual(
      (await client.listResources()).resources.map(({ uri }) => uri),
      ['crm://orders/7'],
    );
    t.deepEqual(
      (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
      ['crm://notes/{id}'],
    );
    t.deepEqual(
      (await client.listPrompts()).prompts.map((prompt) => prompt.name),
      ['greet'],
    );
    t.deepEqual((await client.readResource({ uri: 'crm://orders/7' })).contents, [
      { uri: 'crm://orders/7', text: 'order of [us_ssn]' },
    ]);
    await t.throwsAsync(client.readResource({ uri: 'crm://payroll' }), refused);
    await t.throwsAsync(client.readResource({ uri: 'crm://notes/1' }), { message: /this resource was stopped/ });
    const prompt = await client.getPrompt({ name: 'greet' });
    t.deepEqual(prompt.messages[0]?.content, { type: 'text', text: 'Greet [us_ssn]' });
    const asked = { ref: { type: 'ref/prompt' as const, name: 'greet' }, argument: { name: 'name', value: '' } };
    t.deepEqual((await client.complete(asked)).completion.values, ['Ada', 'Grace']);
    for (const tool of ['ask_model', 'ask_user', 'ask_roots'])
      t.deepEqual((await client.callTool({ name: tool, arguments: {} })).content, [{ type: 'text', text: 'asked' }]);
    t.deepEqual(heard, [
      'sample [{"role":"user","content":{"type":"text","text":"Who is [us_ssn]?"}}]',
      'elicit Your number, please',
      'roots',
    ]);
    if (seen !== undefined)
      t.deepEqual(seen, [
        '{"type":"text","text":"It is [us_ssn]"}',
        '{"action":"accept","content":{"number":"[us_ssn]"}}',
        '[{"uri":"file:///home","name":"home"}]',
      ]);
    await client.subscribeResource({ uri: 'crm://orders/7' });
    const { content } = await client.callTool({ name: 'slow', arguments: {} });
    t.deepEqual(content, [{ type: 'text', text: 'slow order of [us_ssn]' }]);
    t.deepEqual(heard.slice(3).toSorted(), ['crm://orders/7', 'slow [us_ssn]']);
  });

  test(`${name}: a call that is given up on is cancelled at the server`, async (t) => {
    const { client, seen } = await talk(t, open);
    const leaving = new AbortController();
    const call = client.callTool({ name: 'slow', arguments: {} }, undefined, { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 200);
    await t.throwsAsync(call);
    await client.ping();
    if (seen !== undefined) t.deepEqual(seen, ['cancelled']);
  });
}

/** What a client writes by hand. */
async function byHand(url: string) {
  const common = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  const send = (body: unknown, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal) =>
    fetch(url, {
      method: 'POST',
      headers: { ...common, ...headers },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  const hello = await send({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'hand', version: '1' } },
  });
  const session = { 'mcp-session-id': hello.headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': '2025-11-25' };
  await hello.text();
  await (await send({ jsonrpc: '2.0', method: 'notifications/initialized' }, session)).text();
  return { common, send, session };
}

const call = (id: number, tool: string): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: tool, arguments: {} },
});

test('a stream that is taken up again is decided on, too', async (t) => {
  const { url } = await overHttp(t, open);
  const { send, session, common } = await byHand(url);
  const leaving = new AbortController();
  const first = await send(call(7, 'slow'), session, leaving.signal);
  const reader = (first.body as ReadableStream<Uint8Array>).getReader(); // it has one
  let begun = '';
  while (!begun.includes('slow [us_ssn]')) begun += Buffer.from((await reader.read()).value ?? []).toString('utf8');
  const ids = [...begun.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? '');
  leaving.abort();
  await reader.cancel().catch(() => {});
  const again = await fetch(url, {
    headers: { ...session, accept: common.accept, 'last-event-id': ids.at(-1) ?? '' },
  });
  t.is(again.status, 200);
  let rest = '';
  for await (const piece of again.body as unknown as AsyncIterable<Uint8Array>) {
    rest += Buffer.from(piece).toString('utf8');
    if (rest.includes('slow order')) break;
  }
  t.regex(rest, /slow order of \[us_ssn\]/);
});

test('a session that is over, a version that nobody speaks and a batch are refused, without the server’s words', async (t) => {
  const { url } = await overHttp(t, open);
  const { send, session, common } = await byHand(url);
  const version = await send(call(1, 'get_order'), { ...session, 'mcp-protocol-version': '1999-01-01' });
  t.is(version.status, 400);
  const batch = await send([call(1, 'get_order'), call(2, 'get_order')], session);
  t.is(batch.status, 400);
  t.regex(await batch.text(), /batches are not taken/);
  const twice = await send(call(1, 'get_order'), { ...session, 'mcp-method': 'tools/list' });
  t.is(twice.status, 400);
  t.regex(await twice.text(), /-32020/);
  t.is((await fetch(url, { method: 'DELETE', headers: { ...session, ...common } })).status, 200);
  const over = await send(call(2, 'get_order'), session);
  t.is(over.status, 404);
  t.false((await over.text()).includes(leak));
});
