// JSON bytes that a bundle has, to values; and what their shape is asked with.

import { canonicalJson } from '../contract/index.ts';

/** The value of JSON bytes that can be read in one way only; `undefined` otherwise. */
export function parseStrictly(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return canonicalJson(text) === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tells a JSON object from every other value. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells a list of strings from every other value. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/** Tells a list of what `is` tells from every other value. */
export function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(is);
}

/** Tells one of these words from every other value. */
export function isOneOf(value: unknown, words: readonly string[]): boolean {
  return typeof value === 'string' && words.includes(value);
}
