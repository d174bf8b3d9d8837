// The bytes of a JSON body → whether they are one value, and the model that the body names. The module reads and validates the body as
// part of its document; here is only asked what would be no fault there: `1,"client":{…}` is two members of a document.
//
// INVARIANT: where the document with this body in it is JSON and `one` is said, the body is one JSON value.

/** What stands in a body. */
export interface ScannedBody {
  readonly values: 'one' | 'several';
  /** The text of the member `model` of an object; undefined where there is none, or it is no plain text. */
  readonly model: string | undefined;
}

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const wanted = Buffer.from('"model"');

/** One pass, without a stack: brackets of the wrong kind are the module's to find. */
export function scanBody(bytes: Uint8Array): ScannedBody {
  let depth = 0;
  let values: ScannedBody['values'] = 'one';
  /** Where the value of `model` may begin; 0 when it is not asked for. */
  let modelAt = 0;
  let model: string | undefined;
  const end = bytes.length;
  for (let at = 0; at < end; at++) {
    switch (bytes[at]) {
      case quote: {
        const start = at;
        at++;
        while (at < end && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
        if (depth !== 1) break;
        if (modelAt > 0) {
          model ??= plainText(bytes, start, at);
          modelAt = 0;
        } else if (at - start === 6 && isWanted(bytes, start)) modelAt = at;
        break;
      }
      case openBrace:
      case openBracket:
        modelAt = 0;
        depth++;
        break;
      case closeBrace:
      case closeBracket:
        depth--;
        if (depth < 0) values = 'several';
        break;
      case comma:
        modelAt = 0;
        if (depth <= 0) values = 'several';
        break;
      case colon:
        if (depth <= 0) values = 'several';
        break;
      default:
    }
  }
  return { values, model };
}

function isWanted(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}

/** The text between two quotes; undefined where it has escapes or is long, which no model's name is. */
function plainText(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start + 1, Math.max(0, end - start - 1)).toString('utf8');
  return text.length <= 256 && !text.includes('\\') ? text : undefined;
}
