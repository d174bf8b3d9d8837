// An attack → the same attack in the disguises that are known for prompts. Each changes the whole text; what it says stays.

/** A disguise by its name. */
export interface Disguise {
  readonly name: string;
  readonly wrap: (text: string) => string;
}

/** The disguises. `twins`: letters of other scripts that look the same, from Unicode's list of intentional confusables. */
export function disguises(twins: ReadonlyMap<string, string>): readonly Disguise[] {
  return [
    { name: 'letters of other scripts', wrap: (text) => each(text, (char) => twins.get(char) ?? char) },
    { name: 'zero-width characters', wrap: (text) => [...text].join('\u200b') },
    { name: 'soft hyphens', wrap: (text) => each(text, (char) => (isLetter(char) ? `${char}\u00ad` : char)) },
    { name: 'full-width letters', wrap: (text) => each(text, fullWidth) },
    { name: 'mathematical letters', wrap: (text) => each(text, mathematical) },
    {
      name: 'tag characters',
      wrap: (text) => `Hello! ${each(text, (char) => (char < '\x7f' && char >= ' ' ? shift(char, 0xe0000) : ''))}`,
    },
    { name: 'variation selectors', wrap: (text) => each(text, (char) => `${char}\ufe0f`) },
    { name: 'combining marks', wrap: (text) => each(text, (char) => (isLetter(char) ? `${char}\u0336\u0323` : char)) },
    { name: 'bidi controls', wrap: (text) => each(text, (char) => (isLetter(char) ? `\u2066${char}\u2069` : char)) },
    { name: 'digits for letters', wrap: (text) => each(text, (char) => leet.get(char.toLowerCase()) ?? char) },
    { name: 'base64', wrap: (text) => Buffer.from(text).toString('base64') },
    { name: 'hexadecimal', wrap: (text) => Buffer.from(text).toString('hex') },
    { name: 'URL encoding', wrap: (text) => Buffer.from(text).toString('hex').replace(/../g, '%$&') },
    { name: 'HTML references', wrap: (text) => each(text, (char) => `&#${char.codePointAt(0)};`) },
    { name: 'letters apart', wrap: (text) => text.split(' ').map(spaced).join('   ') },
    {
      name: 'alternating case',
      wrap: (text) => [...text].map((char, i) => (i % 2 === 0 ? char.toLowerCase() : char.toUpperCase())).join(''),
    },
  ];
}

/** The pairs of Unicode's `intentional.txt` (UTS 39), from ASCII; a few of our own where the file is not there. */
export function readTwins(text: string | undefined): ReadonlyMap<string, string> {
  const rows = [...(text ?? '').matchAll(/^([0-9A-F]{4}) ;\s*([0-9A-F]{4})/gm)];
  const pairs = rows.map(([, from = '', to = '']) =>
    [from, to].map((code) => String.fromCodePoint(parseInt(code, 16))),
  );
  const known = pairs.length === 0 ? own : pairs;
  return new Map(known.flatMap(([from = '', to = '']) => (from <= '\x7f' ? [[from, to] as const] : [])));
}

const own: readonly (readonly string[])[] = [...'aаeеoоpрcсxхyуiіsѕjјhһ'.matchAll(/(.)(.)/gu)].map(
  ([, from = '', to = '']) => [from, to],
);

const leet: ReadonlyMap<string, string> = new Map(
  [...'a4e3i1o0s5t7'.matchAll(/(.)(.)/g)].map(([, a = '', b = '']) => [a, b]),
);

const each = (text: string, change: (char: string) => string): string => [...text].map(change).join('');
const isLetter = (char: string): boolean => /^\p{L}$/u.test(char);
const spaced = (word: string): string => [...word].join(' ');
const shift = (char: string, by: number): string => String.fromCodePoint((char.codePointAt(0) ?? 0) + by);
const fullWidth = (char: string): string => (char > ' ' && char < '\x7f' ? shift(char, 0xfee0) : char);

/** Bold, of the block of mathematical alphanumeric symbols. */
function mathematical(char: string): string {
  if (/[A-Z]/.test(char)) return shift(char, 0x1d400 - 0x41);
  if (/[a-z]/.test(char)) return shift(char, 0x1d41a - 0x61);
  return /[0-9]/.test(char) ? shift(char, 0x1d7ce - 0x30) : char;
}
