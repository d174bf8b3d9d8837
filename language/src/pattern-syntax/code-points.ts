// Sets of code points: union, complement, Unicode properties, closure under case. Unicode's tables are asked of the
// JavaScript engine's own regular expressions, once a property, so none are kept here.
// INVARIANT: results are `Ranges`: sorted, disjoint, not adjacent, without surrogates.

import type { Ranges } from './regex-tree.ts';

/** The last code point. */
export const lastCodePoint = 0x10ffff;

/** Any ranges, tidied. */
export function normalizeRanges(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged.flatMap(withoutSurrogates);
}

function withoutSurrogates([low, high]: readonly [number, number]): Ranges {
  if (high < 0xd800 || low > 0xdfff) return [[low, high]];
  const below: Ranges = low < 0xd800 ? [[low, 0xd7ff]] : [];
  return high > 0xdfff ? [...below, [0xe000, high]] : below;
}

/** Every code point that is not in `ranges`. */
export function complement(ranges: Ranges): Ranges {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [low, high] of normalizeRanges(ranges)) {
    if (low > next) gaps.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= lastCodePoint) gaps.push([next, lastCodePoint]);
  return normalizeRanges(gaps);
}

const categories: ReadonlySet<string> = new Set(
  'C Cc Cf Co Cn L Ll Lm Lo Lt Lu LC M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'.split(' '),
);
const knownProperties = new Map<string, Ranges>();

/** The code points of a general category or script (`L`, `Greek`); undefined for another name. */
export function propertyRanges(name: string): Ranges | undefined {
  if (name === 'Any') return normalizeRanges([[0, lastCodePoint]]);
  if (!/^[A-Za-z_]+$/.test(name)) return undefined;
  const known = knownProperties.get(name);
  if (known) return known;
  const expression = propertyExpression(name);
  if (!expression) return undefined;
  const ranges: [number, number][] = [];
  for (let code = 0; code <= lastCodePoint; code++) {
    if (!expression.test(String.fromCodePoint(code))) continue;
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const found = normalizeRanges(ranges);
  knownProperties.set(name, found);
  return found;
}

function propertyExpression(name: string): RegExp | undefined {
  try {
    return new RegExp(categories.has(name) ? `^\\p{${name}}$` : `^\\p{Script=${name}}$`, 'u');
  } catch {
    return undefined;
  }
}

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** `ranges` and every code point that is the same but for case (Unicode's simple folding). */
export function closeUnderCase(ranges: Ranges): Ranges {
  const more: [number, number][] = ranges.map(([low, high]) => [low, high]);
  if (ranges.every(([, high]) => high < 0x80)) {
    // The two letters outside ASCII that fold into it: long s and the Kelvin sign.
    for (const [low, high] of ranges) {
      for (let code = low; code <= high; code++) {
        if (code >= 0x41 && code <= 0x5a) more.push([code + 32, code + 32]);
        if (code >= 0x61 && code <= 0x7a) more.push([code - 32, code - 32]);
        if ((code | 32) === 0x73) more.push([0x17f, 0x17f]);
        if ((code | 32) === 0x6b) more.push([0x212a, 0x212a]);
      }
    }
    return normalizeRanges(more);
  }
  if (hasAllBeyondAscii(ranges)) {
    const ascii = ranges.filter(([low]) => low < 0x80).map(([low, high]) => [low, Math.min(high, 0x7f)] as const);
    // Every code point beyond is there; long s and the Kelvin sign bring their letters.
    const letters = [0x4b, 0x53, 0x6b, 0x73].map((code) => [code, code] as const);
    return normalizeRanges([...closeUnderCase(ascii), ...ranges, ...letters]);
  }
  orbits ??= findOrbits();
  for (const [code, others] of orbits)
    if (ranges.some(([low, high]) => code >= low && code <= high))
      for (const other of others) more.push([other, other]);
  return normalizeRanges(more);
}

function hasAllBeyondAscii(ranges: Ranges): boolean {
  const [first, last] = ranges.slice(-2);
  return (
    first !== undefined &&
    last !== undefined &&
    first[0] <= 0x80 &&
    first[1] === 0xd7ff &&
    last[0] === 0xe000 &&
    last[1] === lastCodePoint
  );
}

/** For each code point with case, the others that fold to the same. */
function findOrbits(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (let code = 0; code <= 0x1ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const char = String.fromCodePoint(code);
    const key = foldKey(char);
    if (key === char && char.toUpperCase() === char && char.toLowerCase() === char) continue;
    const group = groups.get(key);
    if (group) group.push(code);
    else groups.set(key, [code]);
  }
  const found = new Map<number, readonly number[]>();
  for (const group of groups.values()) {
    for (const code of group) {
      const char = String.fromCodePoint(code);
      const same = new RegExp(`^\\u{${code.toString(16)}}$`, 'iu');
      const others = group.filter((other) => other !== code && same.test(String.fromCodePoint(other)));
      if (others.length > 0) found.set(char.codePointAt(0) ?? code, others);
    }
  }
  return found;
}

/** A text that all of one orbit share; more may share it, which the engine's own folding then tells apart. */
function foldKey(char: string): string {
  return char.toUpperCase().toLowerCase().toUpperCase();
}
