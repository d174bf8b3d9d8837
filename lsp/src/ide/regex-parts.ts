// The text of a regular expression `re"…"` → its parts, each with what it stands for: tokens to colour, and what hover says.
// Reads RE2's syntax as it is written in a policy, where `\"` is a quote. Faults are the checker's to report; whatever is not
// understood is a literal.
// INVARIANT: the parts tile the text between the quotes, in order, without gaps.

import { pathTo, type FileUnit } from '@rdp/language';

export type RegexPartKind = 'literal' | 'escape' | 'class' | 'any' | 'anchor' | 'quantifier' | 'group' | 'choice';

export interface RegexPart {
  /** Offsets in the text that was read. */
  readonly start: number;
  readonly end: number;
  readonly kind: RegexPartKind;
  /** A sentence, in Markdown. */
  readonly doc: string;
}

/** The parts of an expression's raw text. */
export function regexParts(raw: string): readonly RegexPart[] {
  const parts: RegexPart[] = [];
  let at = 0;
  while (at < raw.length) {
    const part = partAt(raw, at);
    parts.push(part);
    at = part.end;
  }
  return parts;
}

/** What of a literal of a file is coloured: its parts other than plain text, as offsets of the file. */
export function regexTokens(
  text: string,
  literal: { readonly start: number; readonly end: number },
): readonly RegexPart[] {
  const start = literal.start + 3;
  const raw = text.slice(start, text[literal.end - 1] === '"' && literal.end > start ? literal.end - 1 : literal.end);
  return regexParts(raw).map((part) => ({ ...part, start: part.start + start, end: part.end + start }));
}

/** The part of a regular expression at a place of a file. */
export function regexPartAt({ file, tree }: FileUnit, offset: number): RegexPart | undefined {
  const literal = pathTo(tree, offset).findLast(({ kind }) => kind === 'regex');
  if (literal === undefined || !file.text.startsWith('re"', literal.start)) return undefined;
  const parts = regexTokens(file.text, literal);
  return parts.find(({ start, end }) => start <= offset && offset < end) ?? parts.findLast(({ end }) => end === offset);
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['d', 'A digit, 0 to 9.'],
  ['D', 'Anything but a digit.'],
  ['s', 'White space.'],
  ['S', 'Anything but white space.'],
  ['w', 'A letter or digit of ASCII, or `_`.'],
  ['W', 'Anything but a letter or digit of ASCII or `_`.'],
]);

const anchors: ReadonlyMap<string, string> = new Map([
  ['b', 'The edge of a word of ASCII letters, digits and `_`.'],
  ['B', 'No edge of a word.'],
  ['A', 'The beginning of the text.'],
  ['z', 'The end of the text.'],
]);

const controls: ReadonlyMap<string, string> = new Map([
  ['n', 'A line feed.'],
  ['r', 'A carriage return.'],
  ['t', 'A tab.'],
  ['f', 'A form feed.'],
  ['v', 'A vertical tab.'],
  ['a', 'A bell.'],
]);

function partAt(raw: string, at: number): RegexPart {
  const part = (length: number, kind: RegexPartKind, doc: string): RegexPart => ({
    start: at,
    end: Math.min(at + Math.max(length, 1), raw.length),
    kind,
    doc,
  });
  const char = raw.charAt(at);
  switch (char) {
    case '\\':
      return escapeAt(raw, at, part);
    case '[':
      return classAt(raw, at, part);
    case '.':
      return part(1, 'any', 'Any character but a line feed; with `(?s)` any at all.');
    case '^':
      return part(1, 'anchor', 'The beginning of the text; with `(?m)` of a line.');
    case '$':
      return part(1, 'anchor', 'The end of the text; with `(?m)` of a line.');
    case '|':
      return part(1, 'choice', 'Or: the earlier alternative is preferred.');
    case '(':
      return groupAt(raw, at, part);
    case ')':
      return part(1, 'group', 'The end of a group.');
    case '*':
    case '+':
    case '?':
    case '{':
      return quantifierAt(raw, at, part);
    default: {
      const length = String.fromCodePoint(raw.codePointAt(at) ?? 0).length;
      return part(length, 'literal', `The character \`${raw.slice(at, at + length)}\`.`);
    }
  }
}

type MakePart = (length: number, kind: RegexPartKind, doc: string) => RegexPart;

function escapeAt(raw: string, at: number, part: MakePart): RegexPart {
  const rest = raw.slice(at);
  const next = rest.charAt(1);
  const anchor = anchors.get(next);
  if (anchor !== undefined) return part(2, 'anchor', anchor);
  const known = escapes.get(next) ?? controls.get(next);
  if (known !== undefined) return part(2, controls.has(next) ? 'escape' : 'class', known);
  const property = /^\\[pP](?:\{\^?([A-Za-z_]+)\}|([A-Z]))/.exec(rest);
  if (property) {
    const name = property[1] ?? property[2] ?? '';
    const negated = rest.startsWith('\\P') !== rest.includes('{^');
    return part(
      property[0].length,
      'class',
      `A character ${negated ? 'without' : 'with'} the Unicode property \`${name}\`.`,
    );
  }
  const hex = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(rest);
  if (hex) {
    const code = (hex[1] ?? hex[2] ?? '').toUpperCase().padStart(4, '0');
    return part(hex[0].length, 'escape', `The character U+${code}.`);
  }
  const octal = /^\\[0-7]{1,3}/.exec(rest);
  if (octal) return part(octal[0].length, 'escape', 'A character by its number in base 8.');
  const quoted = /^\\Q[\s\S]*?(?:\\E|$)/.exec(rest);
  if (quoted) return part(quoted[0].length, 'literal', 'The text between `\\Q` and `\\E`, as it stands.');
  return part(2, 'escape', next === '' ? 'An escape that lacks its character.' : `The character \`${next}\`.`);
}

function classAt(raw: string, at: number, part: MakePart): RegexPart {
  let end = at + 1;
  if (raw.charAt(end) === '^') end++;
  // A `]` that comes first is a character.
  if (raw.charAt(end) === ']') end++;
  while (end < raw.length && raw.charAt(end) !== ']') {
    const posix = /^\[:\^?[a-z]+:\]/.exec(raw.slice(end));
    end += posix ? posix[0].length : raw.charAt(end) === '\\' ? 2 : 1;
  }
  const negated = raw.charAt(at + 1) === '^';
  const doc = negated ? 'One character that is none of these.' : 'One of these characters.';
  return part(end + 1 - at, 'class', doc);
}

function groupAt(raw: string, at: number, part: MakePart): RegexPart {
  const rest = raw.slice(at);
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
  if (named) {
    const doc =
      named[1] === 'match'
        ? 'What is found: what stands around this group is only asked for.'
        : 'A group; its name only says what it is for.';
    return part(named[0].length, 'group', doc);
  }
  const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
  if (flags) return part(flags[0].length, 'group', flagsDoc(flags[1] ?? '', flags[2] ?? '', flags[3] ?? ':'));
  return part(1, 'group', 'A group.');
}

const flagDocs: ReadonlyMap<string, string> = new Map([
  ['i', 'letters in any case'],
  ['m', '`^` and `$` at lines'],
  ['s', '`.` is a line feed too'],
  ['U', 'repetitions prefer few'],
]);

function flagsDoc(on: string, off: string, end: string): string {
  const said = [
    ...[...on].map((flag) => flagDocs.get(flag) ?? flag),
    ...[...off].map((flag) => `not: ${flagDocs.get(flag) ?? flag}`),
  ].join(', ');
  if (said === '') return 'A group.';
  return end === ')' ? `From here on: ${said}.` : `A group with: ${said}.`;
}

function quantifierAt(raw: string, at: number, part: MakePart): RegexPart {
  const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(raw.slice(at));
  if (found === null) return part(1, 'literal', 'The character `{`.');
  const [text, min, comma, max] = found;
  const few = text.endsWith('?') && text.length > 1 ? ', as few as will do' : '';
  const many = (): string => {
    if (text.startsWith('*')) return 'Any number of times, without a longest match';
    if (text.startsWith('+')) return 'Once or more, without a longest match';
    if (text.startsWith('?')) return 'Once or not at all';
    if (comma === '') return `Exactly ${min} times`;
    return max === '' ? `${min} times or more, without a longest match` : `${min} to ${max} times`;
  };
  return part(text.length, 'quantifier', `${many()}${few}.`);
}
