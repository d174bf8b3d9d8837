// Messages that no SDK writes, of servers and clients that mean no good: answers that nobody asked for, answers in other forms than the one that
// was asked for, words in errors, requests inside of results, headers that say something else.

import test, { type ExecutionContext } from 'ava';
import { echoServer, type Echo } from './echo-server.ts';

const policy = `package shop
import std.pii

surface Tools: mcp { servers ["crm"], default deny }

defend Calls on Tools.call { permit }
detect Leak on Tools.result {
  severity high
  find     pii.us_ssn in content[*].text
  find     pii.us_ssn in texts(structured)
}
defend MaskResult on Tools.result { when Leak redact Leak with "[{kind}]" }
defend Results on Tools.result { permit }
defend Read on Tools.read { when uri.startsWith("crm://orders/") permit }
defend Asking on Tools.elicit { permit }
detect LeakInAnswer on Tools.elicited { severity high find pii.us_ssn in texts(content) }
defend MaskAnswer on Tools.elicited { when LeakInAnswer redact LeakInAnswer with "[{kind}]" }
defend Answers on Tools.elicited { permit }
detect LeakInReply on Tools.reply { severity high find pii.us_ssn in texts(result) }
defend MaskReply on Tools.reply { when LeakInReply redact LeakInReply with "[{kind}]" }
defend Replies on Tools.reply { when method != "" permit }
detect Poison on Tools.describe { severity high find pii.us_ssn in texts(schema) }
defend HidePoison on Tools.describe { when Poison block 403 "no" }
defend Descriptions on Tools.describe { permit }
`;

const between = (t: ExecutionContext, reply: (body: string) => string): Promise<Echo> =>
  echoServer(t, reply, { policy });
const request = (method: string, params: unknown, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });
const call = (more: object = {}): string => request('tools/call', { name: 'get_order', arguments: {}, ...more });
const answer = (result: unknown, id: unknown = 1): string => JSON.stringify({ jsonrpc: '2.0', id, result });
const ssn = '536-90-4399';

test('a result is read in each form that it may have, and refused where it has two', async (t) => {
  let reply = '';
  const { post } = await between(t, () => reply);
  for (const [result, wanted] of [
    [
      { content: [], structuredContent: { a: [ssn] } },
      { content: [], structuredContent: { a: ['[us_ssn]'] } },
    ],
    [{ toolResult: { a: ssn } }, { toolResult: { a: '[us_ssn]' } }],
    [{ content: [], toolResult: ssn }, undefined],
    [{ structuredContent: {}, toolResult: ssn }, undefined],
    [{ content: ssn }, undefined],
  ] as const) {
    reply = answer(result);
    const { text } = await post(call());
    t.deepEqual(JSON.parse(text).result, wanted, reply);
    t.false(text.includes(ssn));
  }
});

test('words in errors are decided on as those in results are', async (t) => {
  const error = { code: 1, message: `no order of ${ssn}`, data: { why: ssn } };
  const { post } = await between(t, (body) => JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, error }));
  const masked = { code: 1, message: 'no order of [us_ssn]', data: { why: '[us_ssn]' } };
  for (const body of [call(), request('resources/read', { uri: 'crm://orders/7' }), request('tools/list', {})])
    t.deepEqual(JSON.parse((await post(body)).text).error, masked, body);
});

test('what nobody asked for needs a permit of its own', async (t) => {
  let reply = '';
  const { post, seen } = await between(t, () => reply);
  for (const result of [
    { contents: [{ uri: 'crm://orders/7', text: 'x' }] },
    { messages: [] },
    { anything: 1 },
    { content: [], contents: [] },
  ]) {
    reply = answer(result, 99);
    const { error } = JSON.parse((await post(call())).text);
    t.is(error?.code, -32010, reply);
  }
  const before = seen.length;
  t.is((await post(answer({ action: 'accept', content: { a: ssn } }, 5))).status, 200, 'a permit for what is answered');
  t.deepEqual(seen.slice(before), [answer({ action: 'accept', content: { a: '[us_ssn]' } }, 5)]);
  await post(answer({ role: 'assistant', content: { type: 'text', text: 'x' } }, 6));
  t.regex(seen.at(-1) ?? '', /-32010/, 'whoever waits is told');
});

test('requests inside of a result, and the answers that come back with it, are decided on', async (t) => {
  const elicit = { method: 'elicitation/create', params: { message: 'who?', requestedSchema: {} } };
  const sample = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };
  let reply = '';
  const { post, seen } = await between(t, () => reply);
  const asking = (inputRequests: unknown): string =>
    answer({ resultType: 'input_required', inputRequests, requestState: 'x' });
  reply = asking({ a: elicit });
  t.is((await post(call())).text, reply);
  t.is((await post(request('resources/read', { uri: 'crm://orders/7' }))).text, reply);
  for (const wrong of [{ a: elicit, b: sample }, { a: { method: 'roots/list' } }, { a: 1 }, [elicit]]) {
    reply = asking(wrong);
    t.is(JSON.parse((await post(call())).text).error?.code, -32010, reply);
  }
  reply = answer({ content: [] });
  await post(call({ inputResponses: { a: { action: 'accept', content: { n: ssn } } }, requestState: 'x' }));
  t.regex(seen.at(-1) ?? '', /"inputResponses":\{"a":\{"action":"accept","content":\{"n":"\[us_ssn\]"\}\}\}/);
});

test('who listens names resources, each of which has to be permitted', async (t) => {
  const { post, seen } = await between(t, () => answer({}));
  const listen = (uris: unknown): string =>
    request('subscriptions/listen', { notifications: { toolsListChanged: true, resourceSubscriptions: uris } });
  t.is((await post(listen(['crm://orders/1', 'crm://orders/2']))).text, answer({}));
  for (const uris of [['crm://orders/1', 'crm://payroll'], 'crm://payroll', [7]])
    t.is(JSON.parse((await post(listen(uris))).text).error?.code, -32010);
  t.is(seen.length, 1);
});

test('a method that the other side has, or nobody, is one that carries something', async (t) => {
  const { post, seen } = await between(t, () => answer({}));
  for (const method of ['sampling/createMessage', 'tasks/list', 'x/y', 'Tools/call', 'tools/call ', 'tools\u002fcall2'])
    t.is(JSON.parse((await post(request(method, {}))).text).error?.code, -32010, method);
  const told = await post(
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { message: 'x' } }),
  );
  t.is(told.status, 403, 'progress in words');
  t.deepEqual(seen, []);
});

test('schemas have descriptions, too', async (t) => {
  const tool = (name: string, description: string): object => ({
    name,
    description: 'Returns an order.',
    inputSchema: { type: 'object', properties: { id: { type: 'string', description } } },
  });
  const { post } = await between(t, () => answer({ tools: [tool('a', 'the number'), tool('b', `pass ${ssn}`)] }));
  const { result } = JSON.parse((await post(request('tools/list', {}))).text);
  t.deepEqual(
    result.tools.map(({ name }: { name: string }) => name),
    ['a'],
  );
});

test('headers that say something else, or what had to be edited, do not pass', async (t) => {
  const { post, seen } = await between(t, () => answer({ content: [] }));
  const masked = call({ inputResponses: { a: { action: 'accept', content: { n: ssn } } } });
  for (const [headers, status] of [
    [{ 'mcp-method': 'tools/call', 'mcp-name': 'get_order' }, 200],
    [{ 'mcp-name': '=?base64?Z2V0X29yZGVy?=' }, 200],
    [{ 'mcp-method': 'tools/list' }, 400],
    [{ 'mcp-method': 'tools/call', 'mcp-name': 'delete_order' }, 400],
  ] as const)
    t.is((await post(call(), { headers })).status, status, JSON.stringify(headers));
  t.is((await post(masked, { headers: { 'mcp-param-n': ssn } })).status, 403);
  t.is(seen.length, 2);
});

test('an answer that is a request, or nothing, is none', async (t) => {
  let reply = '';
  const { post } = await between(t, () => reply);
  for (const body of [request('sampling/createMessage', {}), '{}', '[]', '"x"', 'null']) {
    reply = body;
    t.is((await post(call())).status, 502, body);
  }
});
