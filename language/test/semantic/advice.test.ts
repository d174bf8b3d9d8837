// What diagnostics advise beside their message: the name that may be meant, the edition of a threat, and fixes, none of
// which may widen access without a person looking at it.

import test from 'ava';
import { checkChunk } from './case-file.ts';

function advice(chunk: string): readonly (string | undefined)[] {
  return checkChunk(chunk).diagnostics.map(({ code, help }) => `${code}: ${help ?? ''}`);
}

const covers = (threat: string): string => `package p
import std.owasp
surface Chat: llm {}
detect Model on Chat.request {
  covers ${threat}
  when   model == "x"
}`;

test('an unknown threat is told by its edition', (t) => {
  t.deepEqual(advice(covers('owasp.llm.LLM04')), [
    'unknown-threat: the edition is part of the id: `owasp.llm.v2025.LLM04`, `owasp.llm.v2026.LLM04`',
  ]);
  t.deepEqual(advice(covers('owasp.llm.v2024.LLM04')), [
    'unknown-threat: the edition is part of the id: `owasp.llm.v2025.LLM04`, `owasp.llm.v2026.LLM04`',
  ]);
  t.deepEqual(advice(covers('owasp.llm.v2026.LLM11')), ['unknown-threat: did you mean `LLM01`?']);
  t.deepEqual(advice(covers('owasp.lllm.v2026.LLM01')), ['unknown-threat: did you mean `llm`?']);
});

test('a slip of the keys has a suggestion', (t) => {
  t.deepEqual(advice('package p\nimport std.pij\nsurface Chat: lllm {}'), [
    'unknown-package: did you mean `std.pii`?',
    'unknown-surface-kind: did you mean `llm`?',
  ]);
});

test('removing an unused import is safe; writing another name never is', (t) => {
  const unused = checkChunk('package p\nimport std.pii\nsurface Chat: llm {}').diagnostics[0]?.fixes[0];
  t.is(unused?.safety, 'safe');
  t.is(unused?.edits[0]?.text, '');
  const misspelt = checkChunk('package p\nsurface Tools: mcp { defaul deny }').diagnostics[0]?.fixes[0];
  t.like(misspelt, { title: 'write `default`', safety: 'unsafe' });
});

test('a package of the library that is not imported is, by a safe fix', (t) => {
  const text = `package p

surface Chat: llm {}
detect Mail on Chat.request { find pii.email in prompts[*].text }
detect Bank on Chat.request { find pii.iban in prompts[*].text when pii.other }`;
  const [only, ...others] = checkChunk(text).diagnostics;
  t.deepEqual(others, []);
  t.is(only?.help, 'add `import std.pii`');
  t.is(only?.fixes[0]?.safety, 'safe');
  const edit = only?.fixes[0]?.edits[0];
  const fixed = text.slice(0, edit?.span.start) + (edit?.text ?? '') + text.slice(edit?.span.end);
  t.true(fixed.startsWith('package p\n\nimport std.pii\n'));
  t.deepEqual(advice(fixed), ['unknown-name: ']);
});

test('a kind of record is found in a package that is not imported', (t) => {
  const text = `package p
surface Chat: llm {}
discover Models on Chat.request { record ai.model { provider: provider, model: model } }`;
  t.deepEqual(advice(text), ['unknown-inventory: add `import std.ai`']);
});

test('words and signs of other languages have the operator that is meant', (t) => {
  const rule = (condition: string): string => `package p
surface Chat: llm {}
detect Model on Chat.request { when ${condition} }`;
  t.deepEqual(advice(rule('model = "x"')), ['expected-syntax: the operator is `==`']);
  t.deepEqual(advice(rule('model == "x" or model == "y"')), ['expected-syntax: the operator is `||`']);
  t.deepEqual(advice(rule('model == "x"\n  and model == "y"')), ['expected-syntax: the operator is `&&`']);
  t.deepEqual(advice(rule('not(model == "x")')), ['no-such-function: write `!`']);
});

test('a misspelt unit has a suggestion', (t) => {
  const policy = `package p
surface Chat: llm {}
defend Budget on Chat.request { limit 60 request per 1m by client.workload }`;
  t.deepEqual(advice(policy), ['unknown-word: did you mean `requests`?']);
});

test('habits from other languages are told what they are here', (t) => {
  const rule = (clauses: string): string =>
    `package p\nsurface Chat: llm {}\ndetect X on Chat.request {\n${clauses}\n}`;
  const helps = (chunk: string): readonly (string | undefined)[] =>
    checkChunk(chunk).diagnostics.map(({ help }) => help);
  t.deepEqual(helps(rule('when model == "x";')), ['clauses, settings and declarations end without a sign']);
  t.deepEqual(helps(rule('# x { (\nwhen model == "x"')), ['a comment begins with `//`']);
  t.deepEqual(helps(rule('severity: high\nwhen model == "x"')), [
    'what belongs to `severity` follows it without a `:`',
  ]);
  t.deepEqual(helps(rule('severity "high"\nwhen model == "x"')), ['write `severity high`, without quotes']);
  t.deepEqual(helps(rule('if model == "x"')), ['did you mean `when`?']);
  t.deepEqual(helps(rule('when model == "x" and host == "y"')), ['the operator is `&&`']);
  t.deepEqual(helps(rule('when model == "x" or host == "y"')), ['the operator is `||`']);
  t.deepEqual(helps(rule('when model == "x" & host == "y"')), ['the operator is `&&`']);
  t.deepEqual(helps(rule('when not stream')), ['the operator is `!`: `!condition`']);
  t.deepEqual(helps(rule('when model = "x"')), ['the operator is `==`']);
  t.deepEqual(helps(rule("when model == 'it's'")), ['a text with an apostrophe stands in double quotes: `"…"`']);
  t.deepEqual(helps('package p\nsurface Api: api { host = "x" }'), [
    'a setting has its value behind its name, without a `=`',
  ]);
  t.deepEqual(helps('package p\npattern a = "ab+"'), [
    'a regular expression is written re"ab+"; texts to look for as they stand, `words ["ab+"]`',
  ]);
  t.deepEqual(helps('package p\nimport "std.pii"'), ['write `import std.pii`, without quotes']);
  t.deepEqual(helps('package p\nsurface K: k8s {}\ndetect X on K.admission { when object == Pod }'), [
    'write `object is Pod`',
  ]);
  t.deepEqual(helps('package p\nsurface T: mcp { tools { crm "x.json" } }'), [undefined, undefined]);
});
