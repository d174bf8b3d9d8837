// The name at a place → all names of the same thing: in the project, or in the file alone. Of a project they are looked for one
// declaration after the other, since each that may have one has to be bound.

import type { Access, Inspector, PolicySymbol, Reference, Span } from '@rdp/language';
import type { Steps } from './steps.ts';
import type { At } from './symbol-at.ts';
import { nameAt } from './symbol-at.ts';

/** Every place of the project that names what stands at a place; `declaration`: whether its own declaration is one. */
export function* referencesAt(
  at: At,
  { declaration }: { readonly declaration: 'with' | 'without' },
): Steps<readonly Span[] | undefined> {
  const named = nameAt(at);
  if (named === undefined) return undefined;
  const all = yield* allReferences(named.inspector, named.name.symbol);
  return all.filter(({ access }) => declaration === 'with' || access !== 'declare').map(spanOf);
}

/** Every name of a symbol in the project. */
export function* allReferences(inspector: Inspector, symbol: PolicySymbol): Steps<readonly Reference[]> {
  for (const unit of inspector.packages.flatMap(({ units }) => units)) {
    yield;
    for (const declared of inspector.mentions(unit, symbol)) {
      inspector.namesIn(declared);
      yield;
    }
  }
  return inspector.references(symbol);
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
