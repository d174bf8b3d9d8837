// By the official SDK, whose parser has to understand what is left.

import OpenAI from 'openai';
import type { World } from '../world.ts';

export async function play({ service, gateway, say, expect }: World): Promise<void> {
  const words = ['The number ', 'is 536', '-9', '0-43', '99, as ', 'you asked.'];
  const chunk = (content: string, end: string | null = null): object => ({
    id: 'c1',
    object: 'chat.completion.chunk',
    model: 'gpt-5.2',
    choices: [{ index: 0, delta: { content }, finish_reason: end }],
  });
  const provider = await service(() => ({
    events: [...words.map((word) => chunk(word)), chunk('', 'stop'), '[DONE]'],
  }));
  const { url } = await gateway({ 'api.openai.com': provider });
  const openai = new OpenAI({ apiKey: 'none', baseURL: `${url}/api.openai.com/v1`, maxRetries: 0 });
  say(`The model says, in pieces: ${words.map((word) => JSON.stringify(word)).join(' ')}`);
  const stream = await openai.chat.completions.create({
    model: 'gpt-5.2',
    messages: [{ role: 'user', content: 'What is my number?' }],
    stream: true,
  });
  const pieces: string[] = [];
  for await (const { choices } of stream) pieces.push(choices[0]?.delta.content ?? '');
  say(`  what arrives: ${pieces.map((piece) => JSON.stringify(piece)).join(' ')}`);
  expect('the text is whole, without the number', pieces.join('') === 'The number is ***********, as you asked.');
  expect('it came in pieces', pieces.filter((piece) => piece !== '').length > 1);
}
