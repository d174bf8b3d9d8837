// From a list of words to the expression that finds them: without regard to case, as whole words, any white space between
// the words of a phrase. Of several that begin at one place the longest wins. A `*` ahead of a phrase or behind it lets the
// word go on there: `*token*` stands in `refreshTokenId`; the match is what is written, without the rest of the word.

import { closeUnderCase } from './code-points.ts';
import { tooLarge } from './parse-regex.ts';
import { patternBudget, programSize } from './program-size.ts';
import type { RegexFault } from './regex-fault.ts';
import type { Ranges, RegexNode } from './regex-tree.ts';

/** Unicode's White_Space. */
const space: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/** White space between two words of a phrase, in characters: on a stream every match has to have an end. */
const mostSpace = 10;

/** What is wrong with `words`: there can be too many of them; undefined when nothing is. */
export function checkWords(words: readonly string[]): RegexFault | undefined {
  const size = programSize(wordsTree(words));
  return size <= patternBudget ? undefined : { kind: 'pattern-too-large', message: tooLarge(size), at: 0, end: 0 };
}

/** The expression for `words`; of words without a letter or sign nothing is found. */
export function wordsTree(words: readonly string[]): RegexNode {
  const phrases = [...new Set(words)]
    .map((word) => word.split(/\s+/u).filter((part) => part !== ''))
    .filter((parts) => parts.length > 0)
    .map(readPhrase)
    .sort((a, b) => [...b.text].length - [...a.text].length);
  if (phrases.length === 0) return { kind: 'set', ranges: [] };
  return { kind: 'choice', parts: phrases.map(phraseTree) };
}

/** A phrase without its stars. */
interface Phrase {
  /** Its words with one space between them. */
  readonly text: string;
  /** Where no word character may stand beside it. */
  readonly edges: { readonly ahead: boolean; readonly behind: boolean };
}

/** A star that has no word character beside it is a sign like any other. */
function readPhrase(parts: readonly string[]): Phrase {
  const written = parts.join(' ');
  const [ahead, behind] = [/^\*\w/.test(written), /\w\*$/.test(written)];
  const text = written.slice(ahead ? 1 : 0, behind ? -1 : undefined);
  return {
    text,
    edges: {
      ahead: !ahead && isWordCharacter(text.charCodeAt(0)),
      behind: !behind && isWordCharacter(text.charCodeAt(text.length - 1)),
    },
  };
}

function phraseTree({ text, edges }: Phrase): RegexNode {
  const nodes: RegexNode[] = [];
  text.split(' ').forEach((part, i) => {
    if (i > 0) nodes.push({ kind: 'repeat', of: { kind: 'set', ranges: space }, min: 1, max: mostSpace, greedy: true });
    for (const char of part) {
      const code = char.codePointAt(0) ?? 0;
      nodes.push({ kind: 'set', ranges: closeUnderCase([[code, code]]) });
    }
  });
  const edge: RegexNode = { kind: 'assert', what: 'word-edge' };
  if (edges.ahead) nodes.unshift(edge);
  if (edges.behind) nodes.push(edge);
  return { kind: 'sequence', parts: nodes };
}

/** ASCII letter, digit or `_`: what `\b` looks at. */
function isWordCharacter(code: number): boolean {
  return /^\w$/.test(String.fromCharCode(code));
}
