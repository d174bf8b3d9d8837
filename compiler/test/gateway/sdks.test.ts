// The official SDKs, unmodified, through the gateway: what the policy lets pass arrives as the service wrote it, what it edits still parses,
// and what it blocks is the SDK's own error.

import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import { CohereClientV2, CohereError } from 'cohere-ai';
import OpenAI from 'openai';
import test, { type ExecutionContext } from 'ava';
import { events, startService, type Reply, type ReplayService, type SeenRequest } from './replay-service.ts';
import { startGateway, type RunningGateway } from './running-gateway.ts';

const policy = `package shop
import std.ai
import std.pii

surface Chat: llm { providers [ai.openai, ai.anthropic, ai.gemini, ai.cohere] }

detect Pii on Chat.request { severity high find pii.us_ssn, pii.email in prompts[*].text }
defend Redact on Chat.request { when Pii redact Pii with "[{kind}]" }
defend Stop on Chat.request {
  when prompts.exists(p, p.text.contains("forbidden"))
  block 403 "this prompt was stopped by policy"
}
detect Leak on Chat.response { severity high find pii.us_ssn in completions[*].text }
defend Mask on Chat.response { when Leak redact Leak with mask("*") }
defend Cut on Chat.response { when completions.exists(c, c.text.contains("top secret")) block 403 "this answer was stopped by policy" }
`;

/** Blocks by what is found, so that answers are decided on while they stream. */
const streamPolicy =
  policy.replace(/defend Cut[^]*$/, '') +
  `
pattern secret = re"top secret"
detect Secret on Chat.response { severity high find secret in completions[*].text }
defend Cut on Chat.response { when Secret block 403 "this answer was stopped by policy" }
`;

const hosts = {
  openai: 'api.openai.com',
  anthropic: 'api.anthropic.com',
  gemini: 'generativelanguage.googleapis.com',
  cohere: 'api.cohere.com',
};

async function between(
  t: ExecutionContext,
  text: string,
  reply: (request: SeenRequest) => Reply,
): Promise<RunningGateway & { readonly service: ReplayService }> {
  const service = await startService(reply);
  t.teardown(service.close);
  const upstreams = Object.fromEntries(Object.values(hosts).map((host) => [host, service.url]));
  return { ...(await startGateway(t, { policy: text, upstreams })), service };
}

const words = ['The number ', '536-90', '-4399 is ', 'hidden.'];
const masked = 'The number *********** is hidden.';
const whole = words.join('');

function openaiChunks(texts: readonly string[]): readonly string[] {
  const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5.2' };
  return events([
    ...texts.map((content) => ({ ...head, choices: [{ index: 0, delta: { role: 'assistant', content } }] })),
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    '[DONE]',
  ]);
}

const stream = { 'content-type': 'text/event-stream; charset=utf-8' };

test('openai: a chat, a stream, responses, an error of its own', async (t) => {
  const { url, service } = await between(t, streamPolicy, ({ target, body }) => {
    const asked: { readonly stream?: boolean; readonly messages?: readonly { readonly content: string }[] } =
      JSON.parse(String(body));
    if (target === '/v1/responses')
      return {
        json: {
          id: 'r1',
          object: 'response',
          created_at: 1,
          model: 'gpt-5.2',
          status: 'completed',
          output: [
            {
              id: 'm',
              type: 'message',
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text: whole, annotations: [] }],
            },
          ],
        },
      };
    const texts = asked.messages?.[0]?.content === 'spill' ? ['so here is ', 'the top se', 'cret plan'] : words;
    if (asked.stream === true) return { headers: stream, chunks: openaiChunks(texts) };
    return {
      json: {
        id: 'c1',
        object: 'chat.completion',
        created: 1,
        model: 'gpt-5.2',
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: texts.join('') } }],
        usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
      },
    };
  });
  const client = new OpenAI({ apiKey: 'key', baseURL: `${url}/${hosts.openai}/v1`, maxRetries: 0 });
  const ask = (content: string): { model: string; messages: { role: 'user'; content: string }[] } => ({
    model: 'gpt-5.2',
    messages: [{ role: 'user', content }],
  });

  const answer = await client.chat.completions.create(ask('my number is 536-90-4399'));
  t.is(answer.choices[0]?.message.content, masked);
  t.is(JSON.parse(String(service.seen[0]?.body)).messages[0].content, 'my number is [us_ssn]');
  t.is(service.seen[0]?.headers.authorization, 'Bearer key');
  t.is(service.seen[0]?.headers.host, hosts.openai);
  t.is(service.seen[0]?.target, '/v1/chat/completions');

  let streamed = '';
  for await (const chunk of await client.chat.completions.create({ ...ask('hello'), stream: true }))
    streamed += chunk.choices[0]?.delta.content ?? '';
  t.is(streamed, masked);

  const response = await client.responses.create({ model: 'gpt-5.2', input: 'hello' });
  t.is(response.output_text, masked);

  const refused = await t.throwsAsync(client.chat.completions.create(ask('this is forbidden')), {
    instanceOf: OpenAI.PermissionDeniedError,
  });
  t.is(refused?.message.includes('this prompt was stopped by policy'), true);

  const cut = await t.throwsAsync(async () => {
    for await (const chunk of await client.chat.completions.create({ ...ask('spill'), stream: true }))
      t.false((chunk.choices[0]?.delta.content ?? '').includes('top'));
  });
  t.true(cut instanceof OpenAI.APIError);
  t.regex(cut?.message ?? '', /stopped by policy/);
});

test('anthropic: a message, a stream, an error of its own', async (t) => {
  const { url, service } = await between(t, streamPolicy, ({ body }) => {
    const asked: { readonly stream?: boolean; readonly messages: readonly { readonly content: string }[] } = JSON.parse(
      String(body),
    );
    const message = {
      id: 'm1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5',
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 9, output_tokens: 4 },
    };
    const texts = asked.messages[0]?.content === 'spill' ? ['so here is ', 'the top se', 'cret plan'] : words;
    if (asked.stream !== true) return { json: { ...message, content: [{ type: 'text', text: texts.join('') }] } };
    return {
      headers: stream,
      chunks: events(
        [
          { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'ping' },
          ...texts.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
          { type: 'content_block_stop', index: 0 },
          {
            type: 'message_delta',
            delta: { stop_reason: 'end_turn', stop_sequence: null },
            usage: { output_tokens: 4 },
          },
          { type: 'message_stop' },
        ],
        'named',
      ),
    };
  });
  const client = new Anthropic({ apiKey: 'key', baseURL: `${url}/${hosts.anthropic}`, maxRetries: 0 });
  const ask = (content: string): Anthropic.MessageCreateParamsNonStreaming => ({
    model: 'claude-sonnet-5',
    max_tokens: 64,
    messages: [{ role: 'user', content }],
  });
  const answer = await client.messages.create(ask('mail me at kim@example.org'));
  t.like(answer.content[0], { type: 'text', text: masked });
  t.is(JSON.parse(String(service.seen[0]?.body)).messages[0].content, 'mail me at [email]');

  t.is(await client.messages.stream(ask('hello')).finalText(), masked);

  const refused = await t.throwsAsync(client.messages.create(ask('this is forbidden')), {
    instanceOf: Anthropic.PermissionDeniedError,
  });
  t.regex(refused?.message ?? '', /this prompt was stopped by policy/);
  const cut = await t.throwsAsync(client.messages.stream(ask('spill')).finalText());
  t.true(cut instanceof Anthropic.APIError);
  t.regex(cut?.message ?? '', /stopped by policy/);
});

test('gemini: content, a stream, an error of its own', async (t) => {
  const { url, service } = await between(t, streamPolicy, ({ target, body }) => {
    const part = (text: string): object => ({
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] } }],
      modelVersion: 'gemini-3-pro',
    });
    const texts = String(body).includes('spill') ? ['so here is ', 'the top se', 'cret plan'] : words;
    if (target.includes(':streamGenerateContent')) return { headers: stream, chunks: events(texts.map(part)) };
    return { json: part(texts.join('')) };
  });
  const client = new GoogleGenAI({
    apiKey: 'key',
    httpOptions: { baseUrl: `${url}/${hosts.gemini}` },
  });
  const model = 'gemini-3-pro';
  const answer = await client.models.generateContent({ model, contents: 'my number is 536-90-4399' });
  t.is(answer.text, masked);
  t.true(String(service.seen[0]?.body).includes('my number is [us_ssn]'));
  let streamed = '';
  for await (const chunk of await client.models.generateContentStream({ model, contents: 'hello' }))
    streamed += chunk.text ?? '';
  t.is(streamed, masked);
  const refused = await t.throwsAsync(client.models.generateContent({ model, contents: 'this is forbidden' }), {
    instanceOf: ApiError,
  });
  t.is((refused as ApiError | undefined)?.status, 403);
  t.regex(refused?.message ?? '', /this prompt was stopped by policy/);
});

test('cohere: a chat, a stream, an error of its own', async (t) => {
  const { url, service } = await between(t, streamPolicy, ({ body }) => {
    const asked: { readonly stream?: boolean } = JSON.parse(String(body));
    if (asked.stream !== true)
      return {
        json: {
          id: 'c1',
          finish_reason: 'COMPLETE',
          message: { role: 'assistant', content: [{ type: 'text', text: whole }] },
        },
      };
    return {
      headers: stream,
      chunks: events(
        [
          { type: 'message-start', id: 'c1', delta: { message: { role: 'assistant', content: [] } } },
          { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
          ...words.map((text) => ({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } })),
          { type: 'content-end', index: 0 },
          { type: 'message-end', delta: { finish_reason: 'COMPLETE' } },
        ],
        'named',
      ),
    };
  });
  const client = new CohereClientV2({ token: 'key', environment: `${url}/${hosts.cohere}` });
  const ask = (content: string): { model: string; messages: { role: 'user'; content: string }[] } => ({
    model: 'command-a',
    messages: [{ role: 'user', content }],
  });
  const answer = await client.chat(ask('my number is 536-90-4399'));
  t.like(answer.message.content?.[0], { type: 'text', text: masked });
  t.is(JSON.parse(String(service.seen[0]?.body)).messages[0].content, 'my number is [us_ssn]');
  let streamed = '';
  for await (const chunk of await client.chatStream(ask('hello')))
    if (chunk.type === 'content-delta') streamed += chunk.delta?.message?.content?.text ?? '';
  t.is(streamed, masked);
  const refused = await t.throwsAsync(client.chat(ask('this is forbidden'), { maxRetries: 0 }), {
    instanceOf: CohereError,
  });
  t.is((refused as CohereError | undefined)?.statusCode, 403);
});
