// The name at a place → all names of the same thing: in the project, or in the file alone.

import type { Access, Reference, Span } from '@rdp/language';
import type { At } from './symbol-at.ts';
import { nameAt } from './symbol-at.ts';

/** Every place of the project that names what stands at a place; `declaration`: whether its own declaration is one. */
export function referencesAt(
  at: At,
  { declaration }: { readonly declaration: 'with' | 'without' },
): readonly Span[] | undefined {
  const named = nameAt(at);
  if (named === undefined) return undefined;
  const all = named.inspector.references(named.name.symbol);
  return all.filter(({ access }) => declaration === 'with' || access !== 'declare').map(spanOf);
}

/** A name in the file, and what is done with it. */
export interface Highlight {
  readonly span: Span;
  readonly access: Access;
}

/** The names in the file of what stands at a place. */
export function highlightsAt(at: At): readonly Highlight[] | undefined {
  const named = nameAt(at);
  if (named === undefined) return undefined;
  const { inspector, unit, name } = named;
  return inspector.referencesIn(unit, name.symbol).map((each) => ({ span: spanOf(each), access: each.access }));
}

function spanOf({ unit, start, end }: Reference): Span {
  return { file: unit.file, start, end };
}
