// Literal tokens → literal expressions with exact values. Out of range values are kept; the checker judges them.

import type { IToken } from 'chevrotain';
import type * as ast from './ast.ts';
import { decodeBytes, decodeString, stringShape } from './lex-string.ts';
import * as t from './tokens.ts';
import { tokenEnd } from './tokens.ts';

function place(token: IToken): ast.Node {
  return { start: token.startOffset, end: tokenEnd(token) };
}

/** A string token's node; an invented token gives an empty string. */
export function stringLiteral(token: IToken): ast.StringLiteral {
  return { kind: 'string', ...place(token), value: decodeString(stringShape(token.image)).value, raw: token.image };
}

export function regexLiteral(token: IToken): ast.RegexLiteral {
  return { kind: 'regex', ...place(token), pattern: decodeString(stringShape(token.image)).value };
}

export function bytesLiteral(token: IToken): ast.LiteralExpr {
  return { kind: 'bytes', ...place(token), value: decodeBytes(stringShape(token.image)).value, raw: token.image };
}

/** The node of a number token (int, uint or float). */
export function numberLiteral(token: IToken): ast.LiteralExpr {
  const raw = token.image;
  const digits = raw.replaceAll('_', '');
  if (token.tokenType === t.FloatLiteral) return { kind: 'float', ...place(token), value: Number(digits), raw };
  if (token.tokenType === t.UintLiteral)
    return { kind: 'uint', ...place(token), value: toBigInt(digits.slice(0, -1)), raw };
  return { kind: 'int', ...place(token), value: toBigInt(digits), raw };
}

/** The lexer has said so already when the text is no number. */
function toBigInt(digits: string): bigint {
  return /^(?:\d+|0[xX][0-9a-fA-F]+)$/.test(digits) ? BigInt(digits) : 0n;
}

const nanosOfUnit: ReadonlyMap<string, bigint> = new Map<(typeof t.durationUnits)[number], bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);

export function durationLiteral(token: IToken): ast.LiteralExpr {
  let nanos = 0n;
  for (const [, whole = '0', fraction = '', unit = ''] of token.image.matchAll(/([\d_]+)(?:\.([\d_]+))?([a-z]+)/g)) {
    const scale = nanosOfUnit.get(unit) ?? 0n;
    nanos += toBigInt(whole.replaceAll('_', '')) * scale;
    const digits = fraction.replaceAll('_', '');
    if (digits !== '') nanos += (toBigInt(digits) * scale) / 10n ** BigInt(digits.length);
  }
  return { kind: 'duration', ...place(token), nanos, raw: token.image };
}
