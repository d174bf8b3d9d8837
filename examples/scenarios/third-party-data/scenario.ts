// The same customer, read there and written here.

import { call, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const customer = { name: 'Kim', mail: 'kim.lee@partner.example' };
  const partner = await service(() => ({ json: { customers: [customer] } }));
  const orders = await service(() => ({ status: 201, json: {} }));
  const { url, admin } = await gateway({ Partner: partner, Orders: orders });
  say('The importer asks the partner for customers and writes them into the orders store.');
  const read = await call(`${url}/api.partner.example/customers`, { from: 'importer' });
  const written = await call(`${url}/orders.shop.example/customers`, {
    from: 'importer',
    json: read.json.customers[0],
  });
  expect('both calls pass, unchanged', written.status === 201 && orders.seen[0]?.body.includes(customer.mail) === true);
  const { json } = await admin('/blueprint.json');
  const way = (from: string, to: string) =>
    json.edges.find((edge: { from: string; to: string }) => edge.from === from && edge.to === to);
  say('The blueprint shows the way, with the kinds of data that crossed.');
  expect(
    'mail addresses came from the partner',
    way('workload:api.partner.example', 'workload:shop/importer')?.seen.data.includes('email'),
  );
  expect(
    'and went to the store',
    way('workload:shop/importer', 'store:orders.shop.example')?.seen.data.includes('email'),
  );
}
