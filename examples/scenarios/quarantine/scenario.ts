// One call too many, and the person who clears it up.

import { call, chat, completion, type World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const provider = await service(() => completion('Hello.'));
  const { url, admin } = await gateway({ 'api.openai.com': provider });
  const ask = (from: string, model: string) =>
    call(`${url}/api.openai.com/v1/chat/completions`, { from, json: { ...chat('Hello'), model } });
  say("A third party's plugin asks an approved model.");
  expect('it is answered', (await ask('plugin', 'gpt-5.2')).status === 200);
  say('It asks a model that nobody approved.');
  expect('the call is refused', (await ask('plugin', 'mystery-1')).status === 403);
  say('It goes back to the approved model; another workload tries the unknown one.');
  expect('the plugin is held, whatever it asks', (await ask('plugin', 'gpt-5.2')).status === 403);
  expect('the model is held, whoever asks', (await ask('web', 'mystery-1')).status === 403);
  expect('other workloads go on', (await ask('desk', 'gpt-5.2')).status === 200);
  const { json } = await admin('/v1/quarantine');
  const held = json.held.map(({ target }: { target: string }) => target);
  say(`Kim looks at what is held: ${held.join(', ')}; and lets the plugin go.`);
  expect('both are listed', held.includes('shop/plugin') && held.includes('mystery-1'));
  await admin('/v1/quarantine/release', { target: 'shop/plugin' });
  expect('the plugin is answered again', (await ask('plugin', 'gpt-5.2')).status === 200);
}
