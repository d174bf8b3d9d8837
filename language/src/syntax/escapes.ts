// Escape sequences that mean nothing → diagnostics. Kept apart from decoding, which must give a value in any case.

import { diagnose } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import { decodeBytes, decodeString, stringShape } from './lex-string.ts';
import { BytesToken, StringToken, type Token } from './tokens.ts';

/** The faults in the escapes of a string or bytes token; none for other tokens. */
export function escapeFaults(file: SourceFile, token: Token): readonly Diagnostic[] {
  const type = token.tokenType;
  if ((type !== StringToken && type !== BytesToken) || !token.image.includes('\\')) return [];
  const shape = stringShape(token.image);
  const { faults } = type === BytesToken ? decodeBytes(shape) : decodeString(shape);
  return faults.map(({ at, length }) => {
    const start = token.startOffset + shape.bodyStart + at;
    const escape = token.image.slice(shape.bodyStart + at, shape.bodyStart + at + length);
    return diagnose('invalid-escape', { file, start, end: start + length }, { escape });
  });
}
