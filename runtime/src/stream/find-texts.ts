// A JSON payload → the places of the strings that pointers with `*` name. Positions are bytes of the payload, so that an edit can
// be spliced in and every other byte stays.
//
// INVARIANT: a payload that is no JSON, or has a key twice in an object, gives no places but a fault: what
// the client reads there cannot be told.

import type { StreamCase, StreamText } from '../contract/index.ts';
import type { ByteRange } from './frame.ts';
import { behindIndex, behindKey, pointerTree, valueAt, type PointerTree } from './pointer-tree.ts';

/** One string that was found. */
export interface TextPlace {
  readonly text: StreamText;
  /** Tells the text that this is a piece of. */
  readonly channel: string;
  /** Between the quotes, escapes as they are. */
  readonly raw: ByteRange;
}

/** A payload that was read: its value, and the strings that were looked for, in order of place. */
export interface ReadPayload {
  readonly value: unknown;
  readonly places: readonly TextPlace[];
}

/** Reads a payload and finds the strings at `texts` in it; `undefined` when it cannot be relied on. */
export function findTexts(payload: Uint8Array, texts: readonly StreamText[]): ReadPayload | undefined {
  const value = parsed(payload);
  if (value === undefined) return undefined;
  const places: TextPlace[] = [];
  let ambiguous = false;
  const visit = (at: number, nodes: Nodes, taken: Taken): number => {
    const start = skipSpace(payload, at);
    const byte = payload[start];
    if (ambiguous || taken.depth > depthLimit) {
      ambiguous = true;
      return payload.length;
    }
    if (byte === quote) {
      const end = stringEnd(payload, start);
      for (const node of nodes) {
        for (const text of node.ends) {
          if (!isThere(text, value)) continue;
          places.push({
            text,
            channel: channelOf(text, taken.indexes, value),
            raw: { start: start + 1, end: end - 1 },
          });
        }
      }
      return end;
    }
    if (byte === openBrace) return visitMembers(start, nodes, taken);
    if (byte === openBracket) return visitItems(start, nodes, taken);
    let end = start;
    while (end < payload.length && !isDelimiter(payload[end])) end++;
    return end;
  };
  const visitMembers = (start: number, nodes: Nodes, { depth, indexes }: Taken): number => {
    const keys = new Set<string>();
    let at = skipSpace(payload, start + 1);
    while (at < payload.length && payload[at] !== closeBrace) {
      const keyEnd = stringEnd(payload, at);
      const key = JSON.parse(decoder.decode(payload.subarray(at, keyEnd))) as string; // a string of a payload that was read
      ambiguous ||= keys.has(key);
      keys.add(key);
      const colon = skipSpace(payload, keyEnd);
      const inner = nodes.length === 0 ? nodes : behindKey(nodes, key);
      at = skipSpace(payload, visit(colon + 1, inner, { depth: depth + 1, indexes }));
      if (payload[at] === comma) at = skipSpace(payload, at + 1);
    }
    return at + 1;
  };
  const visitItems = (start: number, nodes: Nodes, { depth, indexes }: Taken): number => {
    let at = skipSpace(payload, start + 1);
    for (let index = 0; at < payload.length && payload[at] !== closeBracket; index++) {
      const inner = nodes.length === 0 ? nodes : behindIndex(nodes);
      at = skipSpace(payload, visit(at, inner, { depth: depth + 1, indexes: [...indexes, index] }));
      if (payload[at] === comma) at = skipSpace(payload, at + 1);
    }
    return at + 1;
  };
  visit(0, [treeOf(texts)], { depth: 0, indexes: [] });
  return ambiguous ? undefined : { value, places };
}

type Nodes = readonly PointerTree<StreamText>[];

/** How deep a value stands, and at which indexes of arrays. */
interface Taken {
  readonly depth: number;
  readonly indexes: readonly number[];
}

/** A plan's pointers, taken apart once and not for every payload. */
const trees = new WeakMap<readonly StreamText[], PointerTree<StreamText>>();

function treeOf(texts: readonly StreamText[]): PointerTree<StreamText> {
  const known = trees.get(texts);
  if (known !== undefined) return known;
  const tree = pointerTree(texts, ({ path }) => path);
  trees.set(texts, tree);
  return tree;
}

/** Whether what has these cases stands in an event. */
export function isThere({ only, except }: Pick<StreamText, 'only' | 'except'>, value: unknown): boolean {
  return (only === undefined || holds(only, value)) && (except === undefined || !holds(except, value));
}

function holds({ path, values }: StreamCase, value: unknown): boolean {
  const found = valueAt(value, path, []);
  return typeof found === 'string' && values.includes(found);
}

/** Arrays and objects that may stand in one another; what the reader of documents takes. */
const depthLimit = 512;

/** Half a character may stand at the end of a text that goes on in the next frame, so strings need not be well formed. */
function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload));
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder();
const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\,{}[]'].map((character) =>
  character.charCodeAt(0),
);

function isDelimiter(byte: number | undefined): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipSpace(bytes: Uint8Array, at: number): number {
  while (isSpace(bytes[at])) at++;
  return at;
}

/** Behind the closing quote of the string that begins at `at`. */
function stringEnd(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1;
  return end + 1;
}

/** The path, and the values that tell its texts apart; without any, the indexes themselves do. */
function channelOf(text: StreamText, indexes: readonly number[], payload: unknown): string {
  if (text.by.length === 0) return JSON.stringify([text.path, indexes]);
  return JSON.stringify([text.path, text.by.map((pointer) => valueAt(payload, pointer, indexes) ?? null)]);
}
