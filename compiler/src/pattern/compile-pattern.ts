// From a pattern to what the scan and the verifier need of it: instructions, the triggers that every match contains, and how
// long a match can be. What the library has was worked out when it was made. Same pattern, same bytes; nothing is placed yet.

import {
  checkWords,
  type CorePattern,
  matchesEmpty,
  parseRegex,
  type RegexFault,
  type RegexNode,
  wordsTree,
} from '@rdp/language';
import type { ByteSet } from './byte-set.ts';
import { graphReader } from './graph-text.ts';
import { bytesWithin, type Code, codeOf, type Instruction } from './instructions.ts';
import { libraryPatterns } from './library-patterns.generated.ts';
import { type Extent, extentOf, type Piece, piecesOf } from './pieces.ts';
import { treeInView } from './tree-in-view.ts';
import type { Trigger } from './trigger.ts';
import { findTriggers, prefixBytes, type TriggerSet } from './triggers.ts';

/** A pattern that the matcher can run. */
export interface CompiledPattern {
  readonly kind: 'pattern';
  /** Where a match begins. */
  readonly start: Instruction;
  /** Bytes of a match. */
  readonly extent: Extent;
  /** Every byte that a match may have. */
  readonly bytes: ByteSet;
  /** Whether nothing at all may be a match. */
  readonly matchesEmpty: boolean;
  /** How its matches are found: at the text's start alone, by triggers, or by trying every place. */
  readonly search: { readonly by: 'start' | 'place' } | { readonly by: 'triggers'; readonly set: EnteredTriggers };
}

/** What stands in every match (`TriggerSet`), in terms of instructions. */
export interface EnteredTriggers {
  readonly triggers: readonly EnteredTrigger[];
  /** Bytes of a match before the trigger. */
  readonly before: Extent;
  /** The bytes that can stand there. */
  readonly prefix: ByteSet;
}

/** A trigger, and the instruction that must match so many bytes behind its beginning, when that is another than the first. */
export interface EnteredTrigger extends Trigger {
  readonly entry: { readonly instruction: Instruction; readonly offset: number } | undefined;
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
  const result = fromLibrary(body) ?? analysePattern(body);
  compiled.set(body, result);
  return result;
}

/** The same, from the expression. */
export function analysePattern(body: CorePattern['body']): CompiledPattern | PatternFault {
  const parsed = patternTree(body);
  return parsed.kind === 'fault' ? parsed : compileTree(parsed.node);
}

let library: { readonly texts: ReadonlyMap<string, string>; readonly read: (text: string) => unknown } | undefined;

/** The pattern as it was worked out when the library was made; undefined when the library has none such. */
function fromLibrary(body: CorePattern['body']): CompiledPattern | undefined {
  library ??= openLibrary();
  const text = library.texts.get(bodyKey(body));
  return text === undefined ? undefined : (library.read(text) as CompiledPattern); // the generator wrote nothing else
}

function openLibrary(): NonNullable<typeof library> {
  const [common = '', ...lines] = libraryPatterns().split('\n');
  const texts = new Map<string, string>();
  for (let i = 0; i < lines.length; i += 2) texts.set(lines[i] ?? '', lines[i + 1] ?? '');
  return { texts, read: graphReader(common) };
}

/** The same text for the same pattern, on one line, in ASCII. */
export function bodyKey(body: CorePattern['body']): string {
  const written = body.kind === 'regex' ? body.regex : body.words;
  const key = JSON.stringify(body.normalized ? [written, 'normalized'] : [written]);
  return key.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function compileTree(node: RegexNode): CompiledPattern {
  const piece = piecesOf(node);
  const set = startsAtText(piece) ? undefined : findTriggers(piece);
  const code = codeOf(piece);
  return {
    kind: 'pattern',
    start: code.start,
    extent: extentOf(piece),
    bytes: bytesWithin(piece),
    matchesEmpty: matchesEmpty(node),
    search: set ? { by: 'triggers', set: enteredBy(set, code) } : { by: startsAtText(piece) ? 'start' : 'place' },
  };
}

function enteredBy(set: TriggerSet, { start, entries }: Code): EnteredTriggers {
  // Where a match can begin at one place alone, to ask from there asks for what follows, too, and for no more.
  const oneBeginning = set.before.least === set.before.most;
  const triggers = set.triggers.map(({ sets, edge, entry }): EnteredTrigger => {
    const instruction = entry && !oneBeginning && entries.get(entry.piece);
    // What begins at the beginning is asked anyway.
    if (!entry || !instruction || instruction === 'several' || instruction === start)
      return { sets, edge, entry: undefined };
    return { sets, edge, entry: { instruction, offset: entry.offset } };
  });
  return { triggers, before: set.before, prefix: prefixBytes(set) };
}

/** The expression that `body` stands for, within the budget. */
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
