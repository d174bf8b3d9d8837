// A text that arrives in parts is decided on as the whole text is: same edits, same matches, and nothing that changed was let out.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Enforcer } from '@rdp/runtime';
import test from 'ava';
import fc from 'fast-check';
import { loadProject } from '../../src/cli/decide-project.ts';

const policy = `package parts
import std.ai
import std.pii
surface Chat: llm { providers [ai.openai] }

pattern word = re"\\b[a-z]{3,6}\\b"
pattern pair = re"aa"
pattern lazy = re"b[a-c]{0,4}?c"
pattern edge = re"(?m:^)[0-9]{2,3}(?m:$)"
pattern ends = re"[xyz]{1,3}$|^[xyz]{1,3}"
pattern refused = re"[0-9]{4,8}" where match != "12345678" && match != "4444"
pattern context = re"\\b[0-9]{3}\\b" near "code", "pin number" within 6
pattern inner = re"key=(?P<match>[a-z0-9]{2,5})[;,]"
pattern phrase = words ["pin number", "é tag", "code"]
pattern endless = re"[a-c]+[0-9]*"
pattern signs = re"[éß😀]{2,3}"

detect Words on Chat.response { severity low find word in completions[*].text }
detect Signs on Chat.response {
  severity high
  find     pair, lazy, edge, ends, refused, inner, context, phrase, signs, pii.email, pii.credit_card, pii.iban in completions[*].text
}
/// What only notes something may ask more of the text than a part of it can tell.
detect Hidden on Chat.response {
  severity low
  find     pair, signs, phrase, pii.email in normalized(completions[*].text)
}
detect Leet on Chat.response { severity low find word in normalized(completions[*].text, leet) }
detect Long on Chat.response { severity low find endless, edge in completions[*].text }
detect Many on Chat.response { severity low when Words.count > 2 find pair, phrase in completions[*].text }
detect Sum on Chat.response {
  severity  low
  score     2 when completions.exists(c, c.text.matches(refused))
  score     1 when completions.all(c, c.text.contains_any(["code", "é", "12"]))
  threshold 3
  find      signs in completions[*].text
}
detect Model on Chat.response { severity low when model.matches(re"^gpt-.*mini$") find inner in completions[*].text }
defend Watched on Chat.response { mode observe when !Sum && Hidden block "no" }
defend HideWords on Chat.response { when Words redact Words with "<{kind}>" }
defend HideSigns on Chat.response { when Signs redact Signs with mask("*") }
`;

const { programs, diagnostics } = checkProgram({
  files: [{ path: 'parts.rdp', text: policy }],
  documents: new Map(),
  std: stdFiles,
});
const loaded = programs && loadProject(programs, '.');

async function enforcerOf(): Promise<Enforcer> {
  if (loaded === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return (await loaded).enforcer;
}

interface Passed {
  readonly text: string;
  readonly matches: readonly string[];
  readonly releases: readonly string[];
}

/** What comes out of a stream of plain text that is cut at byte places. */
function pass(enforcer: Enforcer, bytes: Uint8Array, cuts: readonly number[]): Passed {
  const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: 'text', head: { model: 'gpt-5-mini' } });
  if (opened.kind === 'problem') throw new Error(opened.problem.message);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const releases: string[] = [];
  let text = '';
  let at = 0;
  for (const cut of [...cuts, bytes.length, undefined]) {
    const output = cut === undefined ? opened.value.end() : opened.value.push(bytes.subarray(at, cut));
    if (output.kind === 'blocked') throw new Error(JSON.stringify(output.decision));
    text += decoder.decode(output.bytes, { stream: cut !== undefined });
    releases.push(text);
    at = cut ?? at;
  }
  const matches = opened.value.matches().map(({ rule, kind, start, end }) => `${rule} ${kind} ${start} ${end}`);
  return { text, matches: matches.toSorted(), releases };
}

/** What the decision on the whole text makes of it. */
function decide(enforcer: Enforcer, text: string): Pick<Passed, 'text' | 'matches'> {
  const decision = enforcer.decide('Chat.response', { model: 'gpt-5-mini', completions: [{ text }] });
  if (decision.action === 'block') throw new Error(JSON.stringify(decision));
  const points = [...text];
  const byteAt = (point: number): number => Buffer.byteLength(points.slice(0, point).join(''));
  let out = '';
  let at = 0;
  for (const edit of decision.edits ?? []) {
    out += points.slice(at, edit.start).join('') + edit.text;
    at = edit.end;
  }
  const matches = (decision.findings ?? []).flatMap(({ rule, matches: own = [] }) =>
    own.map(({ kind, start, end }) => `${rule} ${kind} ${byteAt(start)} ${byteAt(end)}`),
  );
  return { text: out + points.slice(at).join(''), matches: matches.toSorted() };
}

const fragments = [
  'a',
  'aa',
  'aaa',
  'b',
  'bc',
  'bac',
  'c',
  'abc',
  'xyz',
  'x',
  '12',
  '123',
  '4444',
  '12345678',
  '999',
  'code',
  'pin',
  'number',
  'pin number',
  'é',
  'ß',
  '😀',
  'é tag',
  ' ',
  '  ',
  '\n',
  '.',
  '@',
  'jane',
  'jane@example.com',
  '.org',
  '4111 1111 1111 1111',
  '4111',
  '1111 ',
  '5',
  'GB82 WEST 1234 5698 7654 32',
  'GB82',
  ' WEST ',
  '\ufeff',
  'key=',
  ';',
  'key=a1b2;',
];

const textOf = fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join(''));

test('every text in every cut is decided on as the whole text', async (t) => {
  const enforcer = await enforcerOf();
  fc.assert(
    fc.property(textOf, fc.array(fc.nat(200), { maxLength: 6 }), (text, places) => {
      const bytes = new TextEncoder().encode(text);
      const whole = decide(enforcer, text);
      const cuts = [...new Set(places.filter((place) => place < bytes.length))].toSorted((a, b) => a - b);
      for (const tried of [[], cuts, [...bytes.keys()].slice(1)]) {
        const passed = pass(enforcer, bytes, tried);
        t.is(passed.text, whole.text, JSON.stringify({ text, tried }));
        t.deepEqual(passed.matches, whole.matches, JSON.stringify({ text, tried }));
        for (const released of passed.releases)
          t.true(whole.text.startsWith(released), JSON.stringify({ text, tried, released }));
      }
    }),
    { numRuns: 1000 },
  );
});

test('what is noted of the whole text does not hold back what passes', async (t) => {
  const text = 'One, Two! Three? jane@example.com, FOUR. FIVE SIX';
  const { releases, matches } = pass(await enforcerOf(), new TextEncoder().encode(text), [20, 40]);
  t.true((releases[1]?.length ?? 0) > 10);
  t.true(matches.some((match) => match.startsWith('Hidden email')));
});

test('text goes out before the stream ends', async (t) => {
  const { releases } = pass(
    await enforcerOf(),
    new TextEncoder().encode('One, Two! Three? jane@example.com, FOUR. FIVE SIX'),
    [20, 40],
  );
  t.true((releases[0]?.length ?? 0) > 0);
  t.true((releases[1]?.length ?? 0) > 10);
});
