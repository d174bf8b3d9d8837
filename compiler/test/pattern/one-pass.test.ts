// One more question about a text is not one more pass over it: finds and conditions that ask about the same texts are searched
// together, measured in steps of the modules as they ship.

import test, { type ExecutionContext } from 'ava';
import { compileIr } from '../../src/compile.ts';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import { lowerSource } from '../ir/lower-source.ts';
import { meter } from '../../fuzz/metered.ts';

const head = 'surface Chat: llm { providers [] }\n';
const bytes = 32_768;
const sentence = 'The quick brown fox jumps over the lazy dog, and nothing of what is asked for stands here. ';
const text = sentence.repeat(Math.ceil(bytes / sentence.length));

/** `count` rules, each of which asks for another word. */
function policy(count: number, ask: (word: string, index: number) => string): string {
  const rules = Array.from({ length: count }, (_, index) => ask(`zq${index.toString(26)}x[0-9]{1,4}`, index));
  return `${head}${rules.join('\n')}`;
}

/** Steps for each byte of a document with one prompt, in both modules, which say what the interpreter says. */
async function stepsOf(t: ExecutionContext, source: string): Promise<readonly number[]> {
  const ir = lowerSource(source);
  const { wasm, simd } = compileIr(ir);
  const documentOf = (prompt: string): Uint8Array =>
    Buffer.from(JSON.stringify({ provider: 'x', model: 'm', prompts: [{ role: 'user', text: prompt }] }));
  const short = documentOf(`${sentence} zq3x17 ${sentence}`);
  const long = documentOf(text);
  const said = interpret({ ir, entrypoint: 't/Chat/request', input: short, data: undefined });
  return Promise.all(
    [wasm, simd].map(async (module) => {
      const metered = await meter(module);
      const id = ir.entrypoints.findIndex(({ name }) => name === 't/Chat/request');
      t.is(metered.decide(id, short).decision, said);
      return metered.decide(id, long).steps / bytes;
    }),
  );
}

const forms: Readonly<Record<string, (word: string, index: number) => string>> = {
  'conditions on each of the texts': (word, index) =>
    `defend D${index} on Chat.request { when prompts.exists(p, p.text.matches(re"${word}")) block "no" }`,
  scores: (word, index) =>
    `detect D${index} on Chat.request { severity low threshold 1 score 1 when prompts.exists(p, p.text.matches(re"${word}")) }`,
  exemptions: (word, index) =>
    `defend D${index} on Chat.request { when prompts.all(p, !p.text.matches(re"${word}")) && model == "${index}" block "no" }`,
  'patterns with a validator': (word, index) =>
    `pattern w${index} = re"${word}" where match != "zq3x18"\ndefend D${index} on Chat.request { when prompts.exists(p, p.text.matches(w${index})) block "no" }`,
  'lists of words': (_, index) =>
    `defend D${index} on Chat.request { when prompts.exists(p, p.text.contains_any(["zq${index}x1", "zr${index}x"])) block "no" }`,
  'finds and conditions': (word, index) =>
    index % 2 === 0
      ? `pattern w${index} = re"${word}"\ndetect D${index} on Chat.request { severity low find w${index} in prompts[*].text }`
      : `defend D${index} on Chat.request { when prompts.exists(p, p.text.matches(re"${word}")) block "no" }`,
  'finds in a view and conditions on it': (word, index) =>
    index % 2 === 0
      ? `pattern w${index} = re"${word}"\ndetect D${index} on Chat.request { severity low find w${index} in normalized(prompts[*].text) }`
      : `defend D${index} on Chat.request { when prompts.exists(p, normalized(p.text).matches(re"${word}")) block "no" }`,
};

for (const [name, ask] of Object.entries(forms))
  test(name, async (t) => {
    const few = await stepsOf(t, policy(13, ask));
    const many = await stepsOf(t, policy(130, ask));
    many.forEach((steps, i) => {
      // Ten times the questions: each costs something, but far less than the tenth of a pass.
      t.true(steps < 1.5 * (few[i] ?? 0), `${steps} steps a byte against ${few[i]}`);
    });
  });

test('a question that needs no answer costs no pass', async (t) => {
  const asked = await stepsOf(
    t,
    policy(13, (word) => ask(word, 'model == "m"')),
  );
  const idle = await stepsOf(
    t,
    policy(13, (word) => ask(word, 'model == "another"')),
  );
  const read = await stepsOf(t, `${head}defend D on Chat.request { when model == "another" block "no" }`);
  idle.forEach((steps, i) => {
    t.true(steps - (read[i] ?? 0) < 0.02, `${steps} steps a byte against ${read[i]}`);
    t.true((asked[i] ?? 0) > 2 * steps);
  });

  function ask(word: string, cheap: string): string {
    return `defend D${word.slice(0, 3)} on Chat.request { when ${cheap} && prompts.exists(p, p.text.matches(re"${word}")) block "no" }`;
  }
});

test('what has no trigger is asked without a pass', async (t) => {
  const asked = await stepsOf(
    t,
    policy(
      13,
      (_, index) =>
        `defend D${index} on Chat.request { when prompts.exists(p, p.text.matches(re"^z${index}.*x$")) block "no" }`,
    ),
  );
  const read = await stepsOf(t, `${head}defend D on Chat.request { when prompts.exists(p, p.text == "z") block "no" }`);
  asked.forEach((steps, i) => t.true(steps - (read[i] ?? 0) < 0.02, `${steps} steps a byte against ${read[i]}`));
});
