// Rules that never fire: a condition that is false whatever happens, two comparisons that exclude each other, a threshold
// above all points. Finds what can be seen from the condition's shape; what is left may still never happen.

import type { CoreExpr, CoreRule } from '../core.ts';
import type { Const, Variant } from '../types.ts';
import type { BoundEvent } from '../bind/bind-entrypoint.ts';
import { constKey } from '../bind/bind-set.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import { isApplied } from '../bind/placed-rule.ts';
import { conjuncts, coreKey } from './core-key.ts';
import { describePath } from './describe-path.ts';
import { emptyRange } from './empty-range.ts';
import type { RuleSummary } from './rule-summary.ts';

/** Warns of the rules of an event that never fire. */
export function checkUnreachableRules(binder: Binder, event: BoundEvent, summaries: readonly RuleSummary[]): void {
  for (const [index, rule] of event.entrypoint.rules.entries()) {
    const reason = summaries[index]?.never;
    const declared = event.rules[index];
    // What the parameters of a pack decide may leave out its rules.
    if (reason === undefined || declared === undefined || isApplied(declared)) continue;
    const holes = { name: rule.name, reason };
    report(binder, 'unreachable-rule', { unit: declared.unit, node: declared.decl.name }, holes);
  }
}

/** Why `rule` cannot fire; undefined when it may. */
export function whyNever(rule: CoreRule): string | undefined {
  if (rule.condition && outcomeOf(rule.condition) === false) return 'its condition is always false';
  const parts = conjuncts(rule.condition);
  const clash = contradiction(parts) ?? emptyRange(parts) ?? twoKinds(parts);
  if (clash) return clash;
  if (rule.scores.length > 0) {
    const most = rule.scores.reduce(
      (sum, score) => (outcomeOf(score.condition) === false ? sum : sum + score.points),
      0,
    );
    if (most < rule.threshold) return `all points together are ${most}, the threshold is ${rule.threshold}`;
  }
  return undefined;
}

/** What a condition always gives; undefined when it depends on the event. */
export function outcomeOf(core: CoreExpr): boolean | undefined {
  switch (core.op) {
    case 'const':
      return core.value.kind === 'bool' ? core.value.value : undefined;
    case 'not': {
      const of = outcomeOf(core.of);
      return of === undefined ? undefined : !of;
    }
    case 'and':
    case 'or': {
      const strong = core.op === 'or';
      const left = outcomeOf(core.left);
      const right = outcomeOf(core.right);
      if (left === strong || right === strong) return strong;
      return left === undefined || right === undefined ? undefined : !strong;
    }
    case 'let':
      return outcomeOf(core.body);
    case 'equal':
      return core.left.op === 'const' && core.right.op === 'const'
        ? constKey(core.left.value) === constKey(core.right.value)
        : undefined;
    case 'in-set':
      if (core.set.length === 0) return false;
      return core.value.op === 'const' ? hasConst(core.set, core.value.value) : undefined;
    case 'matches':
      return core.patterns.length === 0 ? false : undefined;
    case 'loop':
      if (core.range.op !== 'list' || core.range.items.length > 0) return undefined;
      return core.macro === 'exists' || core.macro === 'exists_one' ? false : core.macro === 'all' ? true : undefined;
    default:
      return undefined;
  }
}

function hasConst(set: readonly Const[], value: Const): boolean {
  const key = constKey(value);
  return set.some((item) => constKey(item) === key);
}

interface Known {
  readonly text: string;
  /** Keys of the values that it can still have. */
  allowed: ReadonlySet<string> | undefined;
  readonly excluded: Set<string>;
}

/** Two of `conditions` that exclude each other. */
function contradiction(conditions: readonly CoreExpr[]): string | undefined {
  const known = new Map<string, Known>();
  for (const condition of conditions) {
    let negated = false;
    let core = condition;
    while (core.op === 'let' || core.op === 'not') {
      negated = negated !== (core.op === 'not');
      core = core.op === 'not' ? core.of : core.body;
    }
    const test = equalityOf(core);
    if (test === undefined) continue;
    const key = coreKey(test.of);
    const entry = known.get(key) ?? { text: describePath(test.of), allowed: undefined, excluded: new Set<string>() };
    known.set(key, entry);
    if (negated) for (const value of test.values) entry.excluded.add(value);
    else
      entry.allowed = new Set(
        [...test.values].filter((value) => entry.allowed === undefined || entry.allowed.has(value)),
      );
    if (entry.allowed && [...entry.allowed].every((value) => entry.excluded.has(value))) {
      return `${entry.text} cannot have two different values`;
    }
  }
  return undefined;
}

function equalityOf(core: CoreExpr): { readonly of: CoreExpr; readonly values: ReadonlySet<string> } | undefined {
  if (core.op === 'in-set') return { of: core.value, values: new Set(core.set.map(constKey)) };
  if (core.op !== 'equal') return undefined;
  if (core.right.op === 'const') return { of: core.left, values: new Set([constKey(core.right.value)]) };
  if (core.left.op === 'const') return { of: core.right, values: new Set([constKey(core.left.value)]) };
  return undefined;
}

/** Tests for kinds that exclude each other; a wider kind and a narrower one do not, nor do one that is held and its holder. */
function twoKinds(conditions: readonly CoreExpr[]): string | undefined {
  const known = new Map<string, readonly Variant[]>();
  for (const core of conditions) {
    if (core.op !== 'variant-test') continue;
    const key = coreKey(core.of);
    const before = known.get(key) ?? [];
    if (before.some((variant) => excludes(variant, core.variant))) return 'nothing is of two kinds';
    known.set(key, [...before, core.variant]);
  }
  return undefined;
}

function excludes(a: Variant, b: Variant): boolean {
  if (holds(a, b) || holds(b, a)) return false;
  return a.tag.some((part, i) => i < b.tag.length && part !== b.tag[i]);
}

function holds(holder: Variant, { held }: Variant): boolean {
  return held?.holders().some(({ variant }) => variant === holder) ?? false;
}
