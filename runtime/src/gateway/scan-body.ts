// The bytes of a JSON body → whether they are one value, and the model that the body names, and its members. The module reads and validates the body as
// part of its document; here is only asked what would be no fault there: `1,"client":{…}` is two members of a document.
//
// INVARIANT: where the document with this body in it is JSON and `one` is said, the body is one JSON value.

/** What stands in a body. */
export interface ScannedBody {
  readonly values: 'one' | 'several';
  /** The text of the member `model` of an object; undefined where there is none, or it is no plain text. */
  readonly model: string | undefined;
  /** Names of the members of an object, but those with escapes. */
  readonly keys: ReadonlySet<string>;
}

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
/** The longest name that anybody looks for. */
const longestKey = 128;

/** One pass, without a stack: brackets of the wrong kind are the module's to find. */
export function scanBody(bytes: Uint8Array): ScannedBody {
  let depth = 0;
  let values: ScannedBody['values'] = 'one';
  const keys = new Set<string>();
  /** The last text of an object's own, and whether a colon came behind it. */
  let last: string | undefined;
  let isKey = false;
  let model: string | undefined;
  const end = bytes.length;
  for (let at = 0; at < end; at++) {
    switch (bytes[at]) {
      case quote: {
        const start = at;
        at = stringEnd(bytes, at + 1);
        if (depth !== 1) break;
        const text = at - start <= longestKey + 1 ? plainText(bytes, start, at) : undefined;
        if (isKey && last === 'model') model ??= text;
        last = isKey ? undefined : text;
        isKey = false;
        break;
      }
      case openBrace:
      case openBracket:
        depth++;
        isKey = false;
        break;
      case closeBrace:
      case closeBracket:
        depth--;
        if (depth < 0) values = 'several';
        break;
      case comma:
        isKey = false;
        if (depth <= 0) values = 'several';
        break;
      case colon:
        if (depth <= 0) values = 'several';
        if (depth === 1 && last !== undefined) {
          keys.add(last);
          isKey = true;
        }
        break;
      default:
    }
  }
  return { values, model, keys };
}

/** Names are found by a loop; long text is searched by the platform, which costs more to ask and less a byte. */
const loopLimit = 32;

/** Where the quote is that ends a string. */
function stringEnd(bytes: Uint8Array, start: number): number {
  const near = Math.min(start + loopLimit, bytes.length);
  let at = start;
  while (at < near && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  if (at < near) return at;
  for (let from = at; ;) {
    const end = bytes.indexOf(quote, from);
    if (end < 0) return bytes.length;
    let slashes = 0;
    while (end - 1 - slashes >= at && bytes[end - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return end;
    from = end + 1;
  }
}

/** The text between two quotes; undefined where it has escapes. */
function plainText(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start + 1, Math.max(0, end - start - 1)).toString('utf8');
  return text.includes('\\') ? undefined : text;
}
