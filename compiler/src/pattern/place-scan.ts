// From the patterns that are looked for in the same texts to one set of tables: a scan that finds the triggers of all of them
// in one pass, and for each pattern what verifies a hit. `kernel/pattern-scan.ts` and `kernel/pattern-verify.ts` read it.
//
// Set: u32 patterns, u32 address of patterns, u32 address of triggers, u32 block of windows (0: none), u32 block of buckets
// (0: none), u32 patterns without triggers, u32 automaton of beginnings (0: none), u32 groups, u32 address of groups.
// Group, 12 bytes: u32 first pattern, u32 patterns, u32 how many of them have no triggers.
// Pattern, 52 bytes: u32 program, u32 start, u32 least bytes before a trigger, u32 most (0xffffffff: no bound), u32 most
// bytes of a match (0xffffffff: no bound), u32 first bytes (0: any), u32 bytes before a trigger (0: none or not to be asked),
// u32 instructions, u32 flags (1: at the text's start alone, 2: has no triggers, 4: may be empty, 8: found by its context words); for
// those found by context words how many bytes before a trigger of such a word a match may begin, how many behind it, and u32 bytes
// that a match may have; u32 group.
// Trigger, 32 bytes: u8 length, u8 kind (0: literal, 1: sets), u8 1 when no word's character may stand before it, u8 0, u32
// address of owners, u32 owners, u32 0, then for a literal u64 value, u64 bits that do not count (set); for sets the address of
// the u32 address of each. Owner, 12 bytes: u32 pattern, u32 entry (0: none, 1: the trigger is of a context word), u32 its
// offset.

import { type ByteSet, bytesOf } from './byte-set.ts';
import type { CompiledPattern, EnteredTrigger, EnteredTriggers } from './compile-pattern.ts';
import { placeBeginnings } from './place-beginnings.ts';
import { placeBuckets, placesThrough } from './place-buckets.ts';
import { type Place, placeBytes, placeFirst, placeProgram, type PlacedProgram } from './place-program.ts';
import { placeWindows, type TriggerWindows, windowsOf } from './place-windows.ts';
import type { Trigger } from './trigger.ts';

/** A pattern of a set. Those of one group are verified together, and stand in a row; groups are numbered in their order. */
export interface ScannedPattern {
  readonly pattern: CompiledPattern;
  readonly group: number;
  /** A match counts only with one of these words within so many bytes of it. */
  readonly context?: { readonly words: CompiledPattern; readonly reach: number };
}

const patternSize = 52;
const triggerSize = 32;
const unbounded = 0xffffffff;

/** Triggers are numbered in 16 bits; patterns that would have further ones are tried at every place. */
const mostTriggers = 0xffff;

/** Up to so many triggers the buckets hold all of them apart. */
const fewTriggers = 12;
/** The share of places of ordinary text where looking closer costs no more than a pass for the windows. */
const fewPlaces = 1 / 50;

interface Owner {
  readonly pattern: number;
  readonly entry: number;
  readonly offset: number;
}

interface NumberedTrigger {
  readonly trigger: Trigger;
  readonly owners: Owner[];
}

/** How texts come that a set is for: always whole, or in parts as well. */
export type TextsCome = 'whole' | 'in parts';

/** Puts a set for `patterns` into static data; a pattern's number is its position. */
export function placeScan(given: readonly ScannedPattern[], place: Place, come: TextsCome = 'whole'): number {
  const patterns = withinNumbers(given);
  const programs = patterns.map(({ pattern }) => placeProgram(pattern.start, place));
  const contexts = patterns.map(contextOf);
  const triggers = numberTriggers(patterns, { programs, contexts });
  const { windows, loose } = sortTriggers(triggers);
  const head = new DataView(new ArrayBuffer(36));
  head.setUint32(0, patterns.length, true);
  head.setUint32(4, placePatterns(patterns, { programs, contexts }, place), true);
  head.setUint32(8, placeTriggers(triggers, place), true);
  head.setUint32(12, windows.size > 0 ? placeWindows(windows, place) : 0, true);
  head.setUint32(16, loose.size > 0 ? placeBuckets(loose, place) : 0, true);
  const untriggered = patterns.map(({ pattern }, number) => !contexts[number] && !setOf(pattern));
  head.setUint32(20, untriggered.filter(Boolean).length, true);
  const groups = groupsOf(patterns, untriggered);
  head.setUint32(28, groups.length / 3, true);
  head.setUint32(32, placeWords(groups, place), true);
  if (come === 'in parts') {
    const starts = patterns.map(({ pattern }) => pattern.start);
    head.setUint32(24, placeBeginnings(starts, place), true);
  }
  return place(new Uint8Array(head.buffer), 4);
}

/** Which triggers one pass finds by windows, and which another by buckets; a few more in the buckets save the first. */
function sortTriggers(triggers: readonly NumberedTrigger[]): {
  readonly windows: ReadonlyMap<number, TriggerWindows>;
  readonly loose: ReadonlyMap<number, Trigger>;
} {
  const all = new Map(triggers.map(({ trigger }, number) => [number, trigger]));
  const windows = new Map<number, TriggerWindows>();
  const loose = new Map(all);
  for (const [number, trigger] of all) {
    const own = triggers.length > fewTriggers ? windowsOf(trigger) : undefined;
    if (own === undefined) continue;
    windows.set(number, own);
    loose.delete(number);
  }
  const isOnePass = windows.size <= fewTriggers && placesThrough(all) <= fewPlaces;
  return isOnePass ? { windows: new Map(), loose: all } : { windows, loose };
}

/** The patterns, those without triggers for which no numbers are left. */
function withinNumbers(patterns: readonly ScannedPattern[]): readonly ScannedPattern[] {
  let left = mostTriggers;
  return patterns.map((scanned) => {
    const { pattern, context } = scanned;
    // What a pattern has of its own, or its context words in their place.
    const count = Math.max(
      setOf(pattern)?.triggers.length ?? 0,
      (context && setOf(context.words)?.triggers.length) ?? 0,
    );
    left -= count;
    if (left >= 0 || count === 0) return scanned;
    left += count;
    return { pattern: { ...pattern, search: { by: 'place' } }, group: scanned.group };
  });
}

/** First pattern, patterns, and patterns without triggers of each group. */
function groupsOf(patterns: readonly ScannedPattern[], untriggered: readonly boolean[]): readonly number[] {
  const rows: number[] = [];
  patterns.forEach(({ group }, number) => {
    const at = group * 3;
    if (at === rows.length) rows.push(number, 0, 0);
    else if (at !== rows.length - 3) throw new Error('the patterns of a group stand in a row');
    rows[at + 1] = (rows[at + 1] ?? 0) + 1;
    rows[at + 2] = (rows[at + 2] ?? 0) + (untriggered[number] ? 1 : 0);
  });
  return rows;
}

function placeWords(words: readonly number[], place: Place): number {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => view.setUint32(i * 4, word, true));
  return place(new Uint8Array(view.buffer), 4);
}

/** The triggers of all patterns, each once. */
function numberTriggers(
  patterns: readonly ScannedPattern[],
  { programs, contexts }: Placed,
): readonly NumberedTrigger[] {
  const triggers = new Map<string, NumberedTrigger>();
  patterns.forEach(({ pattern }, number) => {
    const program = programs[number];
    if (!program) return;
    const context = contexts[number];
    for (const trigger of (context?.set ?? setOf(pattern))?.triggers ?? []) {
      const key = keyOf(trigger);
      const known = triggers.get(key) ?? { trigger, owners: [] };
      triggers.set(key, known);
      known.owners.push(context ? { pattern: number, entry: ofContext, offset: 0 } : ownerOf(trigger, number, program));
    }
  });
  return [...triggers.values()];
}

/** The entry of an owner whose trigger is of a context word. */
const ofContext = 1;

/** What belongs to the pattern at the same position. */
interface Placed {
  readonly programs: readonly PlacedProgram[];
  readonly contexts: readonly (Context | undefined)[];
}

/** How a pattern is found by its context words. */
interface Context {
  readonly set: EnteredTriggers;
  /** Bytes before and behind a trigger of a word between which a match may begin. */
  readonly back: number;
  readonly ahead: number;
}

/**
 * The context of a pattern that it is found by: where its own triggers are none for the scan of windows, those of its words are,
 * and no match is too long to begin near one.
 */
function contextOf({ pattern, context }: ScannedPattern): Context | undefined {
  const own = setOf(pattern);
  const set = context && setOf(context.words);
  if (!set || pattern.matchesEmpty || pattern.search.by === 'start') return undefined;
  if (own && looseIn(own) <= looseIn(set)) return undefined;
  const { most: longest } = pattern.extent;
  const { most: longestWord } = context.words.extent;
  if (longest === undefined || longestWord === undefined || set.before.most === undefined) return undefined;
  return { set, back: set.before.most + context.reach + longest, ahead: longestWord + context.reach };
}

function setOf(pattern: CompiledPattern): EnteredTriggers | undefined {
  return pattern.search.by === 'triggers' ? pattern.search.set : undefined;
}

const knownKeys = new WeakMap<ByteSet, string>();

function keyOf({ sets, edge }: Trigger): string {
  const keys = sets.map((set) => {
    const key = knownKeys.get(set) ?? set.join();
    knownKeys.set(set, key);
    return key;
  });
  return `${edge}:${keys.join(';')}`;
}

function ownerOf({ entry }: EnteredTrigger, pattern: number, program: PlacedProgram): Owner {
  if (!entry) return { pattern, entry: 0, offset: 0 };
  return { pattern, entry: program.addressOf(entry.instruction), offset: entry.offset };
}

/** How many triggers the scan of windows cannot take. */
function looseIn({ triggers }: { readonly triggers: readonly Trigger[] }): number {
  return triggers.filter((trigger) => !windowsOf(trigger)).length;
}

function placePatterns(patterns: readonly ScannedPattern[], { programs, contexts }: Placed, place: Place): number {
  const view = new DataView(new ArrayBuffer(patterns.length * patternSize));
  patterns.forEach(({ pattern, group }, i) => {
    const program = programs[i];
    const context = contexts[i];
    const set = context ? undefined : setOf(pattern);
    const { start } = pattern;
    const hasPrefix = set && set.before.most !== set.before.least;
    const flags =
      (pattern.search.by === 'start' ? 1 : 0) |
      ((set ?? context) ? 0 : 2) |
      (pattern.matchesEmpty ? 4 : 0) |
      (context ? 8 : 0);
    [
      program?.address ?? 0,
      program?.addressOf(start) ?? 0,
      set?.before.least ?? 0,
      set ? (set.before.most ?? unbounded) : 0,
      pattern.extent.most ?? unbounded,
      placeFirst(start.first, place),
      hasPrefix ? placeBytes(set.prefix, place) : 0,
      program?.states ?? 0,
      flags,
      context?.back ?? 0,
      context?.ahead ?? 0,
      context ? placeBytes(pattern.bytes, place) : 0,
      group,
    ].forEach((value, field) => view.setUint32(i * patternSize + field * 4, value, true));
  });
  return place(new Uint8Array(view.buffer), 4);
}

function placeTriggers(triggers: readonly NumberedTrigger[], place: Place): number {
  const bytes = new Uint8Array(triggers.length * triggerSize);
  const view = new DataView(bytes.buffer);
  triggers.forEach(({ trigger, owners }, number) => {
    const at = number * triggerSize;
    const literal = literalOf(trigger.sets);
    const edge = trigger.edge === 'after no word' ? 1 : 0;
    bytes.set([trigger.sets.length, literal ? 0 : 1, edge], at);
    view.setUint32(at + 4, placeOwners(owners, place), true);
    view.setUint32(at + 8, owners.length, true);
    if (literal) {
      view.setBigUint64(at + 16, literal.value, true);
      view.setBigUint64(at + 24, literal.fold, true);
    } else view.setUint32(at + 16, placeSets(trigger.sets, place), true);
  });
  return place(bytes, 8);
}

interface Literal {
  readonly value: bigint;
  readonly fold: bigint;
}

/** A trigger as numbers, when each of its bytes is one, or a letter in either case. */
function literalOf(sets: readonly ByteSet[]): Literal | undefined {
  let [value, fold] = [0n, 0n];
  for (const [i, set] of sets.entries()) {
    const [first, second, third] = bytesOf(set);
    const shift = BigInt(8 * i);
    if (first === undefined || third !== undefined || (second !== undefined && second !== (first ^ 0x20)))
      return undefined;
    if (second !== undefined) fold |= 0x20n << shift;
    value |= BigInt(second === undefined ? first : first | 0x20) << shift;
  }
  return { value, fold };
}

function placeSets(sets: readonly ByteSet[], place: Place): number {
  return placeWords(
    sets.map((set) => placeBytes(set, place)),
    place,
  );
}

function placeOwners(owners: readonly Owner[], place: Place): number {
  return placeWords(
    owners.flatMap(({ pattern, entry, offset }) => [pattern, entry, offset]),
    place,
  );
}
