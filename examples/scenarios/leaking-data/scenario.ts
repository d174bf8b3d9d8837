// The key is made here, so that none stands in the repository.

import { call, chat, completion, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const provider = await service(() => completion('The refund is on its way.'));
  const { url, admin } = await gateway({ 'api.openai.com': provider }, ['--decision-log', 'all']);
  const path = `${url}/api.openai.com/v1/chat/completions`;
  say("A clerk asks about a customer, with the customer's number, card and address.");
  const asked = await call(path, {
    from: 'desk',
    json: chat('Refund kim.lee@shop.example, SSN 536-90-4399, card 4111 1111 1111 1111?'),
  });
  expect('the question is answered', asked.status === 200);
  expect(
    'the provider saw none of it',
    provider.seen[0]?.body.includes('Refund [email], SSN [us_ssn], card [credit_card]?') === true,
  );
  say('A developer pastes a key.');
  const key = ['gh', 'p_', 'x7Kq2mZ9Lr4Tn8Vb3Wc6Yd1Fg5Hj0Ps7Qa2E'].join('');
  const pasted = await call(path, { from: 'developer', json: chat(`Why does ${key} not work?`) });
  expect('the call is refused', pasted.status === 403);
  expect('the provider never saw it', provider.seen.length === 1);
  expect('the refusal does not repeat it', !pasted.text.includes(key));
  expect('nor does anything that was discovered', !JSON.stringify((await admin('/inventory.json')).json).includes(key));
}
