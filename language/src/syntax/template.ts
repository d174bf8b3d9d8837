// The text of a message → its literal parts and the ranges of its `{expression}` holes. `{{` and `}}` are braces. The
// holes' expressions are parsed by the caller, which owns the parser.

import { decodeString, type StringShape, stringShape } from './lex-string.ts';

/** A part of a template: decoded text, or a hole as a range of offsets in the token's image. */
export type RawTemplatePart =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'hole'; readonly start: number; readonly end: number };

/** A brace that has no partner, at an offset in the image. */
export interface TemplateFault {
  readonly brace: '{' | '}';
  readonly at: number;
}

/** Takes the image of a string literal apart. */
export function splitTemplate(image: string): {
  readonly parts: readonly RawTemplatePart[];
  readonly faults: readonly TemplateFault[];
} {
  const shape = stringShape(image);
  const { body, bodyStart } = shape;
  const parts: RawTemplatePart[] = [];
  const faults: TemplateFault[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', value: decodeText(shape, text) });
    text = '';
  };
  let at = 0;
  while (at < body.length) {
    const mark = body.charAt(at);
    if (mark === '\\' && !shape.raw) {
      text += body.slice(at, at + 2);
      at += 2;
    } else if ((mark === '{' || mark === '}') && body.charAt(at + 1) === mark) {
      text += mark;
      at += 2;
    } else if (mark === '{') {
      const end = endOfHole(body, at + 1);
      if (end < 0) {
        faults.push({ brace: '{', at: bodyStart + at });
        text += body.slice(at);
        break;
      }
      flush();
      parts.push({ kind: 'hole', start: bodyStart + at + 1, end: bodyStart + end });
      at = end + 1;
    } else {
      if (mark === '}') faults.push({ brace: '}', at: bodyStart + at });
      text += mark;
      at++;
    }
  }
  flush();
  return { parts, faults };
}

function decodeText(shape: StringShape, body: string): string {
  return decodeString({ ...shape, body }).value;
}

/** The offset of the `}` that ends the hole, or -1; braces and strings inside are stepped over. */
function endOfHole(body: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let i = from; i < body.length; i++) {
    const mark = body.charAt(i);
    if (quote !== '') {
      if (mark === quote) quote = '';
    } else if (mark === '"' || mark === "'") quote = mark;
    else if (mark === '{') depth++;
    else if (mark === '}') {
      if (depth === 0) return i;
      depth--;
    }
  }
  return -1;
}
