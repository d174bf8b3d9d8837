// Bytes of valid JSON → where the members of an object and the elements of an array stand in them, so that parts of a message can be
// decided on, edited and left out without writing anything anew.
//
// INVARIANT: an object in which a key stands twice has no members: two readers could take it for two things.

/** Half-open, in bytes. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The value of a whole document, without the white space around it; undefined when it is not JSON in UTF-8. */
export function parseWhole(bytes: Uint8Array): { readonly value: unknown; readonly slice: Slice } | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    const start = skipSpace(bytes, 0);
    return { value, slice: { start, end: endOfValue(bytes, start) } };
  } catch {
    return undefined; // no JSON, which is an answer
  }
}

/** The members of an object by their keys; undefined when it is none, or has a key twice. */
export function membersOf(bytes: Uint8Array, { start }: Slice): ReadonlyMap<string, Slice> | undefined {
  if (bytes[start] !== openBrace) return undefined;
  const members = new Map<string, Slice>();
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== closeBrace) {
    const keyEnd = endOfValue(bytes, at);
    const key = JSON.parse(textOf(bytes, { start: at, end: keyEnd })) as string; // a key is a string
    const value = skipSpace(bytes, skipSpace(bytes, keyEnd, colon));
    const end = endOfValue(bytes, value);
    if (members.has(key)) return undefined;
    members.set(key, { start: value, end });
    at = skipSpace(bytes, end, comma);
  }
  return members;
}

/** The elements of an array, in order; undefined when it is none. */
export function elementsOf(bytes: Uint8Array, { start }: Slice): readonly Slice[] | undefined {
  if (bytes[start] !== openBracket) return undefined;
  const elements: Slice[] = [];
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== closeBracket) {
    const end = endOfValue(bytes, at);
    elements.push({ start: at, end });
    at = skipSpace(bytes, end, comma);
  }
  return elements;
}

export function textOf(bytes: Uint8Array, { start, end }: Slice): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

/** The text that a slice is, where it is a string. */
export function stringAt(bytes: Uint8Array, slice: Slice | undefined): string | undefined {
  if (slice === undefined || bytes[slice.start] !== quote) return undefined;
  return JSON.parse(textOf(bytes, slice)) as string; // it begins with a quote
}

/** Behind white space, and behind `mark` where it stands there. */
function skipSpace(bytes: Uint8Array, from: number, mark?: number): number {
  let at = from;
  const space = (): void => {
    while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  };
  space();
  if (mark === undefined || bytes[at] !== mark) return at;
  at++;
  space();
  return at;
}

/** Behind the value that begins at `start`. */
function endOfValue(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote:
        at++;
        while (bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
        if (depth === 0) return at + 1;
        break;
      case openBrace:
      case openBracket:
        depth++;
        break;
      case closeBrace:
      case closeBracket:
        if (depth === 0) return at;
        depth--;
        if (depth === 0) return at + 1;
        break;
      case comma:
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
        if (depth === 0) return at;
        break;
      default:
    }
  }
  return bytes.length;
}
