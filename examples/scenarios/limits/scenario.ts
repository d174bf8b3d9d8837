// A rate that is reached, and a budget that an answer uses up.

import { call, chat, completion, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  let tokens: readonly [number, number] = [10, 10];
  const provider = await service(() => completion('Hello.', tokens));
  const { url } = await gateway({ 'api.openai.com': provider });
  const ask = (from: string) => call(`${url}/api.openai.com/v1/chat/completions`, { from, json: chat('Hello') });
  say('The web shop asks six times in a minute; it may five times.');
  const answers = [];
  for (let index = 0; index < 6; index++) answers.push(await ask('web'));
  expect(
    'five are answered',
    answers.slice(0, 5).every(({ status }) => status === 200),
  );
  const sixth = answers[5];
  expect('the sixth is not', sixth?.status === 429);
  say(`  its headers: retry-after ${sixth?.headers.get('retry-after')}, ratelimit ${sixth?.headers.get('ratelimit')}`);
  expect('it says when to come back', Number(sixth?.headers.get('retry-after')) > 0);
  expect('and what is left', sixth?.headers.has('ratelimit') === true);
  say('The desk asks once, and the answer takes 2,000 tokens of its 1,000.');
  tokens = [500, 1500];
  expect('it was not known ahead: it is answered', (await ask('desk')).status === 200);
  expect('the next is refused, because what the provider counted is what counts', (await ask('desk')).status === 429);
}
