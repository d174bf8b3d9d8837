// What passes a gateway is in its inventory, and the blueprint shows it to who may see it.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { startService } from './replay-service.ts';
import { startGateway } from './running-gateway.ts';

const policy = `package shop
import std.ai
import std.pii

surface Chat: llm { providers [ai.openai] }

discover Models on Chat.request {
  record ai.model { provider: provider, model: model, workload: client.id }
}
detect Pii on Chat.request { severity high find pii.us_ssn in prompts[*].text }
defend Redact on Chat.request { when Pii redact Pii with "[{kind}]" }
`;

test('a call is in the inventory, with the data that crossed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-gateway-inventory-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const service = await startService(() => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    chunks: ['{}'],
  }));
  t.teardown(service.close);
  const token = 'a token for tests';
  const digest = createHash('sha256').update(token.replaceAll(' ', '-')).digest('hex');
  const tokens = JSON.stringify([
    { name: 'kim', token_sha256: digest, groups: ['inventory'] },
    { name: 'lou', token_sha256: '0'.repeat(64), groups: [] },
  ]);
  const { url, adminPort } = await startGateway(t, {
    policy,
    upstreams: { 'api.openai.com': service.url },
    outcomes: { inventory: { address: join(folder, 'inventory.db') }, admin: { host: '127.0.0.1', port: 0, tokens } },
  });
  await fetch(`${url}/api.openai.com/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'SSN 536-90-4399' }] }),
  });
  const at = (path: string, bearer?: string) =>
    fetch(
      `http://127.0.0.1:${adminPort}${path}`,
      bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } },
    );
  t.is((await at('/blueprint')).status, 200);
  t.is((await at('/blueprint.json')).status, 401);
  const answer = await at('/blueprint.json', token.replaceAll(' ', '-'));
  t.is(answer.status, 200);
  const { nodes } = (await answer.json()) as { nodes: { id: string; status: string; seen?: { data: string[] } }[] };
  const model = nodes.find(({ id }) => id === 'model:openai/gpt-5.2');
  t.is(model?.status, 'observed');
  t.deepEqual(model?.seen?.data, ['us_ssn']);
  t.false(JSON.stringify(nodes).includes('536-90'));
});
