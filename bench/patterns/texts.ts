// The texts that scanners are timed on and compared on.

import { generator } from '../protocol.ts';
import { ordinaryText } from './ordinary-text.ts';
import { sampleOf } from '../../compiler/fuzz/sample-text.ts';

/** One text for each expression, each followed by a blank line; ASCII, and it does not end with a line end. */
export function samples(expressions: readonly string[], seed = 3): string {
  const next = generator(seed);
  // A carriage return cannot end a text that JSON and the peers see alike, so every sample is followed by words.
  return `${expressions.map((regex) => `${sampleOf(regex, next)} \n`).join('')}that is all`;
}

/** Ordinary text with something else put in about every `distance` characters, between two lines. */
export function interspersed({
  size,
  seed,
  distance,
  items,
}: {
  readonly size: number;
  readonly seed: number;
  readonly distance: number;
  readonly items: readonly string[];
}): string {
  const pieces: string[] = [];
  let since = 0;
  let item = 0;
  for (const line of ordinaryText(size, seed).split('\n')) {
    pieces.push(line);
    since += line.length + 1;
    if (since < distance || items.length === 0) continue;
    pieces.push(items[item++ % items.length] ?? '');
    since = 0;
  }
  return pieces.join('\n').slice(0, size);
}

/** One after the other, from the first again after the last. */
export function inTurn<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => items[next++ % items.length] as T; // never empty
}
