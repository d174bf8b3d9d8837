// The filter of a proxy from source to outcome: what passes, what is answered, what is edited; the configuration; and, for random
// exchanges whose callbacks are mixed, the same decision as our runtime makes of the document that each exchange is.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import test from 'ava';
import { checkProgram, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { loadProject } from '../../src/cli/decide-project.ts';
import { emitProxyModule, type ProxyConfiguration } from '../../src/emit/proxy-module.ts';
import { loadProxy, type Headers, type Outcome, type Proxy, type Side } from './proxy-runner.ts';

const note = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
const json = { 'application/json': { schema: note } };
const openapi = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  paths: {
    '/notes': {
      post: {
        operationId: 'addNote',
        requestBody: { required: true, content: json },
        responses: { 200: { description: 'ok', content: json } },
      },
    },
    '/plain': {
      post: {
        operationId: 'addPlain',
        requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string' } } } },
        responses: { 204: { description: 'ok' } },
      },
    },
  },
};

const policy = `package shop

import std.pii

surface Notes: api { openapi "notes.yaml" }

data blocked: set<string> from "blocked.json"

defend Blocked on Notes.request {
  when  client.id in blocked
  block 403 "client is blocked"
}

defend NoDebug on Notes.request {
  when  (headers[?"x-debug"] ?? "") == "on" || (path.query[?"debug"] ?? "") == "on"
  block 451 "no \\"debug\\" here"
}

defend NoCookies on Notes.request {
  when  (headers[?"cookie"] ?? "") == "a=1; b=2"
  block
}

discover Seen on Notes.request {
  when   path.text == "/seen"
  record api.endpoint { method: method, path: path.text, host: host, caller: client.ip + " " + client.workload }
}

detect Mail on Notes.request {
  severity low
  when     route is addNote
  find     pii.email in [body.text]
}

defend Redact on Notes.request {
  when   Mail
  redact Mail with "[mail]"
}

defend NoPlainMail on Notes.request {
  when  route is addPlain && string(body ?? "").matches(pii.email)
  block 422 "no addresses"
}

detect Leak on Notes.response {
  severity high
  when     route is addNote.\`200\`
  find     pii.us_ssn in [body.text]
}

defend Mask on Notes.response {
  when   Leak
  redact Leak with mask("*")
}

defend NoErrors on Notes.response {
  when  status >= 500
  block 502 "the service has failed"
}
`;

const request = 'shop/Notes/request';
const programs: readonly CoreProgram[] = check();
const filter = emitProxyModule(programs, new Set(['shop.Notes']));
const second = 1_795_000_000;
const configuration: ProxyConfiguration = {
  ...filter?.plugins.get('shop.Notes'),
  client: { id: 'x-client', subject: 'x-subject' },
  data: { shop: { blocked: ['mallory'] } },
};

function check(): readonly CoreProgram[] {
  const { programs: found, diagnostics } = checkProgram({
    files: [{ path: 'policy.rdp', text: policy }],
    documents: new Map<string, unknown>([
      ['notes.yaml', openapi],
      ['blocked.json', []],
    ]),
    std: stdFiles,
  });
  if (!found) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return found;
}

function load(options: ProxyConfiguration = configuration): Proxy {
  const proxy = filter && loadProxy(filter.wasm, JSON.stringify(options), BigInt(second) * 1_000_000_000n);
  if (proxy === undefined) throw new Error('the filter refuses its configuration');
  return proxy;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (outcome: Outcome): string =>
  outcome.kind === 'passed' ? new TextDecoder().decode(outcome.body) : outcome.body;

const post = (path: string, headers: Headers = []): Headers => [
  [':method', 'POST'],
  [':path', path],
  [':authority', 'api.shop.example:8443'],
  ['content-type', 'application/json; charset=utf-8'],
  ...headers,
];

/** All steps of one side at once. */
function outcomeOf(steps: Generator<undefined, Outcome>): Outcome {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function send(side: Side, proxy: Proxy = load()): Outcome {
  return outcomeOf(proxy.open().run('request', side));
}

test('what no rule stops goes on as it came, in whatever pieces', (t) => {
  const body = '{ "text" : "h\\u00e9llo", "other": [1.0] }';
  for (const cut of [0, 1, 17, body.length]) {
    const outcome = send({ headers: post('/notes'), body: [bytes(body.slice(0, cut)), bytes(body.slice(cut))] });
    t.is(outcome.kind, 'passed');
    t.is(text(outcome), body);
  }
});

test('a refusal is an answer with the status and message of the rule', (t) => {
  const outcome = send({ headers: post('/notes?debug=on'), body: [bytes('{"text":""}')] });
  t.deepEqual(outcome, {
    kind: 'answered',
    status: 451,
    headers: [['content-type', 'application/json']],
    body: '{"error":{"message":"no \\"debug\\" here"}}',
  });
});

test('a request without a body is decided on at its headers', (t) => {
  const headers: Headers = [
    [':method', 'GET'],
    [':path', '/notes'],
    [':authority', 'a'],
    ['x-debug', 'on'],
  ];
  const outcome = send({ headers, body: [] });
  t.is(outcome.kind === 'answered' && outcome.status, 451);
});

test('headers of one name are one', (t) => {
  const twice = send({
    headers: post('/seen', [
      ['cookie', 'a=1'],
      ['cookie', 'b=2'],
    ]),
    body: [],
  });
  t.is(twice.kind === 'answered' && twice.status, 403);
  const commas = send({
    headers: post('/seen', [
      ['x-debug', 'on'],
      ['x-debug', 'on'],
    ]),
    body: [],
  });
  t.is(commas.kind, 'passed', '`on, on` is not `on`');
});

test('who calls is what the proxy and filters ahead of this one say', (t) => {
  const proxy = load();
  t.is(send({ headers: post('/seen', [['x-client', 'mallory']]), body: [] }, proxy).kind, 'answered');
  t.is(send({ headers: post('/seen', [['x-client', 'alice']]), body: [] }, proxy).kind, 'passed');
  t.true(proxy.logs.at(-1)?.includes('"caller":"192.0.2.7 spiffe://cluster.local/ns/shop/sa/web"'), proxy.logs.at(-1));
  t.true(proxy.logs.at(-1)?.includes('"host":"api.shop.example"'));
});

test('what is redacted goes on redacted, with every other byte as it was', (t) => {
  const outcome = send({
    headers: post('/notes', [['content-length', '64']]),
    body: [bytes('{ "text":"to j\\u0061ne@exa'), bytes('mple.com \\u0021", "n": 1e2 }')],
  });
  t.is(text(outcome), '{ "text":"to [mail] \\u0021", "n": 1e2 }');
  t.false(
    outcome.headers.some(([name]) => name === 'content-length'),
    'its length is another one',
  );
});

test('a body that is no JSON is text', (t) => {
  const headers: Headers = [
    ...post('/plain').filter(([name]) => name !== 'content-type'),
    ['content-type', 'text/plain'],
  ];
  const mail = send({ headers, body: [bytes('"a"\tto jane@exa'), bytes('mple.com\n')] });
  t.is(mail.kind === 'answered' && mail.status, 422);
  t.is(text(send({ headers, body: [bytes('\0\u{1f600}')] })), '\0\u{1f600}');
  const binary = Uint8Array.of(0xff, 0x00, 0xc3);
  const passed = send({ headers, body: [binary] });
  t.deepEqual(passed.kind === 'passed' && [...passed.body], [...binary]);
});

test('what is JSON is JSON whatever its type says, and UTF-16 is nothing', (t) => {
  const typed = (type: string | undefined): Headers => [
    ...post('/notes').filter(([name]) => name !== 'content-type'),
    ...(type === undefined ? [] : [['content-type', type] as const]),
  ];
  for (const type of ['text/plain', 'application/octet-stream', 'multipart/form-data; boundary=x', undefined]) {
    const mail = send({ headers: typed(type), body: [bytes(' {"text":"to j\\u0061ne@exa'), bytes('mple.com"}')] });
    t.is(text(mail), ' {"text":"to [mail]"}', type);
    const deep = `${'['.repeat(600)}"j\\u0061ne@example.com"${']'.repeat(600)}`;
    for (const body of ['\ufeff{"text":"x"}', '{"text":"a","text":"b"}', deep])
      t.is(send({ headers: typed(type), body: [bytes(body)] }).kind, 'answered', `${type}: ${body.slice(0, 30)}`);
    for (const body of [Buffer.from('\ufeff{"text":"x"}', 'utf16le'), Buffer.from('{"text":"x"}', 'utf16le')])
      t.is(send({ headers: typed(type), body: [body] }).kind, 'answered', type);
  }
});

test('what is malformed or compressed is refused', (t) => {
  for (const body of ['{', '{"text":1}', '{"text":"a","text":"b"}', '{"text":"a"} x'])
    t.is(send({ headers: post('/notes'), body: [bytes(body)] }).kind, 'answered', body);
  const compressed = send({ headers: post('/notes', [['content-encoding', 'gzip']]), body: [bytes('x')] });
  t.is(compressed.kind === 'answered' && compressed.status, 415);
  const smuggled = send({ headers: post('/notes'), body: [bytes('{"text":""},"status":200,"x":{}')] });
  t.is(smuggled.kind, 'answered', 'a body cannot end the document');
});

test('a request with trailers is decided on at them', (t) => {
  const outcome = send({ headers: post('/notes'), body: [bytes('{"text":"jane@example.com"}')], trailers: true });
  t.is(text(outcome), '{"text":"[mail]"}');
});

const answer = (status: number): Headers => [
  [':status', String(status)],
  ['content-type', 'application/json'],
];

test('responses are redacted, and refused as far as the host lets them be', (t) => {
  const answers = (options: ProxyConfiguration, side: Side): Outcome => {
    const stream = load(options).open();
    outcomeOf(stream.run('request', { headers: post('/notes'), body: [bytes('{"text":""}')] }));
    return outcomeOf(stream.run('response', side));
  };
  const leak = { headers: answer(200), body: [bytes('{"text":"SSN 536-90-4399"}')] };
  t.is(text(answers(configuration, leak)), '{"text":"SSN ***********"}');
  const failed = { headers: answer(503), body: [bytes('{"trace":"…"}')] };
  const replaced = answers(configuration, failed);
  t.is(replaced.kind, 'passed', 'its headers were on their way');
  t.is(text(replaced), '{"error":{"message":"the service has failed"}}');
  const held = answers({ ...configuration, hold_headers: true }, failed);
  t.is(held.kind === 'answered' && held.status, 502);
  const empty = answers(configuration, { headers: answer(503), body: [] });
  t.is(empty.kind === 'answered' && empty.status, 502);
});

test('a configuration that says nothing true is refused', (t) => {
  for (const wrong of ['', '[]', '{}', '{', '{"request":"shop/Notes/nothing"}', '{"request":7}'])
    t.is(filter && loadProxy(filter.wasm, wrong, 0n), undefined, wrong);
});

test('the module asks for nothing but the calls of proxies', (t) => {
  const names = WebAssembly.Module.imports(new WebAssembly.Module(filter?.wasm ?? new Uint8Array()));
  t.true(
    names.every(({ module, name }) => module === 'env' && name.startsWith('proxy_')),
    JSON.stringify(names),
  );
});

const exchange = fc.record({
  path: fc.constantFrom('/notes', '/plain', '/seen', '/notes?debug=on', '/\u00e9'),
  headers: fc.array(
    fc.tuple(
      fc.constantFrom('x-debug', 'x-client', 'x-subject', 'a'),
      fc.constantFrom('on', 'mallory', '"\\', '\u00ff'),
    ),
  ),
  isJson: fc.boolean(),
  body: fc.constantFrom('', '{"text":"x"}', '{"text":"jane@example.com"}', '{', 'jane@example.com', '\0\u2028'),
  cuts: fc.nat({ max: 3 }),
  size: fc.constantFrom(0, 3, 70, 5000),
});

test('mixed callbacks of random exchanges decide as our runtime does', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'rdp-proxy-'));
  writeFileSync(join(root, 'blocked.json'), '["mallory"]');
  const { enforcer } = await loadProject(programs, root);
  rmSync(root, { recursive: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      async (all, order) => {
        const proxy = load();
        const running = all.map((one) => {
          const padding: Headers = one.size === 0 ? [] : [['x-padding', 'p'.repeat(one.size)]];
          const type = one.isJson ? 'application/json' : 'text/plain';
          const headers = post(one.path, [...one.headers, ...padding]).map(
            ([name, value]) => [name, name === 'content-type' ? type : value] as const,
          );
          const whole = bytes(one.body);
          const step = Math.ceil(whole.length / (one.cuts + 1));
          const body =
            whole.length === 0
              ? []
              : Array.from({ length: one.cuts + 1 }, (_, i) => whole.subarray(i * step, (i + 1) * step));
          const stream = proxy.open();
          return { one, headers, stream, steps: stream.run('request', { headers, body }) };
        });
        while (running.length > 0) {
          const index = (order.next().value ?? 0) % running.length;
          const current = running[index];
          const step = current?.steps.next();
          if (!current || !step?.done) continue;
          running.splice(index, 1);
          const wanted = enforcer.decide(request, bytes(documentOf(current.headers, current.one)));
          const got = step.value;
          if (wanted.action === 'block')
            t.deepEqual([got.kind, got.kind === 'answered' && got.status], ['answered', wanted.status ?? 403]);
          else {
            t.is(got.kind, 'passed');
            t.is(text(got), current.one.body.replace('jane@example.com', wanted.edits ? '[mail]' : 'jane@example.com'));
          }
          current.stream.end();
        }
        t.true(proxy.memory() < 2 * 1024 * 1024);
      },
    ),
    { numRuns: 200, seed: 3 },
  );
  enforcer.close();
});

/** What the filter is to make of an exchange. */
function documentOf(headers: Headers, one: { readonly isJson: boolean; readonly body: string }): string {
  const valueOf = (name: string): string =>
    headers.flatMap(([other, value]) => (other === name ? [value] : [])).join(', ');
  const names = [...new Set(headers.map(([name]) => name))].filter((name) => !name.startsWith(':'));
  const fields: readonly (readonly [string, string])[] = [
    ['method', JSON.stringify('POST')],
    ['path', JSON.stringify(replaced(valueOf(':path')))],
    ['host', JSON.stringify('api.shop.example')],
    [
      'client',
      JSON.stringify({
        ip: '192.0.2.7',
        workload: 'spiffe://cluster.local/ns/shop/sa/web',
        id: replaced(valueOf('x-client')),
        subject: replaced(valueOf('x-subject')),
      }),
    ],
    ['time', JSON.stringify(new Date(second * 1000).toISOString().replace('.000', ''))],
    ['headers', JSON.stringify(Object.fromEntries(names.map((name) => [name, replaced(valueOf(name))])))],
    ...(one.body === ''
      ? []
      : [['body', one.isJson || one.body.startsWith('{"') ? one.body : JSON.stringify(one.body)] as const]),
  ];
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

/** What a single byte beyond ASCII becomes. */
const replaced = (value: string): string => value.replaceAll(/[\u0080-\u00ff]/g, '\ufffd');
