// What a gateway is told of surfaces: from a policy's text, through a bundle, to the runtime that reads it strictly.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { bytesSource, createEnforcer } from '@rdp/runtime';
import type { SurfacePlan } from '@rdp/runtime/contract';
import test from 'ava';
import { compilePrograms, emitBundle } from '../../src/index.ts';

const policy = `package shop.front
import std.ai

surface Chat: llm { providers [ai.openai, ai.azure], default deny }
surface Api: api { host "API.shop.example", openapi "api.json", on_malformed alert }
surface Tools: mcp { servers ["crm"] }

defend Talk on Chat.request { when model != "" permit }
defend Pay on Api.response { when status == 500 block }
`;

const document = {
  openapi: '3.1.0',
  servers: [{ url: 'https://api.shop.example/v1/' }, { url: '/v1' }, { url: 'https://{where}.example' }],
  paths: {},
};

async function plansOf(text: string): Promise<readonly SurfacePlan[]> {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text }],
    documents: new Map([['api.json', document]]),
    std: stdFiles,
    today: '2026-11-22',
  });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const compiled = compilePrograms(programs);
  const bundle = emitBundle({ ...compiled, data: '{}', packages: programs.map((program) => program.package) });
  const enforcer = createEnforcer({ source: bytesSource(bundle) });
  const outcome = await enforcer.ready;
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  const { surfaces } = enforcer.stats();
  enforcer.close();
  assertSame(surfaces, compiled.surfaces);
  return surfaces;
}

/** What is read is what was written, but for members without a value. */
function assertSame(read: readonly SurfacePlan[], written: readonly SurfacePlan[]): void {
  if (JSON.stringify(read) !== JSON.stringify(written)) throw new Error('the plan changed on its way');
}

test('each surface has its hosts, providers and entrypoints', async (t) => {
  const [chat, api, tools] = await plansOf(policy);
  t.like(chat, {
    surface: 'shop.front.Chat',
    kind: 'llm',
    default: 'deny',
    onMalformed: 'block',
    events: [{ event: 'request', entrypoint: 'shop/front/Chat/request', exchange: 'shop/front/Chat/request/http' }],
  });
  t.deepEqual(
    chat?.providers.map(({ name }) => name),
    ['openai', 'azure'],
  );
  t.true(chat?.providers[0]?.hosts.includes('api.openai.com'));
  t.true(chat?.providers[0]?.paths.includes('/v1/chat/completions'));
  t.deepEqual(chat?.providers[0]?.keys, ['authorization']);
  t.like(api, {
    surface: 'shop.front.Api',
    kind: 'api',
    hosts: ['api.shop.example'],
    addresses: ['https://api.shop.example/v1'],
    default: 'allow',
    onMalformed: 'alert',
    events: [
      {
        event: 'response',
        entrypoint: 'shop/front/Api/response',
        exchange: 'shop/front/Api/response/http',
        body: 'unread',
      },
    ],
  });
  t.like(tools, { surface: 'shop.front.Tools', servers: ['crm'], events: [] });
});

/** Whether the gateway has to have the body of a request for a rule. */
async function bodyFor(rule: string, more = ''): Promise<string | undefined> {
  const policy = `package p\nsurface Api: api { host "a.example" }\n${more}\n${rule}`;
  return (await plansOf(policy))[0]?.events[0]?.body;
}

const pattern = 'pattern secret = re"secret"\ndetect Found on Api.request { severity low find secret in texts(body) }';

test('a body is there for rules that read it', async (t) => {
  t.is(await bodyFor('defend R on Api.request { when path.text == "/x" && method == "POST" block }'), 'unread');
  t.is(await bodyFor('defend R on Api.request { when headers["x"] == "1" && client.subject == "" block }'), 'unread');
  t.is(await bodyFor('defend R on Api.request { limit 5 requests per 1m by client.id }'), 'unread');
  t.is(await bodyFor('defend R on Api.request { when Found block }', pattern), 'read');
  t.is(await bodyFor('defend R on Api.request { when Found redact Found with "x" }', pattern), 'read');
  t.is(await bodyFor('defend R on Api.request { limit 1 MiB per 1m by client.id }'), 'read');
  t.is(await bodyFor('defend R on Api.request { when path.text == "/x" approve by "team" }'), 'read');
});
