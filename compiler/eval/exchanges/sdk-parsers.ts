// A stream as the makers' own clients read it: every byte of it is handed to the client as the answer of the service, and the client is asked
// for all events.

import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { CohereClientV2 } from 'cohere-ai';
import OpenAI from 'openai';
import type { Exchange } from './read-exchanges.ts';

/** How many events the client of an API reads out of a stream; undefined where there is none for the API. */
export async function readBySdk(exchange: Exchange, bytes: Uint8Array): Promise<number | undefined> {
  const answer = async (): Promise<Response> =>
    new Response(Uint8Array.from(bytes), { status: 200, headers: { 'content-type': exchange.contentType } });
  const shared = { apiKey: 'key', baseURL: 'https://models.example/v1', fetch: answer, maxRetries: 0 };
  const messages = [{ role: 'user', content: 'x' }] as const;
  switch (exchange.api) {
    case 'openai.chat':
      return await countOf(
        await new OpenAI(shared).chat.completions.create({ model: 'm', messages: [...messages], stream: true }),
      );
    case 'openai.completions':
      return await countOf(await new OpenAI(shared).completions.create({ model: 'm', prompt: 'x', stream: true }));
    case 'openai.responses':
      return await countOf(await new OpenAI(shared).responses.create({ model: 'm', input: 'x', stream: true }));
    case 'anthropic.messages':
      return await countOf(
        await new Anthropic(shared).messages.create({
          model: 'm',
          max_tokens: 1,
          messages: [...messages],
          stream: true,
        }),
      );
    case 'cohere.v2chat': {
      const client = new CohereClientV2({ token: 'key', fetch: answer });
      return await countOf(await client.chatStream({ model: 'm', messages: [...messages] }));
    }
    case 'gemini.stream':
      return await withFetch(answer, async () => {
        const client = new GoogleGenAI({ apiKey: 'key' });
        return await countOf(await client.models.generateContentStream({ model: 'm', contents: 'x' }));
      });
    default:
      return undefined;
  }
}

async function countOf(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of events) count++;
  return count;
}

/** Google's client asks the global `fetch`. */
async function withFetch<T>(answer: typeof fetch, run: () => Promise<T>): Promise<T> {
  const before = globalThis.fetch;
  globalThis.fetch = answer;
  try {
    return await run();
  } finally {
    globalThis.fetch = before;
  }
}
