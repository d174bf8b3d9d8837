// `generateContent`, `streamGenerateContent`, `countTokens`, `embedContent`: ai.google.dev, Vertex AI.

import { nothing, say, type Answered, type Api, type Call, type Said } from './extract.ts';
import { at, count, everyText, isObject, items, text } from './json.ts';

function partTexts(part: unknown, role: string): readonly Said[] {
  const own = at(part, 'thought') === true ? 'reasoning' : role;
  return [
    ...say(own, text(part, 'text')),
    ...say(own, text(part, 'executableCode', 'code')),
    ...say(own, text(part, 'codeExecutionResult', 'output')),
    ...everyText(at(part, 'functionResponse', 'response') ?? at(part, 'function_response', 'response')).flatMap((one) =>
      say('tool', one),
    ),
  ];
}

function contents(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key);
  return isObject(found) ? [found] : items(value, key);
}

function roleOf(content: unknown): string {
  const role = text(content, 'role') ?? 'user';
  return role === 'model' ? 'assistant' : role === 'function' ? 'tool' : role;
}

function callsOf(content: unknown): readonly Call[] {
  return items(content, 'parts').flatMap((part) => {
    const call = at(part, 'functionCall') ?? at(part, 'function_call');
    const name = text(call, 'name');
    return name === undefined ? [] : [{ name, arguments: at(call, 'args') ?? {} }];
  });
}

function answerOf(body: unknown): Answered {
  const contentsOf = items(body, 'candidates').map((candidate) => at(candidate, 'content'));
  return {
    texts: contentsOf.flatMap((content) => items(content, 'parts').flatMap((part) => partTexts(part, 'assistant'))),
    calls: contentsOf.flatMap(callsOf),
    input: count(body, 'usageMetadata', 'promptTokenCount'),
    output: count(body, 'usageMetadata', 'candidatesTokenCount'),
  };
}

/** Names are in camel case; some clients send `system_instruction`. */
export const gemini: Api = {
  request: (outer) => {
    const body = at(outer, 'generateContentRequest') ?? outer;
    const system = at(body, 'systemInstruction') ?? at(body, 'system_instruction');
    const all = [
      ...contents(body, 'contents'),
      ...contents(body, 'content'),
      ...items(body, 'requests').map((one) => at(one, 'content')),
    ];
    return {
      prompts: [
        ...items(system, 'parts').flatMap((part) => partTexts(part, 'system')),
        ...all.flatMap((content) => items(content, 'parts').flatMap((part) => partTexts(part, roleOf(content)))),
      ],
      tools: items(body, 'tools').flatMap((tool) =>
        [...items(tool, 'functionDeclarations'), ...items(tool, 'function_declarations')].flatMap(
          (one) => text(one, 'name') ?? [],
        ),
      ),
      calls: all.flatMap(callsOf),
    };
  },
  response: answerOf,
  stream: (events) => {
    const texts = new Map<string, Said>();
    const calls: Call[] = [];
    let usage = { input: 0, output: 0 };
    for (const event of events) {
      const { texts: said, calls: called, input, output } = answerOf(event);
      for (const { role, text: piece } of said) texts.set(role, { role, text: (texts.get(role)?.text ?? '') + piece });
      calls.push(...called);
      usage = { input: input === 0 ? usage.input : input, output: output === 0 ? usage.output : output };
    }
    return { ...nothing, texts: [...texts.values()], calls, ...usage };
  },
};
