// Messages: docs.anthropic.com, "Messages", "Streaming messages"; the older `complete`.

import { nothing, say, type Answered, type Api, type Call, type Said } from './extract.ts';
import { at, count, isObject, items, text } from './json.ts';

function blocks(content: unknown, role: string): readonly Said[] {
  if (typeof content === 'string') return say(role, content);
  if (!Array.isArray(content)) return [];
  return content.flatMap((block) => blockTexts(block, role));
}

function blockTexts(block: unknown, role: string): readonly Said[] {
  const type = text(block, 'type') ?? 'text';
  if (type === 'text') return say(role, text(block, 'text'));
  if (type === 'thinking') return say('reasoning', text(block, 'thinking'));
  if (type === 'document') {
    const source = at(block, 'source');
    return [
      ...say(role, text(block, 'title')),
      ...say(role, text(block, 'context')),
      ...(text(source, 'type') === 'text' ? say(role, text(source, 'data')) : blocks(at(source, 'content'), role)),
    ];
  }
  if (type === 'search_result') return [...say(role, text(block, 'title')), ...blocks(at(block, 'content'), role)];
  if (type === 'web_search_result') return say(role, text(block, 'title'));
  if (type === 'web_fetch_result') return blockTexts(at(block, 'content'), role);
  if (type === 'compaction') return say(role, text(block, 'content'));
  if (!type.endsWith('tool_result')) return [];
  const content = at(block, 'content');
  if (!isObject(content)) return blocks(content, 'tool');
  return [
    ...say('tool', text(content, 'stdout')),
    ...say('tool', text(content, 'stderr')),
    ...say('tool', text(content, 'content')),
    ...(text(content, 'type') === 'web_fetch_result' ? blockTexts(content, 'tool') : []),
  ];
}

function callsOf(content: unknown): readonly Call[] {
  return (Array.isArray(content) ? content : []).flatMap((block: unknown) => {
    const name = text(block, 'name');
    return name !== undefined && text(block, 'type')?.endsWith('tool_use') === true
      ? [{ name, arguments: at(block, 'input') ?? {} }]
      : [];
  });
}

function answerOf(body: unknown): Answered {
  return {
    texts: [...blocks(at(body, 'content'), 'assistant'), ...say('assistant', text(body, 'completion'))],
    calls: callsOf(at(body, 'content')),
    input: count(body, 'usage', 'input_tokens'),
    output: count(body, 'usage', 'output_tokens'),
  };
}

/** `system` is a text or blocks; so is the content of a message. */
export const messages: Api = {
  request: (body) => ({
    prompts: [
      ...blocks(at(body, 'system'), 'system'),
      ...items(body, 'messages').flatMap((message) => blocks(at(message, 'content'), text(message, 'role') ?? 'user')),
      ...say('user', text(body, 'prompt')),
    ],
    tools: items(body, 'tools').flatMap((tool) => text(tool, 'name') ?? text(tool, 'type') ?? []),
    calls: items(body, 'messages').flatMap((message) => callsOf(at(message, 'content'))),
  }),
  response: answerOf,
  stream: (events) => {
    const open = new Map<number, { block: Record<string, unknown>; json: string }>();
    let usage = { input: 0, output: 0 };
    const counted = (found: unknown): void => {
      if (!isObject(found)) return;
      usage = {
        input: typeof at(found, 'input_tokens') === 'number' ? count(found, 'input_tokens') : usage.input,
        output: typeof at(found, 'output_tokens') === 'number' ? count(found, 'output_tokens') : usage.output,
      };
    };
    let completion = '';
    for (const event of events) {
      const index = count(event, 'index');
      const known = open.get(index);
      const block = at(event, 'content_block');
      if (isObject(block)) open.set(index, { block: { ...block }, json: '' });
      for (const kind of ['text', 'thinking'] as const) {
        const piece = text(event, 'delta', kind);
        if (piece !== undefined && known) known.block[kind] = `${text(known.block, kind) ?? ''}${piece}`;
      }
      const piece = text(event, 'delta', 'partial_json');
      if (piece !== undefined && known) known.json += piece;
      counted(at(event, 'message', 'usage'));
      counted(at(event, 'usage'));
      completion += text(event, 'completion') ?? '';
    }
    const content = [...open.values()].map(({ block, json }) =>
      json === '' ? block : { ...block, input: JSON.parse(json) as unknown },
    );
    return { ...nothing, ...answerOf({ content, ...(completion === '' ? {} : { completion }) }), ...usage };
  },
};
