// A day in the life of three applications, and the picture of it.

import { call, chat, completion, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const provider = await service(() => completion('Hello.'));
  const shop = await service(() => ({ json: { orders: [] } }));
  const crm = await service(({ body }) => ({
    json: { jsonrpc: '2.0', id: JSON.parse(body).id, result: { content: [{ type: 'text', text: 'Order 7.' }] } },
  }));
  const { url, admin } = await gateway({ 'api.openai.com': provider, Shop: shop, crm });
  say('The desk asks a model about a customer, the web shop lists orders, the assistant calls a tool.');
  const answers = [
    await call(`${url}/api.openai.com/v1/chat/completions`, {
      from: 'desk',
      json: chat('Who is kim.lee@shop.example?'),
    }),
    await call(`${url}/api.shop.example/v1/orders`, { from: 'web' }),
    await call(`${url}/crm`, {
      from: 'assistant',
      json: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_order', arguments: {} } },
      headers: { accept: 'application/json, text/event-stream' },
    }),
  ];
  expect(
    'all of it passes',
    answers.every(({ status }) => status === 200),
  );
  const { json } = await admin('/blueprint.json');
  const ways = json.edges.map(({ from, to }: { from: string; to: string }) => `${from} → ${to}`);
  say(ways.map((way: string) => `  ${way}`).join('\n'));
  for (const way of [
    'workload:shop/desk → model:openai/gpt-5.2',
    'model:openai/gpt-5.2 → provider:openai',
    'workload:shop/web → api:api.shop.example',
    'workload:shop/assistant → tools:crm',
  ])
    expect(way, ways.includes(way));
  const node = (id: string) => json.nodes.find((each: { id: string }) => each.id === id);
  expect('Anthropic is declared, and was not seen', node('provider:anthropic')?.status === 'declared');
  expect('a mail address crossed to the model', node('model:openai/gpt-5.2')?.seen.data.includes('email'));
  const svg = await admin('/blueprint.svg');
  expect('there is a picture of it', svg.status === 200);
}
