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
