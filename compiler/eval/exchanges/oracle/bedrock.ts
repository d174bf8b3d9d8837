// Bedrock: docs.aws.amazon.com, "Converse", "ConverseStream", "InvokeModel" and the parameters of each family of models.

import { messages } from './anthropic.ts';
import { nothing, say, type Answered, type Api, type AskedFor, type Call, type Said } from './extract.ts';
import { at, count, everyText, isObject, items, text } from './json.ts';
import { chat } from './openai-chat.ts';

function blockTexts(block: unknown, role: string): readonly Said[] {
  const document = at(block, 'document');
  return [
    ...say(role, text(block, 'text')),
    ...say(role, text(block, 'guardContent', 'text', 'text')),
    ...say('reasoning', text(block, 'reasoningContent', 'reasoningText', 'text')),
    ...say(role, text(document, 'context')),
    ...say(role, text(document, 'source', 'text')),
    ...items(document, 'source', 'content').flatMap((one) => say(role, text(one, 'text'))),
    ...items(block, 'citationsContent', 'content').flatMap((one) => say(role, text(one, 'text'))),
    ...say(role, text(block, 'searchResult', 'title')),
    ...items(block, 'searchResult', 'content').flatMap((one) => say(role, text(one, 'text'))),
    ...everyText(at(block, 'json')).flatMap((one) => say(role, one)),
    ...items(block, 'toolResult', 'content').flatMap((one) => blockTexts(one, 'tool')),
  ];
}

function callsOf(message: unknown): readonly Call[] {
  return items(message, 'content').flatMap((block) => {
    const name = text(block, 'toolUse', 'name');
    return name === undefined ? [] : [{ name, arguments: at(block, 'toolUse', 'input') ?? {} }];
  });
}

function asked(outer: unknown): AskedFor {
  const body = at(outer, 'input', 'converse') ?? outer;
  return {
    prompts: [
      ...items(body, 'system').flatMap((block) => blockTexts(block, 'system')),
      ...items(body, 'messages').flatMap((message) =>
        items(message, 'content').flatMap((block) => blockTexts(block, text(message, 'role') ?? 'user')),
      ),
      ...everyText(at(body, 'promptVariables')).flatMap((one) => say('user', one)),
    ],
    tools: items(body, 'toolConfig', 'tools').flatMap((tool) => text(tool, 'toolSpec', 'name') ?? []),
    calls: items(body, 'messages').flatMap(callsOf),
  };
}

function answerOf(body: unknown): Answered {
  const message = at(body, 'output', 'message');
  return {
    texts: items(message, 'content').flatMap((block) => blockTexts(block, 'assistant')),
    calls: callsOf(message),
    input: count(body, 'usage', 'inputTokens'),
    output: count(body, 'usage', 'outputTokens'),
  };
}

function streamed(events: readonly unknown[]): Answered {
  const open = new Map<string, { text: string; thought: string; name: string | undefined; json: string }>();
  let usage = { input: 0, output: 0 };
  for (const outer of events) {
    // Amazon's own models stream the same events, one level deeper.
    const event = at(outer, 'contentBlockStart') ?? at(outer, 'contentBlockDelta') ?? at(outer, 'metadata') ?? outer;
    if (
      at(event, 'contentBlockIndex') !== undefined ||
      at(event, 'delta') !== undefined ||
      at(event, 'start') !== undefined
    ) {
      const index = String(at(event, 'contentBlockIndex'));
      const block = open.get(index) ?? { text: '', thought: '', name: undefined, json: '' };
      open.set(index, block);
      block.name ??= text(event, 'start', 'toolUse', 'name');
      block.text += text(event, 'delta', 'text') ?? '';
      block.thought += text(event, 'delta', 'reasoningContent', 'text') ?? '';
      block.json += text(event, 'delta', 'toolUse', 'input') ?? '';
    }
    if (isObject(at(event, 'usage')))
      usage = { input: count(event, 'usage', 'inputTokens'), output: count(event, 'usage', 'outputTokens') };
  }
  const blocks = [...open.values()];
  return {
    ...nothing,
    texts: blocks.flatMap((block) => [
      ...(block.text === '' ? [] : say('assistant', block.text)),
      ...(block.thought === '' ? [] : say('reasoning', block.thought)),
    ]),
    calls: blocks.flatMap(({ name, json }) =>
      name === undefined ? [] : [{ name, arguments: json === '' ? {} : (JSON.parse(json) as unknown) }],
    ),
    ...usage,
  };
}

export const converse: Api = { request: asked, response: answerOf, stream: streamed };

/** The body is the model's own: told by what only that family has. */
export const invoke: Api = {
  request: (body) => {
    if (at(body, 'anthropic_version') !== undefined) return messages.request(body);
    if (items(body, 'messages').some((message) => typeof at(message, 'content') === 'string'))
      return chat.request(body);
    const plain = [
      ...say('user', text(body, 'prompt')),
      ...say('user', text(body, 'inputText')),
      ...say('user', text(body, 'message')),
      ...items(body, 'texts').flatMap((one) => say('user', text(one))),
      ...items(body, 'inputs').flatMap((input) =>
        items(input, 'content').flatMap((part) => say('user', text(part, 'text'))),
      ),
      ...say('user', text(body, 'singleEmbeddingParams', 'text', 'value')),
      ...say('user', text(body, 'textToImageParams', 'text')),
    ];
    const messaged = asked(body);
    return { ...messaged, prompts: [...messaged.prompts, ...plain] };
  },
  response: (body) => {
    if (Array.isArray(at(body, 'content')) || at(body, 'completion') !== undefined) return messages.response(body);
    if (Array.isArray(at(body, 'choices'))) return chat.response(body);
    const own = answerOf(body);
    return {
      texts: [
        ...own.texts,
        ...items(body, 'results').flatMap((result) => say('assistant', text(result, 'outputText'))),
        ...items(body, 'generations').flatMap((one) => say('assistant', text(one, 'text'))),
        ...items(body, 'outputs').flatMap((one) => say('assistant', text(one, 'text'))),
        ...items(body, 'completions').flatMap((one) => say('assistant', text(one, 'data', 'text'))),
        ...say('assistant', text(body, 'generation')),
      ],
      calls: own.calls,
      input: own.input || count(body, 'inputTextTokenCount') || count(body, 'prompt_token_count'),
      output: own.output || count(body, 'results', 0, 'tokenCount') || count(body, 'generation_token_count'),
    };
  },
  stream: (events) => {
    if (events.some((event) => text(event, 'type') !== undefined)) return messages.stream?.(events) ?? nothing;
    const deep = streamed(events);
    const flat = ['outputText', 'generation', 'completion'].map((key) =>
      events.map((event) => text(event, key) ?? '').join(''),
    );
    return {
      ...deep,
      texts: [...deep.texts, ...flat.filter((one) => one !== '').flatMap((one) => say('assistant', one))],
      input:
        deep.input ||
        Math.max(
          0,
          ...events.map((event) => count(event, 'inputTextTokenCount') || count(event, 'prompt_token_count')),
        ),
      output:
        deep.output ||
        Math.max(
          0,
          ...events.map((event) => count(event, 'totalOutputTextTokenCount') || count(event, 'generation_token_count')),
        ),
    };
  },
};
