// Two calls: one that the document has, one that it has not.

import { call, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const shop = await service(() => ({ json: { orders: [] } }));
  const { url, admin } = await gateway({ Shop: shop });
  say('The web shop asks for its orders, as documented.');
  const known = await call(`${url}/api.shop.example/v1/orders`, { from: 'web' });
  expect('the call passes', known.status === 200);
  say('A script calls /v1/export, which somebody left running and nobody documented.');
  const ghost = await call(`${url}/api.shop.example/v1/export`, { from: 'script' });
  expect('it is refused with 404', ghost.status === 404);
  expect('the service never saw it', shop.seen.length === 1);
  const { json } = await admin('/blueprint.json');
  const api = json.nodes.find(({ id }: { id: string }) => id === 'api:api.shop.example');
  const statusOf = (label: string): string =>
    api?.parts.find((part: { label: string }) => part.label === label)?.status;
  say('The blueprint shows the API with its parts.');
  expect('GET /v1/orders was observed', statusOf('GET /v1/orders') === 'observed');
  expect('POST /v1/payments is declared, and was not seen', statusOf('POST /v1/payments') === 'declared');
  expect('GET /v1/export is a ghost', statusOf('GET /v1/export') === 'ghost');
}
