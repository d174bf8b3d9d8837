// Any answer of the server → text for a golden: JSON in which a range is `3:4-3:9` (counted from 1) and a URI a path of the
// case, so that a reader finds places by eye. Keys stay in their order, absent ones are absent.

import type { Folder } from './session.ts';

/** An answer as text. */
export function show(answer: unknown, folder: Folder): string {
  return `${JSON.stringify(plain(answer, folder), null, 2)}\n`;
}

function plain(value: unknown, folder: Folder): unknown {
  if (typeof value === 'string') return value.replaceAll(`${folder.uri}/`, '/');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, folder));
  if (isRange(value)) return `${place(value.start)}-${place(value.end)}`;
  if (isPosition(value)) return place(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replaceAll(`${folder.uri}/`, '/'), plain(item, folder)]),
  );
}

interface Position {
  readonly line: number;
  readonly character: number;
}

function isPosition(value: object): value is Position {
  return Object.keys(value).length === 2 && 'line' in value && 'character' in value;
}

function isRange(value: object): value is { readonly start: Position; readonly end: Position } {
  return Object.keys(value).length === 2 && 'start' in value && 'end' in value && isPosition(value.start as object); // JSON
}

function place({ line, character }: Position): string {
  return `${line + 1}:${character + 1}`;
}
