// No input is quadratic: the work of a whole decision, in steps of the modules as they ship, grows as the input does, whatever
// the text is made of; and it is bounded for each byte. Steps are counted, not timed, so the figures are the same everywhere.

import test, { type ExecutionContext } from 'ava';
import { hostileTo, hostileToAll, hostileToOne, type Hostile } from '../../fuzz/adversarial-text.ts';
import { compileIr } from '../../src/compile.ts';
import type { Ir } from '../../src/ir/ir.ts';
import { lowerSource } from '../ir/lower-source.ts';
import { meter, type Metered } from '../../fuzz/metered.ts';

const [short, medium, large, long] = [16_384, 65_536, 262_144, 1_048_576];

/**
 * Work a byte grows at first: credit is used up, and a rare hit makes one more pattern look at all of a text. Were a twentieth of it
 * quadratic, 64 times the text would take four times as much a byte.
 */
const mostGrowth = { fourfold: 2.6, megabyte: 4 } as const;
/** Steps a byte of a whole set of the library on the worst of texts. */
const mostSteps = 450;

const head = 'surface Chat: llm { providers [] }\n';
const finding = (what: string): string =>
  `${head}detect Found on Chat.request { severity high find ${what} in prompts[*].text }`;

function quoted(regex: string): string {
  return regex.replace(/\\.|"/gs, (part) => (part === '"' || part === '\\"' ? '\\x22' : part));
}

function documentOf(text: string): Uint8Array {
  return Buffer.from(JSON.stringify({ provider: 'x', model: 'm', prompts: [{ role: 'user', text }] }));
}

interface Measured {
  readonly ir: Ir;
  /** Steps for each byte of a document. */
  readonly steps: (document: Uint8Array) => number;
}

async function measured(source: string, target: 'wasm' | 'simd'): Promise<Measured> {
  const ir = lowerSource(source);
  const metered: Metered = await meter(compileIr(ir)[target]);
  const id = ir.entrypoints.findIndex(({ name }) => name === 't/Chat/request');
  return { ir, steps: (document) => metered.decide(id, document).steps / document.length };
}

/** Holds the work on each text against that on a longer one, and on the worst of them against that on one of `longest` bytes. */
function assertLinear(
  t: ExecutionContext,
  { steps }: Measured,
  texts: readonly Hostile[],
  { most, longest }: { readonly most: number; readonly longest: number },
): void {
  const rows = texts.map(({ name, text }) => {
    const [few, more] = [steps(documentOf(text(short))), steps(documentOf(text(medium)))];
    t.true(more <= mostGrowth.fourfold * few, `${name}: ${few} steps a byte of 16 KB, ${more} of 64 KB`);
    return { name, text, few, growth: more / few };
  });
  const worst = [
    ...rows.toSorted((a, b) => b.few - a.few).slice(0, 1),
    ...rows.toSorted((a, b) => b.growth - a.growth).slice(0, 1),
  ];
  for (const { name, text, few } of new Set(worst)) {
    const all = steps(documentOf(text(longest)));
    t.true(all <= mostGrowth.megabyte * few, `${name}: ${few} steps a byte of 16 KB, ${all} of ${longest}`);
    t.true(all <= most, `${name}: ${all} steps a byte`);
  }
}

const sets: Readonly<Record<string, string>> = {
  secrets: 'secrets.any',
  pii: 'pii.any',
  attack: 'attack.any',
  injection: 'injection.any',
  unicode: 'unicode.invisible, unicode.bidi_control, unicode.control, unicode.mixed_script, unicode.math_letters',
};

for (const [name, what] of Object.entries(sets))
  test(`the library's ${name}`, async (t) => {
    const set = await measured(`import std.${name}\n${finding(what)}`, 'simd');
    assertLinear(t, set, hostileToAll, { most: mostSteps, longest: long });
    const expressions = set.ir.patterns.flatMap(({ body }) => (body.kind === 'regex' ? [body.regex] : []));
    assertLinear(t, set, hostileTo(expressions, []), { most: mostSteps, longest: long });
    // Of each pattern what begins as it does and comes to nothing.
    const some = expressions.filter((_, i) => i % Math.ceil(expressions.length / 16) === 0);
    const short_ = 4096;
    for (const regex of some)
      for (const { name: piece, text } of hostileToOne(regex)) {
        const [few, more] = [set.steps(documentOf(text(short_))), set.steps(documentOf(text(4 * short_)))];
        t.true(
          more <= mostGrowth.fourfold * few + 1 && more <= mostSteps,
          `${piece}: ${few} steps a byte, then ${more}`,
        );
      }
  });

/** What makes a matcher that backtracks explode, or one that finds all matches look at all of the text for each. */
const expressions: Readonly<Record<string, readonly string[]>> = {
  '(?:a*)*b': ['a'],
  '(?:a|aa)+$': ['a', 'a!'],
  '(?:a+)+$': ['a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'],
  '(?:x+x+)+y': ['x'],
  '(?:.*a){12}': ['a', 'ab'],
  '.*.*=.*': ['x', 'x=', 'a b=c\n'],
  '(?:a?){50}a{50}': ['a'],
  '(?:a{0,30}){0,30}b': ['a'],
  '^(?:(?:[a-z])+.)+[A-Z](?:[a-z])+$': ['a'],
  '(?:[a-z]+\\s?)+\\d': ['a', 'abc '],
  '(?:\\w+\\.)*\\w+@': ['a', 'a.'],
  '\\s+$': [' ', '\t \n', ' a'],
  '"(?:[^"\\\\]|\\\\.)*"': ['"', '\\', '"\\', '\\"'],
  '<!--(?s:.*?)-->': ['<!--', '<', '<!-- -'],
  'a.*b|a': ['a', 'a\n', 'a '],
  '(?s)a.*b|a': ['a'],
  '(?s)a.*?b|a.*?c|a': ['a'],
  '(?P<match>a)(?s:.*)b|a': ['a'],
  '(?s)<!--.*?-->|<': ['<!--', '<'],
  'a[^\\n]*z|a[^\\n]*y|a': ['a'],
  '\\w+\\s*=\\s*\\w+;|\\w': ['a', 'a =', 'a '],
  '(?i)select.+from.+where': ['select ', 'select from '],
  '(?:é|e)+x|é': ['é', 'e'],
  '[\\s\\S]{0,200}secret|s': ['s', 'secre', 'x'],
  '(?:a[^b]{0,200}b|a)': ['a', 'ac'],
  '.{200}x|.': ['a', 'é'],
};

for (const target of ['wasm', 'simd'] as const)
  test(`expressions that explode elsewhere (${target})`, async (t) => {
    for (const [regex, pieces] of Object.entries(expressions)) {
      const one = await measured(`pattern p = re"${quoted(regex)}"\n${finding('p')}`, target);
      const texts = pieces.map((piece): Hostile => ({
        name: `/${regex}/ on ${JSON.stringify(piece)}`,
        text: (size) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size),
      }));
      // A bounded repeat may be tried to its end at each byte, and what follows at each place that it gives back.
      assertLinear(t, one, texts, { most: 2000, longest: large });
    }
  });

/** Documents that are hostile to who reads them, as they are. */
const documents: Readonly<Record<string, (size: number) => string>> = {
  quotes: (size) => JSON.stringify({ model: '"'.repeat(size / 2) }),
  backslashes: (size) => JSON.stringify({ model: '\\'.repeat(size / 2) }),
  'quotes in a text that is searched': (size) => Buffer.from(documentOf('"'.repeat(size / 2))).toString(),
  'backslashes in a text that is searched': (size) => Buffer.from(documentOf('\\'.repeat(size / 2))).toString(),
  'escapes of every character': (size) => `{"model":"${'\\u0061'.repeat(size / 6)}"}`,
  'quotes without an end': (size) => `{"model":"${'\\"'.repeat(size / 2)}`,
  'open brackets': (size) => '['.repeat(size),
  'open objects': (size) => '{"a":'.repeat(size / 5),
  'closed brackets': (size) => `{"a":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`,
  'brackets side by side': (size) => `{"a":[${'[[[]]],'.repeat(size / 8)}0]}`,
  'many keys': (size) => `{${Array.from({ length: size / 12 }, (_, i) => `"k${i}":${i}`).join()}}`,
  'the same key': (size) => `{${'"model":"a",'.repeat(size / 12)}"model":"b"}`,
  'many texts': (size) => `{"prompts":[${'{"text":"a"},'.repeat(size / 13)}{"text":"b"}]}`,
  'white space': (size) => `{"model":${' '.repeat(size)}"m"}`,
  'one number': (size) => `{"model":${'1'.repeat(size)}}`,
};

for (const target of ['wasm', 'simd'] as const)
  test(`documents that are hard to read (${target})`, async (t) => {
    const read = await measured(`import std.pii\n${finding('pii.email, pii.credit_card')}`, target);
    for (const [name, make] of Object.entries(documents)) {
      const [few, more] = [short, long].map((size) => read.steps(Buffer.from(make(size))));
      t.true((more ?? 0) <= 1.3 * (few ?? 0) + 1, `${name}: ${few} steps a byte of 16 KB, ${more} of 1 MB`);
      t.true((more ?? 0) <= 40, `${name}: ${more} steps a byte`);
    }
  });
