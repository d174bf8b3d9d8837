// A stream that is stopped: whatever it was stopped for, nothing of it has gone out and nothing goes out with the answer.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { StreamOutput } from '@rdp/runtime';
import test from 'ava';
import { loadProject } from '../../src/cli/decide-project.ts';

const encoder = new TextEncoder();
const token = `gh${'p_'}${'a1B2c3D4e5F6'.repeat(3)}`;
const answer = `Sure, é: the key is ${token} ok, and more behind it`;

const policies: Readonly<Record<string, string>> = {
  'a match that blocks':
    'detect Leak on Chat.response { severity high find secrets.github_token in completions[*].text } defend Stop on Chat.response { when Leak block 403 "no" }',
  'a rule over the whole text':
    'defend Stop on Chat.response { when completions.exists(c, c.text.contains("the key is")) block }',
  'a rule that fails: there is no key':
    'detect Leak on Chat.response { severity high find secrets.github_token in completions[*].text } defend Hide on Chat.response { when Leak redact Leak with hash }',
};

for (const [what, rules] of Object.entries(policies)) {
  test(`stopped by ${what}, in every cut`, async (t) => {
    const text = `package shop\nimport std.ai\nimport std.secrets\nsurface Chat: llm { providers [ai.openai] }\n${rules}\n`;
    const { programs, diagnostics } = checkProgram({
      files: [{ path: 'a.rdp', text }],
      documents: new Map(),
      std: stdFiles,
    });
    if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    const { enforcer } = await loadProject(programs, '.');
    const pass = (from: 'text' | { readonly provider: string }, bytes: Uint8Array, cuts: readonly number[]): string => {
      const opened = enforcer.openStream({ entrypoint: 'Chat.response', from, head: {} });
      if (opened.kind === 'problem') throw new Error(opened.problem.message);
      const outputs: StreamOutput[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        outputs.push(opened.value.push(bytes.subarray(at, cut)));
        at = cut;
      }
      outputs.push(opened.value.end());
      t.is(outputs.at(-1)?.kind, 'blocked');
      return Buffer.concat(outputs.map((output) => output.bytes)).toString();
    };
    const plain = encoder.encode(answer);
    const events = encoder.encode(
      [...answer]
        .map((character) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: character } }] })}\n\n`)
        .join(''),
    );
    const ahead = answer.slice(0, answer.indexOf(token));
    for (let cut = 0; cut < plain.length; cut++) t.true(ahead.startsWith(pass('text', plain, [cut])), `cut at ${cut}`);
    t.true(ahead.startsWith(pass('text', plain, [...plain.keys()].slice(1))));
    for (const cuts of [[], [...events.keys()].filter((place) => place % 97 === 96)]) {
      const out = pass({ provider: 'openai' }, events, cuts);
      const said = [...out.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, content]) => content).join('');
      t.true(ahead.startsWith(said), said);
    }
    enforcer.close();
  });
}
