// APIs with texts alone: embeddings (OpenAI, Voyage, Cohere), rerankings, moderations, images, Ollama.

import { nothing, nothingAsked, say, type Answered, type Api, type Said } from './extract.ts';
import { at, count, isObject, items, text } from './json.ts';

/** A text, several, or parts of which some are texts. */
function textsOf(value: unknown): readonly Said[] {
  const all = Array.isArray(value) ? value : [value];
  return all.flatMap((one: unknown): readonly Said[] =>
    typeof one === 'string'
      ? say('user', one)
      : isObject(one)
        ? [...say('user', text(one, 'text')), ...textsOf(at(one, 'content') ?? [])]
        : [],
  );
}

export const embeddings: Api = {
  request: (body) => ({
    ...nothingAsked,
    prompts: [
      ...textsOf(at(body, 'input') ?? []),
      ...textsOf(at(body, 'texts') ?? []),
      ...textsOf(at(body, 'inputs') ?? []),
      ...textsOf(at(body, 'prompt') ?? []),
    ],
  }),
  response: (body) => ({
    ...nothing,
    input:
      count(body, 'usage', 'prompt_tokens') ||
      count(body, 'usage', 'total_tokens') ||
      count(body, 'meta', 'billed_units', 'input_tokens') ||
      count(body, 'prompt_eval_count'),
  }),
};

/** Vertex AI's records. */
function records(body: unknown, role: string): readonly Said[] {
  return items(body, 'records').flatMap((record) => [
    ...say(role, text(record, 'title')),
    ...say(role, text(record, 'content')),
  ]);
}

/** The query, then what is ordered by it. */
export const rerank: Api = {
  request: (body) => ({
    ...nothingAsked,
    prompts: [...say('user', text(body, 'query')), ...textsOf(at(body, 'documents') ?? []), ...records(body, 'user')],
  }),
  response: (body) => ({
    ...nothing,
    texts: [
      ...items(body, 'results').flatMap((result) => {
        const document = at(result, 'document');
        return say('assistant', typeof document === 'string' ? document : text(document, 'text'));
      }),
      ...records(body, 'assistant'),
    ],
    input: count(body, 'usage', 'total_tokens') || count(body, 'meta', 'billed_units', 'input_tokens'),
  }),
};

export const moderations: Api = { request: embeddings.request, response: () => nothing };

export const images: Api = {
  request: (body) => ({ ...nothingAsked, prompts: say('user', text(body, 'prompt')) }),
  response: (body) => ({
    ...nothing,
    texts: items(body, 'data').flatMap((image) => say('assistant', text(image, 'revised_prompt'))),
    input: count(body, 'usage', 'input_tokens'),
    output: count(body, 'usage', 'output_tokens'),
  }),
};

function ollamaAnswer(body: unknown): Answered {
  const message = at(body, 'message');
  return {
    texts: [
      ...say('assistant', text(message, 'content')),
      ...say('reasoning', text(message, 'thinking')),
      ...say('assistant', text(body, 'response')),
      ...say('reasoning', text(body, 'thinking')),
    ],
    calls: items(message, 'tool_calls').flatMap((call) => {
      const name = text(call, 'function', 'name');
      return name === undefined ? [] : [{ name, arguments: at(call, 'function', 'arguments') ?? {} }];
    }),
    input: count(body, 'prompt_eval_count'),
    output: count(body, 'eval_count'),
  };
}

export const ollama: Api = {
  request: (body) => ({
    prompts: [
      ...say('system', text(body, 'system')),
      ...say('system', text(body, 'template')),
      ...say('user', text(body, 'prompt')),
      ...say('user', text(body, 'suffix')),
      ...items(body, 'messages').flatMap((message) => [
        ...say(text(message, 'role') ?? 'user', text(message, 'content')),
        ...say('reasoning', text(message, 'thinking')),
      ]),
    ],
    tools: items(body, 'tools').flatMap((tool) => text(tool, 'function', 'name') ?? []),
    calls: items(body, 'messages').flatMap((message) => ollamaAnswer({ message }).calls),
  }),
  response: ollamaAnswer,
  stream: (events) => {
    const texts = new Map<string, Said>();
    const answers = events.map(ollamaAnswer);
    for (const [index, { texts: said }] of answers.entries()) {
      for (const { role, text: piece } of said) {
        const key = `${role} ${isObject(at(events[index], 'message')) ? 'message' : 'response'}`;
        texts.set(key, { role, text: (texts.get(key)?.text ?? '') + piece });
      }
    }
    return {
      texts: [...texts.values()],
      calls: answers.flatMap(({ calls }) => calls),
      input: Math.max(0, ...answers.map(({ input }) => input)),
      output: Math.max(0, ...answers.map(({ output }) => output)),
    };
  },
};
