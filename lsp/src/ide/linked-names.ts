// A variable or parameter at a place → all its names, which an editor may change together while one of them is typed. Only what
// cannot be seen elsewhere: all other names are renamed.

import type { Span } from '@rdp/language';
import type { At } from './symbol-at.ts';
import { nameAt } from './symbol-at.ts';

/** The names of the variable at a place; undefined where no variable stands, or where its name is written in more than one way. */
export function linkedNames(at: At): readonly Span[] | undefined {
  const named = nameAt(at);
  const kind = named?.name.symbol.kind;
  const symbol = named?.name.symbol;
  if (named === undefined || symbol?.declared === undefined || symbol.declared.file.path !== at.path) return undefined;
  const isLocal = kind === 'variable' || (kind === 'parameter' && symbol.declaration?.decl.kind === 'fn');
  if (!isLocal) return undefined;
  const { unit, inspector } = named;
  const names = inspector.referencesIn(unit, symbol);
  const isPlain = names.every(({ start, end }) => unit.file.text.slice(start, end) === symbol.name);
  return isPlain ? names.map(({ start, end }) => ({ file: unit.file, start, end })) : undefined;
}
