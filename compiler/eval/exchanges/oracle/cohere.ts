// Cohere: docs.cohere.com, "Chat" (v1, v2), "Embed", "Rerank", "Generate".

import { nothing, say, type Answered, type Api, type Said } from './extract.ts';
import { at, count, everyText, isObject, items, text } from './json.ts';

function contentOf(content: unknown, role: string): readonly Said[] {
  if (typeof content === 'string') return say(role, content);
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => [
    ...say(role, text(part, 'text')),
    ...say('reasoning', text(part, 'thinking')),
    ...everyText(at(part, 'document', 'data')).flatMap((one) => say(role, one)),
  ]);
}

function usageOf(body: unknown, ...keys: readonly string[]): Pick<Answered, 'input' | 'output'> {
  return { input: count(body, ...keys, 'input_tokens'), output: count(body, ...keys, 'output_tokens') };
}

function callsOf(message: unknown): Answered['calls'] {
  return items(message, 'tool_calls').flatMap((call) => {
    const name = text(call, 'function', 'name') ?? text(call, 'name');
    return name === undefined
      ? []
      : [{ name, arguments: at(call, 'function', 'arguments') ?? at(call, 'parameters') ?? {} }];
  });
}

/** A document is a text, or an object of texts, maybe in `data`. */
function documents(body: unknown): readonly Said[] {
  return items(body, 'documents').flatMap((document) =>
    typeof document === 'string'
      ? say('user', document)
      : everyText(
          at(document, 'data') ??
            (isObject(document)
              ? { title: at(document, 'title'), snippet: at(document, 'snippet'), text: at(document, 'text') }
              : {}),
        ).flatMap((one) => say('user', one)),
  );
}

export const chatV2: Api = {
  request: (body) => ({
    prompts: [
      ...items(body, 'messages').flatMap((message) => [
        ...contentOf(at(message, 'content'), text(message, 'role') ?? 'user'),
        ...say(text(message, 'role') ?? 'assistant', text(message, 'tool_plan')),
      ]),
      ...documents(body),
    ],
    tools: items(body, 'tools').flatMap((tool) => text(tool, 'function', 'name') ?? []),
    calls: items(body, 'messages').flatMap(callsOf),
  }),
  response: (body) => ({
    texts: [
      ...contentOf(at(body, 'message', 'content'), 'assistant'),
      ...say('assistant', text(body, 'message', 'tool_plan')),
    ],
    calls: callsOf(at(body, 'message')),
    ...usageOf(body, 'usage', 'billed_units'),
  }),
  stream: (events) => {
    const texts = new Map<string, Said>();
    const calls = new Map<number, { name: string; arguments: string }>();
    let usage = { input: 0, output: 0 };
    const join = (key: string, role: string, piece: string | undefined): void => {
      if (piece !== undefined) texts.set(key, { role, text: (texts.get(key)?.text ?? '') + piece });
    };
    for (const event of events) {
      const index = count(event, 'index');
      const message = at(event, 'delta', 'message');
      join(`${index} text`, 'assistant', text(message, 'content', 'text'));
      join(`${index} thinking`, 'reasoning', text(message, 'content', 'thinking'));
      join('plan', 'assistant', text(message, 'tool_plan'));
      const call = at(message, 'tool_calls', 'function');
      if (isObject(call)) {
        const known = calls.get(index) ?? { name: '', arguments: '' };
        known.name ||= text(call, 'name') ?? '';
        known.arguments += text(call, 'arguments') ?? '';
        calls.set(index, known);
      }
      if (isObject(at(event, 'delta', 'usage'))) usage = usageOf(event, 'delta', 'usage', 'billed_units');
    }
    return { ...nothing, texts: [...texts.values()], calls: [...calls.values()], ...usage };
  },
};

const rolesV1: Readonly<Record<string, string>> = {
  CHATBOT: 'assistant',
  USER: 'user',
  SYSTEM: 'system',
  TOOL: 'tool',
};

export const chatV1: Api = {
  request: (body) => ({
    prompts: [
      ...say('system', text(body, 'preamble')),
      ...items(body, 'chat_history').flatMap((turn) =>
        say(rolesV1[text(turn, 'role') ?? ''] ?? 'user', text(turn, 'message')),
      ),
      ...say('user', text(body, 'message')),
      ...documents(body),
      ...items(body, 'tool_results').flatMap((result) =>
        everyText(at(result, 'outputs')).flatMap((one) => say('tool', one)),
      ),
      ...say('user', text(body, 'prompt')),
    ],
    tools: items(body, 'tools').flatMap((tool) => text(tool, 'name') ?? []),
    calls: items(body, 'chat_history').flatMap(callsOf),
  }),
  response: (body) => ({
    texts: [
      ...say('assistant', text(body, 'text')),
      ...items(body, 'generations').flatMap((one) => say('assistant', text(one, 'text'))),
    ],
    calls: callsOf(body),
    ...usageOf(body, 'meta', 'billed_units'),
  }),
};
