// From a pattern to what the scan and the verifier need of it: instructions, the triggers that every match contains, and how
// long a match can be. Same pattern, same bytes; nothing is placed yet.

import {
  checkWords,
  type CorePattern,
  longestMatch,
  matchesEmpty,
  parseRegex,
  type RegexFault,
  type RegexNode,
  wordsTree,
} from '@rdp/language';
import type { ByteSet } from './byte-set.ts';
import { bytesWithin, type Code, codeOf } from './instructions.ts';
import { type Extent, extentOf, type Piece, piecesOf } from './pieces.ts';
import { treeInView } from './tree-in-view.ts';
import { findTriggers, type TriggerSet } from './triggers.ts';

/** A pattern that the matcher can run. */
export interface CompiledPattern {
  readonly kind: 'pattern';
  readonly node: RegexNode;
  readonly code: Code;
  /** Bytes of a match. */
  readonly extent: Extent;
  /** Every byte that a match may have. */
  readonly bytes: ByteSet;
  /** Whether nothing at all may be a match. */
  readonly matchesEmpty: boolean;
  /** How its matches are found: at the text's start alone, by triggers, or by trying every place. */
  readonly search: { readonly by: 'start' | 'place' } | { readonly by: 'triggers'; readonly set: TriggerSet };
  /** Code points of the longest match; undefined when there is no bound. */
  readonly maxLength: number | undefined;
}

/** What is wrong with a pattern. */
export interface PatternFault {
  readonly kind: 'fault';
  readonly fault: RegexFault;
}

const compiled = new WeakMap<CorePattern['body'], CompiledPattern | PatternFault>();

/** The pattern `body`, ready to be placed, or what is wrong with it; worked out once for the same object. */
export function compilePattern(body: CorePattern['body']): CompiledPattern | PatternFault {
  const known = compiled.get(body);
  if (known) return known;
  const parsed = patternTree(body);
  const result = parsed.kind === 'fault' ? parsed : compileTree(parsed.node);
  compiled.set(body, result);
  return result;
}

function compileTree(node: RegexNode): CompiledPattern {
  const piece = piecesOf(node);
  const set = startsAtText(piece) ? undefined : findTriggers(piece);
  return {
    kind: 'pattern',
    node,
    code: codeOf(piece),
    extent: extentOf(piece),
    bytes: bytesWithin(piece),
    matchesEmpty: matchesEmpty(node),
    search: set ? { by: 'triggers', set } : { by: startsAtText(piece) ? 'start' : 'place' },
    maxLength: longestMatch(node),
  };
}

/** The expression that `body` stands for, within the budget of states. */
export function patternTree(
  body: CorePattern['body'],
): { readonly kind: 'regex'; readonly node: RegexNode } | PatternFault {
  const written = writtenTree(body);
  return body.normalized && written.kind === 'regex' ? { kind: 'regex', node: treeInView(written.node) } : written;
}

function writtenTree(body: CorePattern['body']): ReturnType<typeof patternTree> {
  if (body.kind === 'regex') return parseRegex(body.regex);
  const fault = checkWords(body.words);
  return fault ? { kind: 'fault', fault } : { kind: 'regex', node: wordsTree(body.words) };
}

/** Whether every match begins at the start of the text. */
function startsAtText(piece: Piece): boolean {
  if (piece.kind === 'assert') return piece.what === 'text-start';
  if (piece.kind === 'choice') return piece.parts.every(startsAtText);
  return piece.kind === 'sequence' && piece.parts[0] !== undefined && startsAtText(piece.parts[0]);
}
