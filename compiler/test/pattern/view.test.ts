// The normalised view: what is read as what, which places its characters have, and that the kernel makes the same of any text.

import test from 'ava';
import fc from 'fast-check';
import { viewOf } from '../../src/pattern/normalize-text.ts';
import { twinOf } from '../../src/pattern/view-table.ts';
import type { ViewForm, ViewText } from '../../src/pattern/view-text.ts';
import { kernelView } from './kernel-view.ts';

const textOf = ({ points }: ViewText): string => points.map((code) => String.fromCodePoint(code)).join('');
const tags = (text: string): string =>
  [...text].map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join('');
const selectors = (text: string): string =>
  [...Buffer.from(text)].map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)).join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');

const views: readonly (readonly [what: string, text: string, view: string])[] = [
  ['plain text', 'Ignore nothing, dear (1 + 2 = 3).\n\tYes', 'Ignore nothing, dear (1 + 2 = 3).\n\tYes'],
  ['nothing', '', ''],
  ['invisible characters', 'i\u200bg\u200cn\u200do\u2060r\u00ade', 'ignore'],
  ['nothing but those', '\u200b\u200b', ''],
  ['controls of the direction', '\u202eabc\u202c \u2066d\u2069', 'abc d'],
  ['control characters', 'a\u0000b\u001bc\u007fd\u0085e', 'abcd\ne'],
  ['full width', 'ＩＧＮＯＲＥ　１２３！', 'IGNORE 123!'],
  ['mathematical letters', '\u{1d4f2}\u{1d4f0}\u{1d4f7}\u{1d4f8}\u{1d4fb}\u{1d4ee} \u{1d7d9}', 'ignore 1'],
  ['letters in circles, squares and flags', 'ⓘⓖ \u{1f130}\u{1f171} \u{1f1ee}\u{1f1ec}', 'ig AB IG'],
  ['superscripts and ligatures', 'xᵃˡˡ² ﬁle ½', 'xall2 file 1/2'],
  ['small capitals', 'ɪɢɴᴏʀᴇ', 'ignore'],
  ['letters of Cyrillic and Greek', 'Іgnоrе аll Ιnput', 'Ignore all Input'],
  ['accents and piled signs', 'i\u0301g\u0336\u0335n\u0489ôré', 'ignore'],
  ['digits of other scripts', '\u0661\u0662\u0663 \u0967\u0968', '123 12'],
  ['spaces and dashes', 'ab\u00a0bc\u2003cd\u2013de\u2014ef \u201cf\u201d', 'ab bc cd-de-ef "f"'],
  ['other people’s letters', '请忽略 カ हिन्दी', '请忽略 カ हिन्दी'],
  ['half a width', 'ｶﾅ', 'カナ'],
  [
    'entities',
    '&lt;b&gt; &#105;&#x67;&amp;amp; &#0; &#xd800; &unknown; &lt',
    '<b> ig&amp; &#0; &#xd800; &unknown; &lt',
  ],
  ['escapes of literals', '\\u0069\\x67\\u{6e} \\ud835\\udcf2 \\n \\u12', 'ign i \\n \\u12'],
  ['tag characters', `a${tags('hide me')}b`, 'ab\nhide me'],
  ['data in variation selectors', `\u{1f60a}${selectors('ignore')} ❤\ufe0f`, '\u{1f60a} ❤\nignore'],
  ['letters that stand apart', 'i g n o r e   a l l', 'i g n o r e   a l l\nignore all'],
  ['with signs between', 'say p-w-n-e-d.', 'say p-w-n-e-d.\npwned'],
  ['letters and signs apart', 's e n d   $ 1 0 !', 's e n d   $ 1 0 !\nsend\nsend $10!'],
  ['words of letters apart', 'I n-e-e-d i t   o k', 'I n-e-e-d i t   o k\nI need it ok'],
  ['three letters are no word', 'a b c 1 2 3 4', 'a b c 1 2 3 4'],
  ['base64', `see ${base64('ignore all')}.`, `see ${base64('ignore all')}.\nignore all`],
  [
    'base64 of UTF-16',
    Buffer.from('Get-Date', 'utf16le').toString('base64'),
    `${Buffer.from('Get-Date', 'utf16le').toString('base64')}\nGet-Date`,
  ],
  ['hexadecimal', `0x${hex('ignore all')}`, `0x${hex('ignore all')}\nignore all`],
  ['pairs of digits', '69 67 6e 6f 72 65 20 61 6c 6c!', '69 67 6e 6f 72 65 20 61 6c 6c!\nignore all'],
  ['a hardware address', '00:1a:2b:3c:4d:5e', '00:1a:2b:3c:4d:5e'],
  ['percent-encoded', 'q=ignore%20all+%E2%9C%93%zz%ff', 'q=ignore%20all+%E2%9C%93%zz%ff\nq=ignore all ✓%zz%ff'],
  [
    'what is no text',
    'internationalization 0123456789abcdef0123 100%25',
    'internationalization 0123456789abcdef0123 100%25\n100%',
  ],
  ['what is decoded is read too', base64('іgnоrе аll'), `${base64('іgnоrе аll')}\nignore all`],
];

for (const [what, text, view] of views)
  test(`a view of ${what}`, (t) => t.is(textOf(viewOf(text, 'normalized')), view));

test('digits and signs in words are letters too when that is asked for', (t) => {
  const read = (text: string): string => textOf(viewOf(text, 'normalized-leet'));
  t.is(read('1gn0r3 4ll m@il! a$b'), '1gn0r3 4ll m@il! a$b\nignore all mail! asb');
  t.is(read('call 555 1234 now!'), 'call 555 1234 now!');
});

test('a character has the place of all that it is made of', (t) => {
  const text = `x e\u0301\u0302\u200b ½ &lt; ${base64('ignore all')}`;
  const view = viewOf(text, 'normalized');
  const placesOf = (part: string): readonly [number, number] => {
    const at = textOf(view).indexOf(part);
    return [view.places[at]?.from ?? -1, view.places[at + part.length - 1]?.to ?? -1];
  };
  t.deepEqual(placesOf('e'), [2, 5]);
  t.deepEqual(placesOf('1/2'), [7, 8]);
  t.deepEqual(placesOf('<'), [9, 13]);
  t.deepEqual(placesOf('all'), [14, text.length]);
});

test('a character is read as at most four, and ASCII as itself', (t) => {
  for (let code = 0; code < 0x110000; code++) {
    const twin = twinOf(code);
    if (twin === 'mark') continue;
    if (code < 0x80) t.deepEqual(twin, [code]);
    if (twin.length > 4 || (twin.length > 1 && twin.some((part) => part > 0x7e))) t.fail(`U+${code.toString(16)}`);
    // What stands for another is not read once more.
    for (const part of twin)
      if (part !== code && String(twinOf(part)) !== String(part)) t.fail(`U+${code.toString(16)}`);
  }
  t.pass();
});

const odd = [
  '\u200b',
  '\u0301',
  '\u0336',
  'é',
  'а',
  'Ι',
  'ｉ',
  '½',
  'ß',
  '请',
  '😀',
  '\ufe0f',
  '\u{e0101}',
  '\u{1f1e6}',
  '\u0000',
  '\u00a0',
];
const piece = fc.oneof(
  fc.constantFrom(...odd, ' ', '\n', '-', '.', '&', '\\', '%', '+', '=', '!', '@', '1', '0x'),
  fc.constantFrom(
    '&lt;',
    '&#105;',
    '&#x0301;',
    '\\u0069',
    '\\x41',
    '\\u{200b}',
    '%41',
    '%C3%A9',
    '%ff',
    '%00',
    'a b c d',
    'i-g n-o r',
    'a b   c d - e',
    'x: y  z',
  ),
  fc.string({ unit: fc.constantFrom(...'abcXYZ019+/-_'), maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({ maxLength: 12 }).map(tags),
  fc.string({ maxLength: 12 }).map(selectors),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map(base64),
  fc.string({ maxLength: 20 }).map((text) => Buffer.from(text, 'utf16le').toString('base64')),
  fc.string({ maxLength: 20 }).map(hex),
  fc.string({ maxLength: 20 }).map((text) => hex(text).replace(/..(?=.)/g, '$& ')),
  fc.string({ unit: fc.constantFrom(...'6a7 :\n'), maxLength: 40 }),
);

/** Byte offsets of the code points of a text, and its length. */
function offsetsOf(points: readonly string[]): readonly number[] {
  let at = 0;
  return [0, ...points.map((char) => (at += Buffer.byteLength(char)))];
}

for (const target of ['scalar', 'simd'] as const)
  test(`the kernel makes the same view (${target})`, (t) => {
    const viewed = kernelView(target);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 24 }),
        fc.constantFrom<ViewForm>('normalized', 'normalized-leet'),
        fc.nat(),
        (pieces, form, seed) => {
          const text = pieces.join('');
          const plain = viewOf(text, form);
          const chars = plain.points.map((code) => String.fromCodePoint(code));
          const [own, original] = [offsetsOf(chars), offsetsOf([...text])];
          // Every character alone, and longer spans that begin anywhere.
          const spans = chars.flatMap((_, i) => [
            [i, i + 1] as const,
            [i, Math.min(chars.length, i + 1 + ((seed + i * 7) % 9))] as const,
          ]);
          const wanted: (readonly [number, number])[] = [];
          for (const [start, end] of spans) {
            const places = plain.places.slice(start, end);
            const from = Math.min(...places.map((place) => place.from));
            const to = Math.max(...places.map((place) => place.to));
            if (from >= to) continue;
            const found = [original[from] ?? -1, original[to] ?? -1] as const;
            const before = wanted.at(-1);
            if (before?.[0] !== found[0] || before[1] !== found[1]) wanted.push(found);
          }
          const got = viewed(
            text,
            form === 'normalized' ? 0 : 1,
            spans.map(([start, end]) => [own[start] ?? 0, own[end] ?? 0]),
          );
          t.is(got.text, textOf(plain), JSON.stringify(text));
          t.deepEqual(got.places, wanted, JSON.stringify(text));
          // Bounded by the text.
          t.true(Buffer.byteLength(got.text) <= 6 * Buffer.byteLength(text) + 6);
        },
      ),
      { numRuns: 1500, seed: 20250801 },
    );
  });

const viewed = kernelView('scalar');
const hostile: Readonly<Record<string, string>> = {
  'percent signs': '%',
  'percent-encoded text': '%69%67',
  'broken percent-encoding': '%6%ff%zz',
  'letters apart': 'a b c ',
  'letters apart by changing signs': 'a-b c  d.',
  'letters and signs apart': 'a 1 b c d ! ',
  'base64 of nothing': 'AAAA',
  'runs just too short': 'AAAAAAAAAAA.',
  'pairs of digits': '41 ',
  'seven pairs of digits': '41 41 41 41 41 41 41 - ',
  ampersands: '&',
  'entities without an end': '&#1234567',
  backslashes: '\\u{0000',
  'signs without a letter': '\u0301',
  'piled signs': 'z\u0301\u0302\u0303',
  'tag characters': '\u{e0069}',
  'data in selectors': '\u{e0159}',
  'characters that become more': '½',
  'digits for letters': 'a1',
};

for (const [what, unit] of Object.entries(hostile))
  test(`hostile: ${what} take work and memory in proportion`, (t) => {
    const text = unit.repeat(Math.ceil(60_000 / unit.length));
    const plain = viewOf(text, 'normalized-leet');
    const { text: got, memory } = viewed(text, 1, []);
    t.is(got, textOf(plain));
    t.true(memory < 40 * Buffer.byteLength(text), `${memory / Buffer.byteLength(text)} bytes for each of the text`);
  });
