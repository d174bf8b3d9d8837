// Which rules a rule names in its conditions, and what they read through them. Rules may name one another, but never in a
// circle: the order of evaluation must exist.

import type { Expr } from '../../syntax/ast.ts';
import { spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import type { PlacedRule } from './placed-rule.ts';
import { placeOf, ruleTable } from './placed-rule.ts';
import type { WrittenCondition } from './rule-facts.ts';
import { pathsIn } from './rule-facts.ts';

/** Conditions of the rule itself: `when` and `score`. */
function ownConditions({ decl, unit }: PlacedRule): readonly WrittenCondition[] {
  return decl.clauses.flatMap((clause) =>
    clause.kind === 'when' || clause.kind === 'score' ? [{ unit, expr: clause.condition }] : [],
  );
}

/** What is known of a list of rules, which an editor keeps and changes. */
interface KnownReferences {
  readonly of: PlacedRule[];
  readonly references: ReadonlySet<number>[];
}

const knownReferences = new WeakMap<readonly PlacedRule[], KnownReferences>();

/** The indexes of the rules that each rule names. */
export function ruleReferences(rules: readonly PlacedRule[]): readonly ReadonlySet<number>[] {
  const known = knownReferences.get(rules);
  if (known === undefined) {
    const references = rules.map((rule) => referencesOf(rules, rule));
    knownReferences.set(rules, { of: [...rules], references });
    return references;
  }
  const { of, references } = known;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (rule === undefined || rule === of[i]) continue;
    of[i] = rule;
    references[i] = referencesOf(rules, rule);
  }
  return references;
}

function referencesOf(rules: readonly PlacedRule[], rule: PlacedRule): ReadonlySet<number> {
  const table = ruleTable(rules);
  const named = new Set<number>();
  for (const name of namesIn(rule)) {
    const index = table.indexOf(rule.pack, name);
    if (index >= 0 && rules[index]?.decl.kind !== 'defend') named.add(index);
  }
  return named;
}

const knownNames = new WeakMap<PlacedRule['decl'], readonly string[]>();

/** What in the conditions of a rule may be the names of rules. */
function namesIn(rule: PlacedRule): readonly string[] {
  const known = knownNames.get(rule.decl);
  if (known) return known;
  const names = ownConditions(rule).flatMap(({ expr }) =>
    [...pathsIn(expr, new Set())].flatMap((path) => {
      const [first = '', second] = namesOf(path);
      return second === undefined ? [first] : [first, `${first}.${second}`];
    }),
  );
  knownNames.set(rule.decl, names);
  return names;
}

/** `a`, `b`, `c` of `a.b.c`. */
function namesOf(path: Expr): readonly string[] {
  if (path.kind === 'name') return [path.name.text];
  return path.kind === 'member' ? [...namesOf(path.of), path.name.text] : [];
}

/** The conditions of the rule at `index` and of all rules that it names, directly or not. */
export function writtenConditions(
  { memo }: Binder,
  rules: readonly PlacedRule[],
  references: readonly ReadonlySet<number>[],
  index: number,
): readonly WrittenCondition[] {
  const reached = new Set<number>();
  const visit = (at: number): void => {
    if (reached.has(at)) return;
    reached.add(at);
    const rule = rules[at];
    if (rule) memo?.readName(rule.unit.package, rule.decl.name.text);
    for (const next of references[at] ?? []) visit(next);
  };
  visit(index);
  return [...reached].flatMap((at) => {
    const rule = rules[at];
    return rule ? ownConditions(rule) : [];
  });
}

/** Says which rules name one another in a circle, once for each circle. */
export function reportCycles(
  binder: Binder,
  rules: readonly PlacedRule[],
  references: readonly ReadonlySet<number>[],
): void {
  const finished = new Set<number>();
  const said = new Set<number>();
  const visit = (index: number, path: readonly number[]): void => {
    if (path.includes(index)) {
      const circle = path.slice(path.indexOf(index));
      const first = Math.min(...circle);
      const declared = rules[first];
      if (declared === undefined || said.has(first)) return;
      said.add(first);
      const names = [...circle, index].map((at) => `\`${rules[at]?.name ?? ''}\``).join(' → ');
      const { decl, unit } = declared;
      const labels = decl.clauses[0] ? [{ span: spanIn(unit, decl.clauses[0]), text: 'names the next' }] : [];
      report(binder, 'rule-cycle', placeOf(declared), { name: declared.name, names }, { labels });
      return;
    }
    if (finished.has(index)) return;
    for (const next of references[index] ?? []) visit(next, [...path, index]);
    finished.add(index);
  };
  for (const [index, named] of references.entries()) if (named.size > 0) visit(index, []);
}
