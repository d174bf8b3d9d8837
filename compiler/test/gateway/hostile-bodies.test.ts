// Bodies that say that they are something else than they are: a service may well read JSON whatever its type is called, so what is JSON is decided
// on as JSON; what could be read in two ways is refused.

import test, { type ExecutionContext } from 'ava';
import { sendRaw } from './raw-client.ts';
import { startService, type ReplayService } from './replay-service.ts';
import { startGateway, type RunningGateway } from './running-gateway.ts';

const models = `package shop
import std.ai
surface Chat: llm { providers [ai.openai] }
defend Stop on Chat.request { when prompts.exists(p, p.text.contains("forbidden")) block 403 "stopped by policy" }
`;
const api = `package shop
surface Shop: api { host "api.shop.example" }
pattern forbidden = re"forbidden"
detect Forbidden on Shop.request { severity high find forbidden in texts(body) }
defend Stop on Shop.request { when Forbidden block 403 "stopped by policy" }
detect Secret on Shop.response { severity high find forbidden in texts(body) }
defend Quiet on Shop.response { when Secret block 403 "stopped by policy" }
`;

async function between(
  t: ExecutionContext,
  policy: string,
  name: string,
): Promise<RunningGateway & { readonly service: ReplayService }> {
  const service = await startService(({ headers, body }) => ({
    headers: { 'content-type': String(headers['x-answer'] ?? 'application/json') },
    chunks: [headers['x-answer'] === undefined ? '{}' : body],
  }));
  t.teardown(service.close);
  return { ...(await startGateway(t, { policy, upstreams: { [name]: service.url } })), service };
}

const types: readonly (string | undefined)[] = [
  undefined,
  'application/json',
  'APPLICATION/JSON',
  'application/json; charset=UTF-8',
  'application/vnd.api+json',
  'text/json',
  'text/plain',
  'text/plain; charset=latin1',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'text/html;application/json',
  'json',
  '*/*',
  'x',
];

/** The head and body of a request, byte for byte. */
const request = (target: string, type: string | undefined, body: Uint8Array | string, more = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      `POST ${target} HTTP/1.1\r\nhost: api.shop.example\r\nconnection: close\r\n${type === undefined ? '' : `content-type: ${type}\r\n`}${more}content-length: ${Buffer.from(body).length}\r\n\r\n`,
    ),
    Buffer.from(body),
  ]);

const chat = '/api.openai.com/v1/chat/completions';
const prompt = (text: string): string => `{"model":"gpt-5","messages":[{"role":"user","content":"${text}"}]}`;
const disguised = 'forb\\u0069dden';

test('a call of a model is one whatever its type is called', async (t) => {
  const { port, service } = await between(t, models, 'api.openai.com');
  for (const type of types) {
    for (const text of ['forbidden', disguised]) {
      const answer = await sendRaw(port, request(chat, type, prompt(text)));
      t.regex(answer, /^HTTP\/1\.1 (400|403|415)/, `${type}: ${text}`);
    }
    const seen = service.seen.length;
    const fine = await sendRaw(port, request(chat, type, prompt('fine')));
    if (type === undefined || type.includes('json')) t.regex(fine, /^HTTP\/1\.1 200/, type);
    if (fine.startsWith('HTTP/1.1 200')) t.is(String(service.seen[seen]?.body), prompt('fine'));
  }
  t.true(service.seen.every(({ body }) => !String(body).includes('forb')));
});

test('JSON to an API is JSON whatever its type is called, and text is text', async (t) => {
  const { port, service } = await between(t, api, 'Shop');
  for (const type of types) {
    for (const body of [
      '{"text":"forbidden"}',
      `{"text":"${disguised}"}`,
      `[["${disguised}"]]`,
      `\n\t {"text":"${disguised}"}`,
      `"${disguised}"`,
      `{"a":1,"a":"${disguised}"}`,
      'forbidden',
    ]) {
      const answer = await sendRaw(port, request('/x', type, body));
      t.regex(answer, /^HTTP\/1\.1 (400|403)/, `${type}: ${body}`);
    }
    t.regex(await sendRaw(port, request('/x', type, '{"text":"fine"}')), /^HTTP\/1\.1 200/, type);
  }
  for (const body of [
    '{not json',
    '{"a":1} and more',
    '[1,2',
    'a=b&c=d',
    '--x\r\ncontent-disposition: form-data\r\n\r\nhi\r\n--x--',
  ])
    t.regex(await sendRaw(port, request('/x', 'text/plain', body)), /^HTTP\/1\.1 200/, body);
  t.true(service.seen.every(({ body }) => !String(body).includes('forb')));
});

test('an answer that is JSON is decided on as JSON whatever its type is called', async (t) => {
  const { port } = await between(t, api.replace(/detect Forbidden[^]*?defend Stop.*\n/, ''), 'Shop');
  for (const type of types) {
    if (type === undefined) continue;
    const answer = await sendRaw(port, request('/x', 'text/plain', `{"text":"${disguised}"}`, `x-answer: ${type}\r\n`));
    t.regex(answer, /^HTTP\/1\.1 (403|502)/, type);
    t.notRegex(answer, /forb/, type);
  }
});

const utf16 = (text: string, order: 'le' | 'be'): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

test('JSON that two readers would read differently is refused', async (t) => {
  const models_ = await between(t, models, 'api.openai.com');
  const apis = await between(t, api, 'Shop');
  const bodies: Readonly<Record<string, Uint8Array | string>> = {
    'a byte order mark': `\ufeff{"text":"${disguised}","messages":[]}`,
    'UTF-16, little': utf16('{"text":"forbidden","messages":[]}', 'le'),
    'UTF-16, big': utf16('{"text":"forbidden","messages":[]}', 'be'),
    'UTF-16 without a mark': Buffer.from('{"text":"forbidden","messages":[]}', 'utf16le'),
    'UTF-32': Buffer.from([...'{"text":"forbidden"}'].flatMap((c) => [c.charCodeAt(0), 0, 0, 0])),
    'a key twice': '{"messages":[],"text":"fine","text":"forbidden"}',
    'a key twice, once in disguise': '{"messages":[],"te\\u0078t":"fine","text":"forbidden","text":"x"}',
    'half a character': '{"text":"\\ud800 forbidden","messages":[]}',
    'overlong UTF-8': Buffer.concat([
      Buffer.from('{"messages":[],"text":"forb'),
      Buffer.from([0xc1, 0xa9]),
      Buffer.from('dden"}'),
    ]),
    'no UTF-8': Buffer.concat([Buffer.from('{"messages":[],"text":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    'a depth of 100000': `{"messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    comments: '{"text":"fine"/*,"text":"forbidden"*/,"messages":[]}',
    'a comma too many': '{"messages":[],"text":"fine",}',
    'single quotes': "{'text':'fine','messages':[]}",
    'not a number': '{"messages":[],"text":NaN}',
    'a control character': '{"messages":[],"text":"a\u0001b"}',
    'two values': '{"messages":[]}{"text":"forbidden"}',
    nothing: ' ',
  };
  for (const [name, body] of Object.entries(bodies)) {
    const mail = await sendRaw(models_.port, request(chat, 'application/json', body));
    t.regex(mail, /^HTTP\/1\.1 (400|403|415)/, `model, ${name}`);
    const shop = await sendRaw(apis.port, request('/x', 'application/json', body));
    t.regex(shop, /^HTTP\/1\.1 (400|403|415)/, `API, ${name}`);
  }
  t.is(models_.service.seen.length + apis.service.seen.length, 0);
  for (const body of [bodies['a byte order mark'] ?? '', bodies['UTF-16, little'] ?? '', bodies['UTF-16, big'] ?? ''])
    for (const type of ['text/plain', 'application/octet-stream', undefined])
      t.regex(await sendRaw(apis.port, request('/x', type, body)), /^HTTP\/1\.1 (400|403|415)/, `${type}`);
  t.is(apis.service.seen.length, 0);
});
