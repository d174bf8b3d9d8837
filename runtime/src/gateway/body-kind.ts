// A body and the type that it says it has → how it is decided on: as JSON, as text, or not at all, since somebody could read it as JSON in a way
// that nobody here does.
//
// INVARIANT: what a service could read as JSON, whatever it is called, is decided on as JSON: in text, escapes would hide what rules look for.

/** `unreadable`: as a document it is malformed. */
export type BodyKind = 'json' | 'text' | 'unreadable';

/** Tells what a body is. One whose type is JSON's is JSON, be it well-formed or not. */
export function bodyKind(contentType: string, body: Uint8Array): BodyKind {
  if (/json/i.test(contentType)) return 'json';
  if (isUtf16(body)) return 'unreadable';
  return isJson(body) ? 'json' : 'text';
}

/** A mark of the order of bytes, or a first character of ASCII in two bytes or four. */
function isUtf16(body: Uint8Array): boolean {
  const [first = 1, second = 1] = body;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (begins.has(first) && second === 0) || (first === 0 && (begins.has(second) || begins.has(body[3] ?? 1)));
}

const begins: ReadonlySet<number> = new Set([...'{["'].map((character) => character.charCodeAt(0)));
const spaces: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** An object, an array or a string. What is too deep to be told is taken for JSON, which is malformed then. */
function isJson(body: Uint8Array): boolean {
  let at = byteOrderMark.every((byte, index) => body[index] === byte) ? byteOrderMark.length : 0;
  while (spaces.has(body[at] ?? 0)) at++;
  if (!begins.has(body[at] ?? 0)) return false;
  try {
    JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.subarray(at)));
    return true;
  } catch (error) {
    return !(error instanceof SyntaxError);
  }
}
