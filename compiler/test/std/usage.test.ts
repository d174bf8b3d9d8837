// The tokens of a response, which a decision reports where something is limited by tokens or money; interpreter and modules alike.

import { checkProgram, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';

function programOf(rules: string, settings = ''): CoreProgram {
  const text = `package p\nimport std.ai\nimport std.llm\nsurface Chat: llm { ${settings} }\n${rules}`;
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  const [program] = programs ?? [];
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return program;
}

const limit = 'defend Budget on Chat.request { limit 100 tokens per 1h by client.workload }';
const seen = 'detect Said on Chat.response { severity low when completions.exists(c, c.text == "x") }';
const usage = { prompt_tokens: 7, completion_tokens: 5 };
const answer = (body: object): string =>
  JSON.stringify({ host: 'api.openai.com', path: '/v1/chat/completions', body, client: { workload: 'w' } });

test('a surface with a limit of tokens reports them, with and without rules on the response', (t) => {
  for (const rules of [limit, `${limit}\n${seen}`]) {
    const differential = createDifferential(lowerProgram(programOf(rules)));
    const ask = (body: object): unknown =>
      JSON.parse(agree(t, differential, { entrypoint: 'p/Chat/response/http', input: answer(body) }));
    t.deepEqual(ask({ choices: [], usage }), {
      version: 1,
      action: 'allow',
      usage: { input: 7, output: 5, more_input: 0, more_output: 0 },
    });
    t.deepEqual(ask({ choices: [] }), {
      version: 1,
      action: 'allow',
      usage: { input: 0, output: 0, more_input: 0, more_output: 0 },
    });
    const anthropic = {
      content: [],
      usage: { input_tokens: 3, output_tokens: 2, cache_read_input_tokens: 90, cache_creation_input_tokens: 4 },
    };
    t.like(ask(anthropic), { usage: { input: 3, output: 2, more_input: 94 } });
    const gemini = {
      candidates: [],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, thoughtsTokenCount: 8 },
    };
    t.like(ask(gemini), { usage: { input: 3, output: 2, more_output: 8 } });
  }
});

test('it stands at the end, behind what fired, and where nothing permits', (t) => {
  const fired = createDifferential(lowerProgram(programOf(`${limit}\n${seen}`)));
  const body = { choices: [{ message: { content: 'x' } }], usage };
  const text = agree(t, fired, { entrypoint: 'p/Chat/response/http', input: answer(body) });
  t.true(text.endsWith(',"usage":{"input":7,"output":5,"more_input":0,"more_output":0}}'));
  t.true(text.includes('"findings"'));
  const denied = createDifferential(lowerProgram(programOf(`${limit}\n${seen}`, 'default deny')));
  const refused = agree(t, denied, { entrypoint: 'p/Chat/response/http', input: answer({ choices: [], usage }) });
  t.like(JSON.parse(refused), { reason: 'default_deny', usage: { input: 7 } });
  const plain = JSON.stringify({ completions: [], usage: { input: 1, output: 2 } });
  t.like(JSON.parse(agree(t, fired, { entrypoint: 'p/Chat/response', input: plain })), {
    usage: { input: 1, output: 2 },
  });
});

test('a surface without such a limit reports nothing', (t) => {
  const program = programOf(`defend Rate on Chat.request { limit 10 requests per 1m by client.workload }\n${seen}`);
  const differential = createDifferential(lowerProgram(program));
  const input = answer({ choices: [], usage });
  t.is(agree(t, differential, { entrypoint: 'p/Chat/response/http', input }), '{"version":1,"action":"allow"}');
});
