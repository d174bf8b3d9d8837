// Which rules can act on a response while it streams, and which need more of it.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { StreamPlan } from '@rdp/runtime/contract';
import test from 'ava';
import { compilePrograms } from '../../src/compile.ts';

/** The plan of a policy on `Chat.response`. */
function planOf(rules: string, more = ''): StreamPlan | undefined {
  const text = `package shop
import std.ai
surface Chat: llm {${more} providers [ai.openai, ai.groq, ai.bedrock] }
pattern key = re"KEY-[0-9]{4}"
pattern long = re"LONG-[0-9]+"
detect Key on Chat.response { severity high find key in completions[*].text }
${rules}`;
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'a.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return compilePrograms(programs).streams[0];
}

const incremental: Readonly<Record<string, string>> = {
  'redact what was found': 'defend A on Chat.response { when Key redact Key }',
  'block when something was found': 'defend A on Chat.response { when Key block }',
  'of one provider': 'defend A on Chat.response { when Key && provider == "openai" redact Key }',
  'an action that only notes': 'defend A on Chat.response { when finish_reason == "length" alert "cut off" }',
  'a mode that does nothing': 'defend A on Chat.response { mode observe when !Key block }',
};

for (const [what, rules] of Object.entries(incremental)) {
  test(`incremental: ${what}`, (t) => {
    const plan = planOf(rules);
    t.is(plan?.scan, 'incremental');
    t.deepEqual(plan?.gaps, []);
  });
}

const whole: Readonly<Record<string, string>> = {
  'a rule that must not have fired': 'defend A on Chat.response { when !Key block }',
  'the number of matches': 'defend A on Chat.response { when Key.count > 2 block }',
  'the text itself': 'defend A on Chat.response { when completions.exists(c, size(c.text) > 1000) block }',
  'points over the text':
    'detect Sum on Chat.response { severity low score 2 when completions.exists(c, c.text.contains("x")) threshold 2 } defend A on Chat.response { when Sum block }',
  'a find in a normalised view':
    'detect Hidden on Chat.response { severity low find key in normalized(completions[*].text) } defend A on Chat.response { when Hidden redact Hidden }',
  'a pattern without a longest match':
    'detect Long on Chat.response { severity low find long in completions[*].text } defend A on Chat.response { when Long block }',
};

for (const [what, rules] of Object.entries(whole)) {
  test(`whole: ${what}`, (t) => {
    const plan = planOf(rules);
    t.is(plan?.scan, 'whole');
    t.deepEqual(
      plan?.gaps.map(({ rule, needs }) => ({ rule, needs })),
      [{ rule: 'A', needs: 'text' }],
    );
  });
}

test('held: what comes with the end', (t) => {
  const plan = planOf('defend A on Chat.response { when Key && usage.output > 10 && tool_calls.size() > 0 block }');
  t.is(plan?.scan, 'held');
  t.deepEqual(plan?.reads, ['tool_calls', 'usage']);
  t.deepEqual(
    plan?.gaps.map(({ rule, needs }) => ({ rule, needs })),
    [{ rule: 'A', needs: 'response' }],
  );
});

const refused: Readonly<Record<string, string>> = {
  'a person who is asked': 'defend A on Chat.response { when Key approve by "support" }',
};

for (const [what, rules] of Object.entries(refused)) {
  test(`refused: ${what}`, (t) => {
    const plan = planOf(rules);
    t.is(plan?.scan, 'refused');
    t.deepEqual(
      plan?.gaps.map(({ rule, needs }) => ({ rule, needs })),
      [{ rule: 'A', needs: 'response' }],
    );
  });
}

test('providers with a stream are in the plan, under their own names', (t) => {
  const plan = planOf('defend A on Chat.response { when Key redact Key }');
  t.deepEqual(
    plan?.providers.map(({ provider, formats }) => `${provider} ${formats.join(' ')}`),
    ['bedrock eventstream sse', 'groq sse', 'openai sse'],
  );
});

test('what is noted when all is over is in the plan, and holds nothing back', (t) => {
  const plan = planOf(`detect Hidden on Chat.response { severity low find key in normalized(completions[*].text) }
detect Long on Chat.response { severity low find long in completions[*].text }
defend Watched on Chat.response { mode observe when !Key block }
defend A on Chat.response { when Key redact Key }`);
  t.is(plan?.scan, 'incremental');
  t.deepEqual(plan?.notes, ['Hidden', 'Long', 'Watched']);
});

test('what permits must hold of the whole answer where nothing passes without it', (t) => {
  const rule = 'defend P on Chat.response { when completions.all(c, size(c.text) < 100) permit }';
  t.is(planOf(rule)?.scan, 'incremental');
  t.is(planOf(rule, ' default deny,')?.scan, 'whole');
});
