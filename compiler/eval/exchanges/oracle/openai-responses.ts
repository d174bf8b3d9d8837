// Responses: platform.openai.com, "Responses", "Streaming events".

import { nothing, say, type Answered, type Api, type Call, type Said } from './extract.ts';
import { at, count, isObject, items, text } from './json.ts';

const calling = new Set([
  'function_call',
  'custom_tool_call',
  'mcp_call',
  'mcp_approval_request',
  'tool_search_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
]);

function partsOf(content: unknown, role: string): readonly Said[] {
  if (typeof content === 'string') return say(role, content);
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => [...say(role, text(part, 'text')), ...say(role, text(part, 'refusal'))]);
}

function itemTexts(item: unknown, role: string): readonly Said[] {
  switch (text(item, 'type')) {
    case 'reasoning':
      return [...partsOf(at(item, 'summary'), 'reasoning'), ...partsOf(at(item, 'content'), 'reasoning')];
    case 'code_interpreter_call':
      return [
        ...say(role, text(item, 'code')),
        ...items(item, 'outputs').flatMap((output) => say('tool', text(output, 'logs'))),
      ];
    case 'file_search_call':
      return items(item, 'results').flatMap((result) => say('tool', text(result, 'text')));
    case undefined:
    case 'message':
      return partsOf(at(item, 'content'), text(item, 'role') ?? role);
    case 'input_text':
      return say(role, text(item, 'text'));
    default: {
      const output = at(item, 'output');
      if (typeof output === 'string') return say('tool', output);
      return Array.isArray(output)
        ? output.flatMap((part) => [
            ...say('tool', text(part, 'text')),
            ...say('tool', text(part, 'stdout')),
            ...say('tool', text(part, 'stderr')),
          ])
        : [];
    }
  }
}

function itemCalls(item: unknown): readonly Call[] {
  const type = text(item, 'type');
  if (type === undefined || !calling.has(type)) return [];
  const given = ['arguments', 'input', 'action', 'operation']
    .map((key) => at(item, key))
    .find((value) => value !== undefined);
  return [{ name: text(item, 'name') ?? type, arguments: given ?? {} }];
}

function answerOf(body: unknown): Answered {
  return {
    texts: items(body, 'output').flatMap((item) => itemTexts(item, 'assistant')),
    calls: items(body, 'output').flatMap(itemCalls),
    input: count(body, 'usage', 'input_tokens'),
    output: count(body, 'usage', 'output_tokens'),
  };
}

function toolNames(tool: unknown): readonly string[] {
  const name = text(tool, 'name') ?? text(tool, 'type');
  return [...(name === undefined ? [] : [name]), ...items(tool, 'tools').flatMap(toolNames)];
}

/** `input` is a text or a list of items; `prompt.variables` are texts, too. */
export const responses: Api = {
  request: (body) => {
    const input = at(body, 'input');
    const variables = at(body, 'prompt', 'variables');
    return {
      prompts: [
        ...say('system', text(body, 'instructions')),
        ...(isObject(variables)
          ? Object.values(variables).flatMap((value) => partsOf(typeof value === 'string' ? value : [value], 'user'))
          : []),
        ...(typeof input === 'string'
          ? say('user', input)
          : items(body, 'input').flatMap((item) => itemTexts(item, 'user'))),
      ],
      tools: items(body, 'tools').flatMap(toolNames),
      calls: items(body, 'input').flatMap(itemCalls),
    };
  },
  response: answerOf,
  stream: (events) => {
    const end = events.findLast(
      (event) => isObject(at(event, 'response')) && text(event, 'type') !== 'response.created',
    );
    const done = answerOf(at(end, 'response'));
    if (items(end, 'response', 'output').length > 0) return done;
    const finished = events
      .filter((event) => text(event, 'type') === 'response.output_item.done')
      .map((event) => at(event, 'item'));
    return { ...nothing, ...answerOf({ output: finished }), input: done.input, output: done.output };
  },
};
