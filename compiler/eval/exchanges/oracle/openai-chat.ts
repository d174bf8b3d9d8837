// Chat completions and completions: platform.openai.com, "Chat", "Completions"; thoughts as DeepSeek, Groq, OpenRouter and Mistral have them.

import { nothing, say, type Answered, type Api, type Call, type Said } from './extract.ts';
import { at, count, isObject, items, text } from './json.ts';

function contentOf(content: unknown, role: string): readonly Said[] {
  if (typeof content === 'string') return say(role, content);
  if (!Array.isArray(content)) return [];
  return content.flatMap((part): readonly Said[] => {
    if (typeof part === 'string') return say(role, part);
    switch (text(part, 'type')) {
      case 'text':
        return say(role, text(part, 'text'));
      case 'refusal':
        return say(role, text(part, 'refusal'));
      case 'thinking':
        return contentOf(at(part, 'thinking'), 'reasoning').map((said) => ({ ...said, role: 'reasoning' }));
      default:
        return [];
    }
  });
}

function messageTexts(message: unknown, role: string): readonly Said[] {
  return [
    ...contentOf(at(message, 'content'), role),
    ...say(role, text(message, 'refusal')),
    ...say(role, text(message, 'audio', 'transcript')),
    ...items(message, 'executed_tools').flatMap((tool) => say('tool', text(tool, 'output'))),
    ...say('reasoning', text(message, 'reasoning_content')),
    ...say('reasoning', text(message, 'reasoning')),
    ...items(message, 'reasoning_details').flatMap((detail) => [
      ...say('reasoning', text(detail, 'text')),
      ...say('reasoning', text(detail, 'summary')),
    ]),
  ];
}

function callsOf(message: unknown): readonly Call[] {
  const own = items(message, 'tool_calls').flatMap((call) => {
    const inner = at(call, 'function') ?? at(call, 'custom');
    const name = text(inner, 'name');
    return name === undefined ? [] : [{ name, arguments: at(inner, 'arguments') ?? at(inner, 'input') ?? {} }];
  });
  const older = at(message, 'function_call');
  const name = text(older, 'name');
  return name === undefined ? own : [...own, { name, arguments: at(older, 'arguments') ?? {} }];
}

const role = (message: unknown): string => {
  const own = text(message, 'role') ?? 'user';
  return own === 'function' ? 'tool' : own;
};

const usageOf = (body: unknown): Pick<Answered, 'input' | 'output'> => ({
  input: count(body, 'usage', 'prompt_tokens'),
  output: count(body, 'usage', 'completion_tokens'),
});

/** `tools[]`, and the older `functions[]`. */
export const chat: Api = {
  request: (body) => ({
    prompts: [
      ...items(body, 'messages').flatMap((message) => messageTexts(message, role(message))),
      ...contentOf(at(body, 'prediction', 'content'), 'user'),
    ],
    tools: [
      ...items(body, 'tools').flatMap((tool) => {
        const name =
          text(tool, 'function', 'name') ?? text(tool, 'custom', 'name') ?? text(tool, 'name') ?? text(tool, 'type');
        return name === undefined ? [] : [name];
      }),
      ...items(body, 'functions').flatMap((tool) => text(tool, 'name') ?? []),
    ],
    calls: items(body, 'messages').flatMap(callsOf),
  }),
  response: (body) => ({
    texts: items(body, 'choices').flatMap((choice) => messageTexts(at(choice, 'message'), 'assistant')),
    calls: items(body, 'choices').flatMap((choice) => callsOf(at(choice, 'message'))),
    ...usageOf(body),
  }),
  stream: (events) => streamed(events),
};

/** Joins deltas: texts by choice and kind, calls by choice and index. */
function streamed(events: readonly unknown[]): Answered {
  const texts = new Map<string, Said>();
  const calls = new Map<string, { name: string; arguments: string }>();
  let usage = { input: 0, output: 0 };
  const join = (key: string, said: Said): void => {
    const before = texts.get(key);
    texts.set(key, { role: said.role, text: (before?.text ?? '') + said.text });
  };
  for (const event of events) {
    for (const choice of items(event, 'choices')) {
      const index = count(choice, 'index');
      const delta = at(choice, 'delta');
      const content = at(delta, 'content');
      for (const said of contentOf(content, 'assistant')) join(`${index} ${said.role} content`, said);
      for (const kind of ['refusal', 'reasoning_content', 'reasoning'] as const) {
        const piece = text(delta, kind);
        if (piece !== undefined)
          join(`${index} ${kind}`, { role: kind === 'refusal' ? 'assistant' : 'reasoning', text: piece });
      }
      for (const detail of items(delta, 'reasoning_details'))
        for (const kind of ['text', 'summary'] as const) {
          const piece = text(detail, kind);
          if (piece !== undefined) join(`${index} details ${kind}`, { role: 'reasoning', text: piece });
        }
      const own = text(choice, 'text');
      if (own !== undefined) join(`${index} text`, { role: 'assistant', text: own });
      for (const [place, call] of items(delta, 'tool_calls').entries()) {
        const at_ = at(call, 'index');
        const key = `${index} ${typeof at_ === 'number' ? at_ : `${place} ${text(call, 'id') ?? ''}`}`;
        const known = calls.get(key) ?? { name: '', arguments: '' };
        known.name ||= text(call, 'function', 'name') ?? '';
        known.arguments += text(call, 'function', 'arguments') ?? '';
        calls.set(key, known);
      }
    }
    const counted = isObject(at(event, 'usage')) ? event : { usage: at(event, 'x_groq', 'usage') };
    if (isObject(at(counted, 'usage'))) usage = usageOf(counted);
  }
  return { ...nothing, texts: [...texts.values()], calls: [...calls.values()], ...usage };
}

/** `prompt` is a text or several; arrays of tokens have none. */
export const completions: Api = {
  request: (body) => {
    const prompt = at(body, 'prompt');
    const texts = Array.isArray(prompt) ? prompt.filter((one) => typeof one === 'string') : [text(body, 'prompt')];
    return {
      prompts: [...texts.flatMap((one) => say('user', one)), ...say('user', text(body, 'suffix'))],
      tools: [],
      calls: [],
    };
  },
  response: (body) => ({
    ...nothing,
    texts: items(body, 'choices').flatMap((choice) => say('assistant', text(choice, 'text'))),
    ...usageOf(body),
  }),
  stream: (events) => streamed(events),
};
