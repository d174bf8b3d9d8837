// Sixty questions at once, of one application.

import { call, chat, completion, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const provider = await service(() => completion('sat on the mat.'));
  const { url } = await gateway({ 'api.openai.com': provider });
  const path = `${url}/api.openai.com/v1/chat/completions`;
  say('An application sends 60 numbered prompts at once.');
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      call(path, { from: 'copier', json: chat(`Complete sentence number ${index}: The cat`) }),
    ),
  );
  const passed = answers.filter(({ status }) => status === 200).length;
  const refused = answers.filter(({ status }) => status === 429);
  expect(`exactly 20 pass: ${passed}`, passed === 20 && provider.seen.length === 20);
  expect('40 are refused with 429', refused.length === 40);
  expect(
    'each says when to come back',
    refused.every(({ headers }) => Number(headers.get('retry-after')) > 0),
  );
  say('Another application asks once.');
  expect('it is answered', (await call(path, { from: 'web', json: chat('Hello') })).status === 200);
}
