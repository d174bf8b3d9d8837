// A real Envoy with `proxy.wasm` in front of a real service: every exchange ends as our runtime decides on its document, what is
// refused does not reach the service, and what passes reaches it as it came.

import { readFileSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { fileURLToPath } from 'node:url';

import { emitProxyModule, type ProxyConfiguration } from '../../compiler/src/emit/proxy-module.ts';
import { checkFiles } from '../../compiler/src/cli/check-files.ts';
import type { Report } from '../check.ts';
import { startEcho, type Answer } from './echo-service.ts';
import { fetchEnvoy, freePort, startEnvoy } from './run-envoy.ts';

interface Exchange {
  readonly name: string;
  readonly listener: 'notes' | 'held' | 'chat';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly answer?: Answer;
  /** Status and body that the client gets; `sent`: what it sent. */
  readonly wanted: { readonly status: number; readonly body: string | 'sent' };
  /** What the service gets; none when nothing may reach it. */
  readonly reaches: string | 'sent' | undefined;
}

const refusal = (message: string): string => JSON.stringify({ error: { message } });
const number = ['536', '90', '4399'].join('-');
const key = ['sk-ant-', 'api03-', 'x7Kq'.repeat(23), 'aAA'].join('');
const json = 'application/json';
const note = (text: string): string => JSON.stringify({ text });
const completion = (content: string): string =>
  JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content } }], model: 'gpt-5.2' });
const prompt = (content: string): string => JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content }] });

const exchanges: readonly Exchange[] = [
  { name: 'an ordinary request', listener: 'notes', path: '/notes', body: note('hé\n'), wanted: { status: 200, body: 'sent' }, reaches: 'sent' },
  { name: 'a request without a body', listener: 'notes', path: '/elsewhere', wanted: { status: 200, body: '' }, reaches: '' },
  { name: 'refused without a body', listener: 'notes', path: '/x?debug', wanted: { status: 451, body: refusal('no debugging here') }, reaches: undefined },
  { name: 'refused with a body', listener: 'notes', path: '/notes?debug=1', body: note('x'), wanted: { status: 451, body: refusal('no debugging here') }, reaches: undefined },
  { name: 'a blocked client', listener: 'notes', path: '/notes', headers: { 'x-client': 'mallory' }, body: note('x'), wanted: { status: 403, body: refusal('client is blocked') }, reaches: undefined },
  { name: 'redacted on its way', listener: 'notes', path: '/notes', body: '{ "text" : "to j\\u0061ne@example.com" }', wanted: { status: 200, body: '{ "text" : "to [email]" }' }, reaches: '{ "text" : "to [email]" }' },
  { name: 'a malformed body', listener: 'notes', path: '/notes', body: '{"text":', wanted: { status: 400, body: refusal('invalid_json') }, reaches: undefined },
  { name: 'a body that is two values', listener: 'notes', path: '/notes', body: '{"text":""},"x":{}', wanted: { status: 400, body: refusal('invalid_json') }, reaches: undefined },
  { name: 'a compressed body', listener: 'notes', path: '/notes', headers: { 'content-encoding': 'gzip' }, body: 'x', wanted: { status: 415, body: refusal('a compressed body cannot be checked here') }, reaches: undefined },
  { name: 'a large body', listener: 'notes', path: '/notes', body: note('x'.repeat(700_000)), wanted: { status: 200, body: 'sent' }, reaches: 'sent' },
  { name: 'a body beyond the limit', listener: 'notes', path: '/notes', body: note('x'.repeat(3_000_000)), wanted: { status: 413, body: 'Payload Too Large' }, reaches: undefined },
  { name: 'an answer is redacted', listener: 'notes', path: '/notes', body: note('x'), answer: { status: 200, type: json, body: note(`SSN ${number}`) }, wanted: { status: 200, body: note('SSN ***********') }, reaches: 'sent' },
  { name: 'an answer is withheld', listener: 'notes', path: '/notes', body: note('x'), answer: { status: 503, type: json, body: '{"trace":"at line 7"}' }, wanted: { status: 503, body: refusal('the service has failed') }, reaches: 'sent' },
  { name: 'an answer is withheld, with its status', listener: 'held', path: '/notes', body: note('x'), answer: { status: 503, type: json, body: '{"trace":"at line 7"}' }, wanted: { status: 502, body: refusal('the service has failed') }, reaches: 'sent' },
  { name: 'an ordinary request where headers wait', listener: 'held', path: '/notes', body: note('x'), wanted: { status: 200, body: 'sent' }, reaches: 'sent' },
  { name: 'a prompt', listener: 'chat', path: '/v1/chat/completions', body: prompt('hello'), answer: { status: 200, type: json, body: completion('hi') }, wanted: { status: 200, body: completion('hi') }, reaches: 'sent' },
  { name: 'a secret in a prompt', listener: 'chat', path: '/v1/chat/completions', body: prompt(`my key is ${key}`), wanted: { status: 403, body: refusal('a secret in a prompt') }, reaches: undefined },
  { name: 'personal data in a completion', listener: 'chat', path: '/v1/chat/completions', body: prompt('hello'), answer: { status: 200, type: json, body: completion(`it is ${number}.`) }, wanted: { status: 200, body: completion('it is [us_ssn].') }, reaches: 'sent' },
];

const hosts = { notes: 'notes.example', held: 'notes.example', chat: 'api.openai.com' } as const;

/** Compares every exchange, then many at once. */
export async function compareEnvoy(report: Report): Promise<void> {
  const fetched = fetchEnvoy();
  report.check('Envoy is there', typeof fetched !== 'string', typeof fetched === 'string' ? fetched : '');
  if (typeof fetched === 'string') return;
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const { result } = await checkFiles(folder);
  const filter = emitProxyModule(result.programs ?? [], new Set(['edge.Notes', 'edge.Chat']));
  report.check('the policy compiles to a filter', filter !== undefined);
  if (filter === undefined) return;
  const module = fileURLToPath(new URL('../../node_modules/.cache/interop/envoy/proxy.wasm', import.meta.url));
  writeFileSync(module, filter.wasm);
  const data = { edge: { blocked: JSON.parse(readFileSync(`${folder}blocked.json`, 'utf8')) as unknown } };
  const configured = (surface: string, options: ProxyConfiguration = {}): string =>
    JSON.stringify({ ...filter.plugins.get(surface), client: { id: 'x-client' }, data, ...options });
  const ports = { notes: await freePort(), held: await freePort(), chat: await freePort() };
  const shared = { module, bufferLimit: 1 << 20, holdsHeaders: false };
  const service = await startEcho();
  const envoy = await startEnvoy(fetched.program, {
    service: service.port,
    listeners: [
      { ...shared, port: ports.notes, configuration: configured('edge.Notes') },
      { ...shared, port: ports.held, holdsHeaders: true, configuration: configured('edge.Notes', { hold_headers: true }) },
      { ...shared, port: ports.chat, configuration: configured('edge.Chat') },
    ],
  });
  const send = async (exchange: Exchange, id: string): Promise<Received> => {
    const { body, answer, headers = {} } = exchange;
    const said = answer === undefined ? {} : { 'x-answer': Buffer.from(JSON.stringify(answer)).toString('base64') };
    return receive(
      {
        host: '127.0.0.1',
        port: ports[exchange.listener],
        path: exchange.path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': json, 'x-case': id, host: hosts[exchange.listener], ...said, ...headers },
      },
      body,
    );
  };
  for (const exchange of exchanges) {
    const { name, wanted, reaches, body = '' } = exchange;
    const got = await send(exchange, name);
    report.check(`Envoy: ${name}: status`, got.status === wanted.status, `${got.status} ${got.body.slice(0, 200)}`);
    const text = wanted.body === 'sent' ? body : wanted.body;
    report.check(`Envoy: ${name}: answer`, got.body === text, got.body.slice(0, 200));
    const seen = service.seen.get(name)?.body;
    report.check(`Envoy: ${name}: what the service gets`, seen === (reaches === 'sent' ? body : reaches), seen?.slice(0, 200) ?? 'nothing');
  }
  report.check('Envoy: what is found is in its log', envoy.log().includes('rdp_decision {"version":1'), envoy.log().slice(-400));
  const ordinary = exchanges.filter(({ body }) => (body?.length ?? 0) < 100_000);
  const wrong: string[] = [];
  await Promise.all(
    Array.from({ length: 64 }, async (_, client) => {
      for (let n = 0; n < ordinary.length; n++) {
        const exchange = ordinary[(client * 7 + n) % ordinary.length];
        if (exchange === undefined) continue;
        const got = await send(exchange, `${client}-${n}`);
        if (got.status !== exchange.wanted.status) wrong.push(`${exchange.name}: ${got.status}`);
      }
    }),
  );
  report.check('Envoy: 64 clients at once get the same', wrong.length === 0, wrong.slice(0, 5).join('\n      '));
  report.check('Envoy: it is still there', envoy.isAlive() && !/Wasm VM failed|Function: .* failed/.test(envoy.log()), envoy.log().slice(-1000));
  await envoy.close();
  service.close();
}

interface Received {
  readonly status: number;
  readonly body: string;
}

/** One exchange; a connection that breaks is a status 0. */
function receive(options: RequestOptions, body: string | undefined): Promise<Received> {
  return new Promise((resolve) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => resolve({ status: 0, body: error.message }));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('error', (error) => resolve({ status: 0, body: error.message }));
    sent.end(body);
  });
}
