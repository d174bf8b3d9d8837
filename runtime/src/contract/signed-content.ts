// The bytes of a bundle's file → the bytes that its signature covers. OPA hashes data and manifest by content: keys sorted by
// UTF-8 bytes, no white space, strings as Go's encoder writes them, numbers with their literal text. Every other file counts
// byte for byte. Signer and verifier share this, so that they cannot disagree.
//
// INVARIANT: a document that two JSON parsers could read differently (duplicate keys, lone surrogates, text that is no UTF-8)
// has no signed content. Pure; hashing and signing are left to the two users.

const structuredFiles: ReadonlySet<string> = new Set(['data.json', '.manifest', 'signatures.json']);
const unsupportedFiles: ReadonlySet<string> = new Set(['data.yaml']);
const depthLimit = 512;

/** What the digest of a signed file is taken of; `undefined` when the file cannot be read in one way only. */
export function signedContent(name: string, bytes: Uint8Array): Uint8Array | undefined {
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (unsupportedFiles.has(base)) return undefined;
  if (!structuredFiles.has(base)) return bytes;
  const text = decodeStrictly(bytes);
  const canonical = text === undefined ? undefined : canonicalJson(text);
  return canonical === undefined ? undefined : new TextEncoder().encode(canonical);
}

/** JSON text in the form that OPA hashes; `undefined` when it is not JSON, or has a key twice in one object. */
export function canonicalJson(text: string): string | undefined {
  const reader: Reader = { text, at: 0 };
  const value = readValue(reader, 0);
  skipSpace(reader);
  return reader.at === text.length ? value : undefined;
}

interface Reader {
  readonly text: string;
  at: number;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const space = /[ \t\n\r]*/y;
const scalar = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
const quoted = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;

function skipSpace(reader: Reader): void {
  take(reader, space);
}

function take(reader: Reader, shape: RegExp): string | undefined {
  shape.lastIndex = reader.at;
  const found = shape.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function takeSign(reader: Reader, sign: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== sign) return false;
  reader.at += 1;
  return true;
}

function readValue(reader: Reader, depth: number): string | undefined {
  if (depth > depthLimit) return undefined;
  if (takeSign(reader, '{')) return readObject(reader, depth + 1);
  if (takeSign(reader, '[')) return readArray(reader, depth + 1);
  const key = readString(reader);
  return key === undefined ? take(reader, scalar) : goString(key);
}

function readString(reader: Reader): string | undefined {
  const literal = take(reader, quoted);
  if (literal === undefined) return undefined;
  const value: string = JSON.parse(literal);
  if (!/\p{Surrogate}/u.test(value)) return value;
  reader.at -= literal.length; // a lone surrogate: nothing else can be read here either, so the document is refused
  return undefined;
}

function readObject(reader: Reader, depth: number): string | undefined {
  const members: { readonly key: string; readonly value: string }[] = [];
  const seen = new Set<string>();
  if (takeSign(reader, '}')) return '{}';
  do {
    skipSpace(reader);
    const key = readString(reader);
    if (key === undefined || seen.has(key) || !takeSign(reader, ':')) return undefined;
    const value = readValue(reader, depth);
    if (value === undefined) return undefined;
    seen.add(key);
    members.push({ key, value });
  } while (takeSign(reader, ','));
  if (!takeSign(reader, '}')) return undefined;
  members.sort((left, right) => compareCodePoints(left.key, right.key));
  return `{${members.map((member) => `${goString(member.key)}:${member.value}`).join(',')}}`;
}

function readArray(reader: Reader, depth: number): string | undefined {
  const elements: string[] = [];
  if (takeSign(reader, ']')) return '[]';
  do {
    const element = readValue(reader, depth);
    if (element === undefined) return undefined;
    elements.push(element);
  } while (takeSign(reader, ','));
  return takeSign(reader, ']') ? `[${elements.join(',')}]` : undefined;
}

/** Go's JSON encoder without HTML escaping: like JavaScript's, and U+2028 and U+2029 escaped. */
function goString(value: string): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** The order of code points, which is that of UTF-8 bytes; JavaScript's own order of UTF-16 units is another. */
function compareCodePoints(left: string, right: string): number {
  const limit = Math.min(left.length, right.length);
  let at = 0;
  while (at < limit && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === limit) return left.length - right.length;
  return sortWeight(left.charCodeAt(at)) - sortWeight(right.charCodeAt(at));
}

/** Surrogates stand for code points above U+FFFF, so they weigh more than every other unit. */
function sortWeight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
