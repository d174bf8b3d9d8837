// Every kind of part that the formats have, whether a recording has it or not. A text that is to be found says its role (`tool: a`),
// every other one is none; a name of a call or an offer says so, too (`call-a`, `offer-a`).

import test from 'ava';
import { createLibrary } from '../../eval/exchanges/library.ts';
import { everyText } from '../../eval/exchanges/oracle/json.ts';

const library = createLibrary();

type Body = readonly [what: string, body: object];

const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
const plainDocument = {
  type: 'document',
  title: 'user: title',
  context: 'user: context',
  source: { type: 'text', media_type: 'text/plain', data: 'user: data' },
};
const parts = { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'tool: deep' }, image] } };

const requests: readonly Body[] = [
  [
    'chat completions',
    {
      model: 'm',
      messages: [
        { role: 'system', content: 'system: a' },
        { role: 'developer', content: [{ type: 'text', text: 'developer: a' }] },
        {
          role: 'user',
          name: 'n',
          content: [
            { type: 'text', text: 'user: a' },
            { type: 'image_url', image_url: { url: 'https://x.example' } },
            { type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } },
            { type: 'file', file: { file_id: 'f', filename: 'n.pdf' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'refusal', refusal: 'assistant: no' },
            { type: 'thinking', thinking: [{ type: 'text', text: 'reasoning: b' }] },
          ],
          reasoning_content: 'reasoning: a',
          tool_calls: [
            { id: 'i', type: 'function', function: { name: 'call-a', arguments: '{}' } },
            { id: 'j', type: 'custom', custom: { name: 'call-b', input: 'x' } },
          ],
          function_call: { name: 'call-c', arguments: '' },
          audio: { id: 'x', transcript: 'assistant: said' },
        },
        { role: 'tool', tool_call_id: 'i', content: [{ type: 'text', text: 'tool: a' }] },
        { role: 'function', name: 'f', content: 'tool: b' },
      ],
      prediction: { type: 'content', content: [{ type: 'text', text: 'user: predicted' }] },
      tools: [
        { type: 'function', function: { name: 'offer-a', description: 'd', parameters: { type: 'object' } } },
        { type: 'custom', custom: { name: 'offer-b' } },
      ],
      functions: [{ name: 'offer-c' }],
    },
  ],
  ['completions', { model: 'm', prompt: ['user: a', [1, 2], 'user: b'], suffix: 'user: c' }],
  [
    'responses',
    {
      model: 'm',
      instructions: 'system: a',
      prompt: { id: 'p', version: '1', variables: { city: 'user: v' } },
      input: [
        { role: 'developer', content: 'developer: a' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'user: a' },
            { type: 'input_file', filename: 'f', file_data: 'x' },
          ],
        },
        {
          type: 'message',
          role: 'assistant',
          id: 'i',
          status: 'completed',
          content: [{ type: 'output_text', text: 'assistant: a', annotations: [] }],
        },
        {
          type: 'reasoning',
          id: 'r',
          summary: [{ type: 'summary_text', text: 'reasoning: a' }],
          content: [{ type: 'reasoning_text', text: 'reasoning: b' }],
          encrypted_content: 'x',
        },
        { type: 'function_call', call_id: 'c', name: 'call-a', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'tool: a' },
        {
          type: 'function_call_output',
          call_id: 'd',
          output: [
            { type: 'input_text', text: 'tool: b' },
            { type: 'input_image', image_url: 'u' },
          ],
        },
        { type: 'custom_tool_call', call_id: 'c', name: 'call-b', input: 'x' },
        { type: 'custom_tool_call_output', call_id: 'c', output: 'tool: c' },
        { type: 'mcp_call', id: 'm', name: 'call-c', arguments: '{}', output: 'tool: d', server_label: 's' },
        { type: 'code_interpreter_call', id: 'i', code: 'user: code', outputs: [{ type: 'logs', logs: 'tool: e' }] },
        { type: 'file_search_call', id: 'f', queries: ['q'], results: [{ file_id: 'f', text: 'tool: f' }] },
        {
          type: 'shell_call_output',
          call_id: 's',
          output: [{ stdout: 'tool: g', stderr: 'tool: h', outcome: { type: 'exit' } }],
        },
        { type: 'item_reference', id: 'x' },
      ],
      tools: [
        { type: 'function', name: 'offer-a' },
        { type: 'mcp', name: 'offer-b' },
        { type: 'namespace', name: 'offer-c', tools: [{ type: 'function', name: 'offer-d' }] },
      ],
    },
  ],
  [
    'messages',
    {
      model: 'm',
      system: [{ type: 'text', text: 'system: a', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'user: a' }, image, plainDocument] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'reasoning: a', signature: 's' },
            { type: 'redacted_thinking', data: 'x' },
            { type: 'tool_use', id: 't', name: 'call-a', input: { a: 'b' } },
            { type: 'server_tool_use', id: 't', name: 'call-b', input: {} },
            {
              type: 'web_search_tool_result',
              tool_use_id: 't',
              content: [{ type: 'web_search_result', title: 'tool: title', url: 'u', encrypted_content: 'x' }],
            },
            {
              type: 'code_execution_tool_result',
              tool_use_id: 't',
              content: { type: 'code_execution_result', stdout: 'tool: out', stderr: 'tool: err', return_code: 0 },
            },
            { type: 'mcp_tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'tool: mcp' }] },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: 'tool: a' },
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'tool: b' }, image, parts] },
            { type: 'search_result', source: 'u', title: 'user: found', content: [{ type: 'text', text: 'user: b' }] },
          ],
        },
      ],
      tools: [
        { name: 'offer-a', input_schema: {} },
        { type: 'web_search_20250305', name: 'offer-b' },
      ],
    },
  ],
  [
    'a batch of messages',
    {
      requests: [
        {
          custom_id: 'c',
          params: { model: 'm', system: 'system: a', messages: [{ role: 'user', content: 'user: a' }] },
        },
      ],
    },
  ],
  [
    'generateContent',
    {
      systemInstruction: { parts: [{ text: 'system: a' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'user: a' },
            { inlineData: { mimeType: 'image/png', data: 'x' } },
            { fileData: { fileUri: 'u' } },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: 'reasoning: a', thought: true },
            { text: 'assistant: a', thoughtSignature: 's' },
            { functionCall: { name: 'call-a', args: { x: 1 } } },
            { executableCode: { language: 'PYTHON', code: 'assistant: code' } },
            { codeExecutionResult: { outcome: 'OUTCOME_OK', output: 'assistant: out' } },
          ],
        },
        {
          role: 'user',
          parts: [{ functionResponse: { name: 'f', response: { result: 'tool: a', more: ['tool: b'] } } }],
        },
        { role: 'function', parts: [{ function_response: { name: 'f', response: { output: 'tool: c' } } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'offer-a' }] }, { googleSearch: {} }],
    },
  ],
  ['countTokens', { generateContentRequest: { contents: [{ parts: [{ text: 'user: a' }] }] } }],
  ['batchEmbedContents', { requests: [{ model: 'm', content: { parts: [{ text: 'user: a' }] } }] }],
  [
    'converse',
    {
      system: [{ text: 'system: a' }, { cachePoint: { type: 'default' } }],
      messages: [
        {
          role: 'user',
          content: [
            { text: 'user: a' },
            { image: { format: 'png', source: { bytes: 'x' } } },
            { document: { format: 'pdf', name: 'n', source: { bytes: 'x' } } },
            { document: { format: 'txt', name: 'n', context: 'user: context', source: { text: 'user: b' } } },
            { document: { format: 'txt', name: 'n', source: { content: [{ text: 'user: c' }] } } },
            { guardContent: { text: { text: 'user: d', qualifiers: ['query'] } } },
            { searchResult: { source: 'u', title: 'user: title', content: [{ text: 'user: e' }] } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'reasoning: a', signature: 's' } } },
            { toolUse: { toolUseId: 't', name: 'call-a', input: {} } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              toolResult: {
                toolUseId: 't',
                status: 'success',
                content: [
                  { text: 'tool: a' },
                  { json: { x: 'tool: b' } },
                  { document: { name: 'n', source: { content: [{ text: 'tool: c' }] } } },
                ],
              },
            },
          ],
        },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'offer-a', inputSchema: { json: {} } } }] },
      promptVariables: { a: { text: 'user: v' } },
    },
  ],
  ['Titan', { inputText: 'user: a', textGenerationConfig: { maxTokenCount: 7 } }],
  ['an image of Titan', { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'user: a' } }],
  [
    'chat of Cohere, version 2',
    {
      messages: [
        {
          role: 'assistant',
          tool_plan: 'assistant: plan',
          tool_calls: [{ type: 'function', function: { name: 'call-a', arguments: '{}' } }],
        },
        {
          role: 'tool',
          tool_call_id: 't',
          content: [{ type: 'document', document: { id: 'd', data: { a: 'tool: a' } } }],
        },
      ],
      documents: ['user: a', { id: 'd', data: { title: 'user: b' } }],
    },
  ],
  [
    'chat of Cohere, version 1',
    {
      preamble: 'system: a',
      message: 'user: a',
      chat_history: [
        { role: 'USER', message: 'user: b' },
        { role: 'CHATBOT', message: 'assistant: a' },
      ],
      documents: [{ title: 'user: c', snippet: 'user: d' }],
      tool_results: [{ call: { name: 'x', parameters: {} }, outputs: [{ r: 'tool: a' }] }],
      tools: [{ name: 'offer-a', description: 'd' }],
    },
  ],
  ['embeddings', { input: ['user: a', 'user: b'], model: 'm' }],
  [
    'moderations',
    {
      input: [
        { type: 'text', text: 'user: a' },
        { type: 'image_url', image_url: { url: 'u' } },
      ],
    },
  ],
  ['rerank', { query: 'user: q', documents: ['user: a', { text: 'user: b' }] }],
  ['an unknown operation', { name: 'user: a', deep: [{ er: 'user: b' }] }],
];

const responses: readonly Body[] = [
  [
    'chat completions',
    {
      choices: [
        {
          message: {
            role: 'assistant',
            content: 'assistant: a',
            refusal: 'assistant: b',
            reasoning: 'reasoning: a',
            tool_calls: [{ function: { name: 'call-a', arguments: '{}' } }],
          },
        },
        { text: 'assistant: c' },
      ],
    },
  ],
  [
    'responses',
    {
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'reasoning: a' }] },
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'assistant: a' },
            { type: 'refusal', refusal: 'assistant: b' },
          ],
        },
        { type: 'mcp_approval_request', name: 'call-a', arguments: '{}', server_label: 's' },
        { type: 'mcp_call', name: 'call-b', arguments: '{}', output: 'tool: a' },
      ],
      status: 'completed',
      text: { format: { type: 'text' } },
    },
  ],
  [
    'messages',
    {
      content: [
        { type: 'thinking', thinking: 'reasoning: a' },
        { type: 'text', text: 'assistant: a' },
        { type: 'tool_use', name: 'call-a', input: {} },
      ],
      stop_reason: 'end_turn',
    },
  ],
  [
    'generateContent',
    {
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'reasoning: a', thought: true },
              { text: 'assistant: a' },
              { functionCall: { name: 'call-a', args: {} } },
            ],
          },
        },
      ],
    },
  ],
  [
    'converse',
    {
      output: {
        message: {
          role: 'assistant',
          content: [
            { text: 'assistant: a' },
            { citationsContent: { content: [{ text: 'assistant: b' }], citations: [{ title: 't' }] } },
            { toolUse: { name: 'call-a', input: {} } },
          ],
        },
      },
    },
  ],
  ['Titan', { results: [{ outputText: 'assistant: a', tokenCount: 3, completionReason: 'FINISH' }] }],
  ['Llama', { generation: 'assistant: a', stop_reason: 'stop' }],
  ['Mistral on Bedrock', { outputs: [{ text: 'assistant: a', stop_reason: 'stop' }] }],
  [
    'AI21',
    { prompt: { text: 'p' }, completions: [{ data: { text: 'assistant: a' }, finishReason: { reason: 'length' } }] },
  ],
  [
    'Cohere, version 1',
    {
      text: 'assistant: a',
      generation_id: 'g',
      tool_calls: [{ name: 'call-a', parameters: {} }],
      chat_history: [{ role: 'USER', message: 'x' }],
    },
  ],
  [
    'Cohere, version 2',
    {
      message: {
        role: 'assistant',
        tool_plan: 'assistant: p',
        content: [{ type: 'text', text: 'assistant: a' }],
        tool_calls: [{ function: { name: 'call-a', arguments: '{}' } }],
      },
    },
  ],
  [
    'Ollama',
    {
      message: {
        role: 'assistant',
        content: 'assistant: a',
        thinking: 'reasoning: a',
        tool_calls: [{ function: { name: 'call-a', arguments: {} } }],
      },
    },
  ],
  ['Ollama, generate', { response: 'assistant: a', thinking: 'reasoning: a', context: [1] }],
  ['embeddings', { object: 'list', data: [{ object: 'embedding', embedding: [0.1] }], model: 'm' }],
  ['images', { data: [{ b64_json: 'x', revised_prompt: 'assistant: a' }] }],
  ['an error', { error: { message: 'no', type: 'x' } }],
];

const roles = /^(?:system|developer|user|assistant|tool|reasoning): /;

for (const [event, bodies] of [
  ['request', requests],
  ['response', responses],
] as const) {
  for (const [what, body] of bodies) {
    test(`${event}: ${what}`, (t) => {
      const document = { host: 'api.openai.com', path: '/v1/x', body, client: { workload: 'w' } };
      const made = library.eventOf(event, new TextEncoder().encode(JSON.stringify(document)));
      if (made.kind === 'malformed') return t.fail(made.reason);
      const { prompts = [], completions = [], calls = [], tool_calls: called = [], tools = [] } = made.event;
      const every = everyText(body);
      t.deepEqual(
        [...prompts, ...completions].map(({ role, text }) => `${role} ${text}`).toSorted(),
        every
          .filter((text) => roles.test(text))
          .map((text) => `${text.split(':')[0] ?? ''} ${text}`)
          .toSorted(),
      );
      t.deepEqual(
        [...calls, ...called].map(({ name }) => name).toSorted(),
        every.filter((text) => text.startsWith('call-')).toSorted(),
      );
      t.deepEqual(
        tools
          .map(({ name }) => name)
          .filter((name) => name.startsWith('offer-'))
          .toSorted(),
        every.filter((text) => text.startsWith('offer-')).toSorted(),
      );
      return undefined;
    });
  }
}
