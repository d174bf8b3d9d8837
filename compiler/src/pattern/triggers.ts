// What every match must contain: for each pattern a few short sequences of byte sets, one of which stands in every match, and
// how far from its beginning. The scan looks for those of all patterns at once; the rest is the verifier's.
// INVARIANT: leaves out no match: each non-empty match has one of the sequences, `before` bytes behind its beginning.

import type { Ranges } from '@rdp/language';
import {
  allBytes,
  byteSet,
  type ByteSet,
  isAscii,
  isWithin,
  leadBytes,
  likelihood,
  singleByte,
  sizeOf,
  unionOf,
  wordBytes,
} from './byte-set.ts';
import { bytesWithin, charBytes } from './instructions.ts';
import { addExtents, type Char, type Extent, extentOf, type Loop, type Piece } from './pieces.ts';
import { foldedBytes } from './place-windows.ts';
import { type PieceTrigger, type Trigger, triggerLikelihood } from './trigger.ts';
import { utf8Bytes } from './utf8-bytes.ts';

/** One of the triggers stands in every match, `before` bytes behind its beginning. */
export interface TriggerSet {
  readonly triggers: readonly PieceTrigger[];
  readonly before: Extent;
  /** The pieces that can stand between the beginning of the match and the trigger. */
  readonly prefix: readonly Piece[];
}

/** The bytes that can stand between the beginning of a match and its trigger. */
export function prefixBytes({ prefix }: TriggerSet): ByteSet {
  return prefix.map(bytesWithin).reduce(unionOf, byteSet([]));
}

/** The longest sequence that is looked for: what the slots of a bucket hold beside the byte before it. */
const longestTrigger = 7;
/** While a sequence is being put together it may be longer. */
const longestWindow = 16;
/** The most sequences that one pattern may give. */
const mostTriggers = 400;
/** Alternatives multiplied with what stands before them come to no more than this. */
const mostProducts = 24;
/** A trigger that fits more places than this share of ordinary text is none. */
const mostLikely = 0.2;

/** Bytes that are more likely are not worth a place in a trigger. */
const mostLikelyInRun = 0.9;

/** The triggers of a pattern; undefined when there are none that would save work. */
export function findTriggers(piece: Piece): TriggerSet | undefined {
  const best = bestOf(candidatesOf(piece, { offset: { least: 0, most: 0 }, prefix: [], after: 'anything' }));
  return best && weightOf(best) <= mostLikely ? best : undefined;
}

/** How likely a place of ordinary text is a trigger. */
function weightOf({ triggers }: { readonly triggers: readonly Trigger[] }): number {
  return triggers.reduce((sum, trigger) => sum + triggerLikelihood(trigger), 0);
}

/**
 * Nanoseconds a place of text, guessed, that it costs to have triggers which the scan of windows cannot take, and that each of
 * them costs: the scan of buckets lets more places through by each.
 */
const looseCost = { first: 0.05, each: 0.03 } as const;

/** A guess at nanoseconds a place of text: the scan's hits, each with what it costs to refuse it. */
function costOf(set: TriggerSet): number {
  const span = set.before.most === undefined ? 200 : Math.min(set.before.most - set.before.least, 200);
  const refusal = set.triggers.every((trigger) => trigger.entry) ? 30 + span / 4 : 60 + span * 4;
  const count = set.triggers.filter((trigger) => !hasThreeKnown(trigger)).length;
  const loose = count === 0 ? 0 : looseCost.first + count * looseCost.each;
  const texts = set.triggers.reduce((sum, trigger) => sum + windowTexts(trigger), 0) * costOfText;
  return weightOf(set) * refusal + loose + texts + set.triggers.length * 1e-6 + span * 1e-9;
}

/** Nanoseconds a place of text, guessed, that each text of four bytes costs which the scan of windows lets through. */
const costOfText = 30 * 2 ** -19;

/** How many texts of four bytes a window of the trigger comes to, in either case, where the scan of windows takes it. */
function windowTexts(trigger: Trigger): number {
  if (!hasThreeKnown(trigger)) return 0;
  const sizes = trigger.sets.map((set) => foldedBytes(set).length);
  const products = sizes
    .slice(0, Math.max(1, sizes.length - 3))
    .map((_, i) => sizes.slice(i, i + 4).reduce((product, size) => product * size, sizes.length < 4 ? 128 : 1));
  return Math.min(...products);
}

/** Whether three bytes in a row are nearly known, which is what the scan of windows wants. */
function hasThreeKnown({ sets }: Trigger): boolean {
  return sets.some((set, i) => {
    const [second, third] = [sets[i + 1], sets[i + 2]];
    return second !== undefined && third !== undefined && sizeOf(set) * sizeOf(second) * sizeOf(third) <= 40;
  });
}

function bestOf(candidates: readonly TriggerSet[]): TriggerSet | undefined {
  let best: TriggerSet | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const cost = costOf(candidate);
    if (cost >= least) continue;
    least = cost;
    best = candidate;
  }
  return best;
}

/** Where a piece stands: how many bytes of the match are before it, and which. */
interface Context {
  readonly offset: Extent;
  readonly prefix: readonly Piece[];
  /** `\b`: a word's edge is asserted right before it. */
  readonly after: 'edge' | 'anything';
}

function candidatesOf(piece: Piece, context: Context): readonly TriggerSet[] {
  switch (piece.kind) {
    case 'sequence':
      return walkSequence(piece.parts, context);
    case 'choice': {
      const whole = textsOf(piece) ? walkSequence([piece], context) : [];
      const ways = piece.parts.map((part) => bestOf(candidatesOf(part, context)));
      return [...whole, ...joined(ways)];
    }
    case 'repeat':
      return piece.min > 0 ? candidatesOf(piece.of, context).map(withoutEntries) : [];
    default:
      return walkSequence([piece], context);
  }
}

/** A body that is repeated has no one place in the program. */
function withoutEntries(set: TriggerSet): TriggerSet {
  return { ...set, triggers: set.triggers.map((trigger) => ({ ...trigger, entry: undefined })) };
}

/** The triggers of alternatives together; nothing when one of them has none. */
function joined(ways: readonly (TriggerSet | undefined)[]): readonly TriggerSet[] {
  const triggers: PieceTrigger[] = [];
  let before: Extent | undefined;
  const prefix: Piece[] = [];
  for (const way of ways) {
    if (!way) return [];
    triggers.push(...way.triggers);
    const { least, most } = way.before;
    before = before
      ? {
          least: Math.min(before.least, least),
          most: before.most === undefined || most === undefined ? undefined : Math.max(before.most, most),
        }
      : way.before;
    prefix.push(...way.prefix);
  }
  if (!before) return [];
  const one: TriggerSet = { triggers: [unionOfAll(triggers)], before, prefix };
  return triggers.length > mostTriggers ? [one] : [{ triggers, before, prefix }, one];
}

/** One trigger that stands wherever one of many does: place by place, the bytes of all. */
function unionOfAll(triggers: readonly PieceTrigger[]): PieceTrigger {
  const length = Math.min(...triggers.map(({ sets }) => sets.length));
  const sets = Array.from({ length }, (_, i) =>
    triggers.reduce((all, trigger) => unionOf(all, trigger.sets[i] ?? byteSet([])), byteSet([])),
  );
  const edge = triggers.every((trigger) => trigger.edge === 'after no word') ? 'after no word' : 'anywhere';
  return { sets, edge, entry: undefined };
}

type Sets = readonly ByteSet[];

/** A stretch of a sequence all of whose texts are known. */
interface Window {
  readonly texts: readonly Sets[];
  readonly context: Context;
  /** Pieces, and how many bytes behind the beginning they begin; the same for every text. Ascending. */
  readonly entries: readonly NonNullable<PieceTrigger['entry']>[];
  readonly edge: PieceTrigger['edge'];
  /** What it consists of. */
  readonly parts: readonly Piece[];
}

function walkSequence(parts: readonly Piece[], context: Context): readonly TriggerSet[] {
  const found: TriggerSet[] = [];
  let place = context;
  let window: Window | undefined;
  const finish = (after: Piece | undefined): void => {
    if (window) found.push(...triggersOf(window, after));
    window = undefined;
  };
  for (const part of parts) {
    const texts = textsOf(part);
    const edge = place.after === 'edge' && beginsWord(part) ? 'after no word' : 'anywhere';
    if (texts) {
      const product = window && crossed(window.texts, texts);
      if (window && product)
        window = { ...window, texts: product, entries: entriesWith(window, part), parts: [...window.parts, part] };
      else {
        finish(part);
        if (texts.length <= mostTriggers && lengthOf(texts) > 0)
          window = { texts, context: place, entries: [{ piece: part, offset: 0 }], edge, parts: [part] };
      }
    } else if (part.kind === 'loop') window = aroundLoop(part, { window, place, edge, found });
    else {
      if (window && part.kind === 'choice') found.push(...behindBeginning(window, part.parts));
      finish(part);
      if (part.kind === 'chars') found.push(...partsOfLiteral(part.chars, place));
      else if (part.kind === 'choice' || part.kind === 'repeat') {
        const best = bestOf(candidatesOf(part, place));
        if (best) found.push(best);
      }
    }
    place = behind(place, part);
  }
  finish(undefined);
  return found;
}

/** What alternatives have in common before them, with each of them. */
function behindBeginning({ texts, context, entries }: Window, ways: readonly Piece[]): readonly TriggerSet[] {
  if (texts.length !== 1 || entries[0]?.offset !== 0) return [];
  const beginning = entries.map(({ piece }) => piece);
  const rests = ways.map((way) => (way.kind === 'sequence' ? way.parts : [way]));
  return joined(rests.map((rest) => bestOf(walkSequence([...beginning, ...rest], context))));
}

/** The place behind a piece. */
function behind(place: Context, part: Piece): Context {
  if (part.kind === 'assert') return { ...place, after: part.what === 'word-edge' ? 'edge' : place.after };
  return {
    offset: addExtents(place.offset, extentOf(part)),
    prefix: [...place.prefix, part],
    after: 'anything',
  };
}

function entriesWith({ texts, entries }: Window, piece: Piece): Window['entries'] {
  return isPoint(texts) ? [...entries, { piece, offset: lengthOf(texts) }] : entries;
}

/**
 * A loop ends a stretch with as many of its bytes as there must be, and begins the next one with them: the last of them stand
 * right before what follows.
 */
function aroundLoop(
  loop: Loop,
  {
    window,
    place,
    edge,
    found,
  }: {
    readonly window: Window | undefined;
    readonly place: Context;
    readonly edge: PieceTrigger['edge'];
    readonly found: TriggerSet[];
  },
): Window | undefined {
  // So many code points are at least as many bytes, and each of them is one that their UTF-8 has.
  const set = allBytes(loop.ranges);
  const least = likelihood(set) <= mostLikelyInRun ? Math.min(loop.min, longestTrigger) : 0;
  const run: Sets = Array.from({ length: least }, () => set);
  if (window) {
    const product = crossed(window.texts, [run]);
    found.push(
      ...triggersOf(
        product
          ? { ...window, texts: product, entries: entriesWith(window, loop), parts: [...window.parts, loop] }
          : window,
        product ? undefined : loop,
      ),
    );
  }
  if (least === 0) return undefined;
  found.push(
    ...triggersOf(
      { texts: [run], context: place, entries: [{ piece: loop, offset: 0 }], edge, parts: [loop] },
      undefined,
    ),
  );
  const { least: shortest, most } = extentOf(loop);
  const skipped = { least: shortest - least, most: most === undefined ? undefined : most - least };
  const last: Context = {
    offset: addExtents(place.offset, skipped),
    prefix: [...place.prefix, loop],
    after: 'anything',
  };
  return { texts: [run], context: last, entries: [], edge: 'anywhere', parts: [loop] };
}

/** Of a literal that has too many forms, the parts that have few. */
function partsOfLiteral(chars: readonly Char[], place: Context): readonly TriggerSet[] {
  const found: TriggerSet[] = [];
  for (let from = 0; from + 4 <= chars.length; from++) {
    const texts = charTexts(chars.slice(from, from + longestTrigger));
    const context = behind(place, { kind: 'chars', chars: chars.slice(0, from) });
    if (texts)
      found.push(
        ...triggersOf({ texts, context, entries: [], edge: 'anywhere', parts: [{ kind: 'chars', chars }] }, undefined),
      );
  }
  return found;
}

function lengthOf(texts: readonly Sets[]): number {
  return Math.min(...texts.map((text) => text.length));
}

/** Whether all texts are equally long, so that what follows has one place. */
function isPoint(texts: readonly Sets[]): boolean {
  return texts.every((text) => text.length === texts[0]?.length);
}

function beginsWord(part: Piece): boolean {
  if (part.kind === 'sequence') return part.parts[0] !== undefined && beginsWord(part.parts[0]);
  const texts = textsOf(part);
  if (texts) return texts.every((text) => text[0] !== undefined && isWithin(text[0], wordBytes));
  const set = part.kind === 'loop' && part.min > 0 ? asciiSet(part.ranges) : undefined;
  return set !== undefined && isWithin(set, wordBytes);
}

/** The set when it is ASCII alone. */
function asciiSet(ranges: Ranges): ByteSet | undefined {
  return isAscii(ranges) ? leadBytes(ranges) : undefined;
}

const knownTexts = new WeakMap<Piece, readonly Sets[] | 'many'>();

/** All that a piece can match, when that is little. */
function textsOf(piece: Piece): readonly Sets[] | undefined {
  const known = knownTexts.get(piece) ?? findTexts(piece) ?? 'many';
  knownTexts.set(piece, known);
  return known === 'many' ? undefined : known;
}

function findTexts(piece: Piece): readonly Sets[] | undefined {
  switch (piece.kind) {
    case 'empty':
    case 'assert':
      return [[]];
    case 'never':
      return [];
    case 'chars':
      return charTexts(piece.chars);
    case 'set': {
      const set = asciiSet(piece.ranges);
      return set ? [[set]] : fewTexts(piece.ranges);
    }
    case 'loop': {
      const set = asciiSet(piece.ranges);
      if (!set || piece.max === undefined || piece.max - piece.min > 1 || piece.max > longestTrigger) return undefined;
      return Array.from({ length: piece.max - piece.min + 1 }, (_, i) =>
        Array.from({ length: piece.min + i }, () => set),
      );
    }
    case 'sequence':
      return piece.parts.reduce<readonly Sets[] | undefined>(
        (texts, part) => {
          const more = texts && textsOf(part);
          return texts && more && crossed(texts, more);
        },
        [[]],
      );
    case 'choice': {
      const all: Sets[] = [];
      for (const part of piece.parts) {
        const texts = textsOf(part);
        if (!texts || all.length + texts.length > mostTriggers) return undefined;
        all.push(...texts);
      }
      return all;
    }
    case 'repeat': {
      const texts = textsOf(piece.of);
      if (!texts || piece.max === undefined || piece.max > 4 || piece.max - piece.min > 1) return undefined;
      let all: readonly Sets[] | undefined = [[]];
      for (let i = 0; i < piece.max && all; i++) all = crossed(all, i < piece.min ? texts : [[], ...texts]);
      return all;
    }
  }
}

/** The most code points beyond ASCII, such as a letter in both cases, that are texts of their own. */
const fewCodes = 4;

function fewTexts(ranges: Ranges): readonly Sets[] | undefined {
  if (ranges.reduce((sum, [low, high]) => sum + high - low + 1, 0) > fewCodes) return undefined;
  const codes = ranges.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => low + i));
  return codes.map((code) => utf8Bytes(code).map(singleByte));
}

function charTexts(chars: readonly Char[]): readonly Sets[] | undefined {
  let texts: Sets[] = [[]];
  for (const char of chars) {
    const special: Sets | undefined =
      char.fold !== 'unicode' ? undefined : (char.byte === 0x73 ? [0xc5, 0xbf] : [0xe2, 0x84, 0xaa]).map(singleByte);
    const plain = charBytes(char.fold === 'unicode' ? { byte: char.byte, fold: 'ascii' } : char);
    const next = texts.map((text) => [...text, plain]);
    if (special) next.push(...texts.map((text) => [...text, ...special]));
    if (next.length > mostProducts) return undefined;
    texts = next;
  }
  return texts;
}

function crossed(a: readonly Sets[], b: readonly Sets[]): readonly Sets[] | undefined {
  if (a.length * b.length > Math.max(mostProducts, a.length, b.length)) return undefined;
  const texts = a.flatMap((head) => b.map((tail) => [...head, ...tail]));
  return texts.some((text) => text.length > longestWindow) ? undefined : texts;
}

/** The triggers of a window, each text cut to its best part; `after`: the piece that begins where every text ends. */
function triggersOf({ texts, context, entries, edge, parts }: Window, after: Piece | undefined): readonly TriggerSet[] {
  if (texts.length === 0 || texts.length > mostTriggers || texts.some((text) => text.length === 0)) return [];
  const entriesOf = (text: Sets): Window['entries'] =>
    after ? [...entries, { piece: after, offset: text.length }] : entries;
  if (texts.every((text) => text.length <= longestTrigger)) {
    const whole = texts.map((sets): PieceTrigger => ({ sets, edge, entry: entryFrom(entriesOf(sets), 0) }));
    return [{ triggers: unique(whole), before: context.offset, prefix: context.prefix }];
  }
  // Cut all at the same place, so that what is before them is the same.
  const shortest = lengthOf(texts);
  const cuts: TriggerSet[] = [];
  for (let from = 0; from === 0 || from + 4 <= shortest; from++) {
    const cut = texts.map((sets): PieceTrigger => ({
      sets: sets.slice(from, from + longestTrigger),
      edge: from === 0 ? edge : 'anywhere',
      entry: entryFrom(entriesOf(sets), from),
    }));
    cuts.push({
      triggers: unique(cut),
      before: addExtents(context.offset, { least: from, most: from }),
      prefix: [...context.prefix, ...parts],
    });
  }
  const best = bestOf(cuts);
  return best ? [best] : [];
}

/**
 * Of the pieces that begin in the trigger or where it ends the last, since it says what is before (but an assertion ahead of
 * it, which it does not say, comes first); or else the first behind it.
 */
function entryFrom(entries: Window['entries'], from: number): PieceTrigger['entry'] {
  const behind = entries.filter(({ offset }) => offset >= from);
  const last = behind.findLast(({ offset }) => offset <= from + longestTrigger);
  const entry = last ? behind.find(({ offset }) => offset === last.offset) : behind[0];
  return entry && { piece: entry.piece, offset: entry.offset - from };
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

/** A number for a set or piece, by which those of one pattern are told apart; only whether two are equal counts. */
function identityOf(of: object): number {
  const known = identities.get(of) ?? nextIdentity++;
  identities.set(of, known);
  return known;
}

/** Cut texts may have become equal; those that must go on alike are one. */
function unique(triggers: readonly PieceTrigger[]): readonly PieceTrigger[] {
  const byKey = new Map<string, PieceTrigger>();
  for (const trigger of triggers) {
    const { sets, entry } = trigger;
    const key = `${entry && identityOf(entry.piece)}+${entry?.offset}:${sets.map(identityOf).join()}`;
    if (!byKey.has(key)) byKey.set(key, trigger);
  }
  return [...byKey.values()];
}
