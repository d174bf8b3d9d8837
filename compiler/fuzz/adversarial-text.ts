// Texts that are made to be slow to search: runs of one character, prefixes of what is looked for that never end in a match, keywords by
// the thousand, candidates of numbers without the check digit, and what makes backtracking matchers explode. Any size, the same in
// each run.

import { randomFrom } from './random.ts';
import { sampleOf } from './sample-text.ts';

/** One kind of hostile text; `text(size)` is about that long. */
export interface Hostile {
  readonly name: string;
  readonly text: (size: number) => string;
}

/** Pieces that are repeated as they are. */
const repeated: Readonly<Record<string, string>> = {
  'letters a': 'a',
  digits: '1',
  'digits and spaces': '1 ',
  'digits and hyphens': '12-',
  'digits and dots': '25.',
  'hexadecimal digits': 'deadbeef0',
  quotes: '"',
  backslashes: '\\',
  'line ends': '\n',
  spaces: ' ',
  'at signs': '@',
  'addresses without an end': 'a@a.',
  'addresses without a domain': 'some.name+tag@ ',
  'long local parts': `${'a.b-'.repeat(16)}@`,
  colons: 'a:',
  'card numbers without the check digit': '4111 1111 1111 1112 ',
  'account numbers without the check digits': 'DE00 3704 0044 0532 0130 00 ',
  'telephone numbers without an end': '+1 (212) ',
  'assignments of nothing': 'api_key = "", secret: \'\' token => ',
  'names in front of a keyword': `${'x_'.repeat(25)}token `,
  'keys without a body': 'sk-ant-api03- AKIA ghp_ xoxb- AIza ',
  'private keys without an end': '-----BEGIN RSA PRIVATE KEY-----\nMII',
  'tokens without a signature': 'eyJhbGciOiJIUzI1NiJ9.',
  'tags without an end': '<img src=x ',
  'quotes of SQL': "' or '",
  'path steps': '../',
  'open brackets': '[{(',
  'open template braces': '{{ ${ <% ',
  'percent signs': '%2e%',
  'two bytes a character': 'é',
  'four bytes a character': '😀',
};

/** What hurts any set of patterns. */
export const hostileToAll: readonly Hostile[] = [
  ...Object.entries(repeated).map(([name, piece]): Hostile => ({
    name,
    text: (size) => cutTo(piece.repeat(Math.ceil(size / piece.length)), Math.max(piece.length, size)),
  })),
  {
    name: 'random letters and digits',
    text: (size) => randomText(size, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
  },
  {
    name: 'random base64',
    text: (size) => randomText(size, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-_'),
  },
  { name: 'random digits and separators', text: (size) => randomText(size, '0123456789 -./:@') },
  {
    name: 'random bytes of ASCII',
    text: (size) => randomText(size, String.fromCharCode(...Array.from({ length: 95 }, (_, i) => i + 32))),
  },
];

/** What hurts these expressions: their own samples without the end, their beginnings, their keywords. */
export function hostileTo(expressions: readonly string[], keywords: readonly string[]): readonly Hostile[] {
  const whole = samplesOf(expressions);
  const from =
    (pieces: readonly string[]) =>
    (size: number): string => {
      let text = '';
      for (let i = 0; text.length < size; i++) text += `${pieces[i % pieces.length] ?? ''} `;
      return cutTo(text, size);
    };
  return [
    { name: 'near misses of each rule', text: from(whole.map((text) => text.slice(0, -4))) },
    { name: 'beginnings of each rule', text: from(whole.map((text) => text.slice(0, Math.ceil(text.length / 2)))) },
    { name: 'matches of each rule', text: from(whole) },
    ...(keywords.length > 0
      ? [
          { name: 'keywords', text: from(keywords) },
          { name: 'keywords with an equals sign', text: from(keywords.map((keyword) => `${keyword} = `)) },
          { name: 'keywords without a gap', text: from(keywords.map((keyword) => keyword + keyword)) },
        ]
      : []),
  ];
}

function randomText(size: number, alphabet: string): string {
  const random = randomFrom(size + alphabet.length);
  return Array.from({ length: size }, () => alphabet[random.below(alphabet.length)]).join('');
}

/** A text that matches, for each of the expressions. */
function samplesOf(expressions: readonly string[]): readonly string[] {
  const random = randomFrom(5);
  return expressions.map((regex) => sampleOf(regex, () => random.below(2 ** 24) / 2 ** 24));
}

/** What hurts one expression: its own sample, cut off in several places, again and again. */
export function hostileToOne(regex: string): readonly Hostile[] {
  const [sample = ''] = samplesOf([regex]);
  if (sample === '') return [];
  const cut = (share: number): string => sample.slice(0, Math.max(1, Math.ceil((sample.length - 1) * share)));
  return [cut(0.25), cut(0.5), cut(0.75), cut(1), `${cut(0.5)} `, `${cut(1)} `, `${sample}x`].map((piece) => ({
    name: JSON.stringify(piece),
    text: (size) => cutTo(piece.repeat(Math.ceil(size / piece.length)), size),
  }));
}

/** The first `size` units of a text; never half a character. */
function cutTo(text: string, size: number): string {
  return text.slice(0, size).replace(/[\ud800-\udbff]$/, '');
}
