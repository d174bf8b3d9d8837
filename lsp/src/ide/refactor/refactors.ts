// Every change that is offered at a selection.

import { extractions } from './extract.ts';
import { organizedImports } from './imports.ts';
import { inlined } from './inline.ts';
import { optionalFixes } from './optionals.ts';
import { openSelection, type Refactor, type Selection } from './refactor.ts';
import { ruleRefactors } from './rules.ts';

/** The changes of kinds that are `wanted`, nearest first. */
export function refactorsAt(selection: Selection, wanted: (kind: Refactor['kind']) => boolean): readonly Refactor[] {
  const open = openSelection(selection);
  if (open === undefined) return [];
  const found: (Refactor | undefined)[] = [];
  if (wanted('quickfix')) found.push(...optionalFixes(open));
  if (wanted('extract')) found.push(...extractions(open));
  if (wanted('inline')) found.push(inlined(open));
  if (wanted('rewrite')) found.push(...ruleRefactors(open));
  if (wanted('imports')) found.push(organizedImports(open));
  return found.filter((each) => each !== undefined);
}
