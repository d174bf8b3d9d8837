// Exemptions of a rule: conditions under which it does not fire, until a date. One that has ended is left out of the
// program, and said so; who is responsible and why stands in the policy, not in the decision.

import type { ExemptDecl } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { someCore } from '../walk-core.ts';
import type { FileUnit } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { noteOrigin } from './expressions.ts';
import { fileScope } from './package-scope.ts';
import type { RuleContext } from './rule-context.ts';
import { allOf, assuming, conditionIn } from './rule-context.ts';
import { sortClauses } from './rule-clauses.ts';

/** The conditions of the exemptions of the rule called `name`, whose own condition is `of`, that have not ended. */
export function bindExemptions(ctx: RuleContext, name: string, of: CoreExpr | undefined): readonly CoreExpr[] {
  const { binder } = ctx;
  // A pack's rule is exempted where it is applied.
  const home = ctx.event.surface.unit.package;
  binder.memo?.readName(home, name);
  const exemptions = binder.packages.get(home)?.exemptions.get(name) ?? [];
  return exemptions.flatMap(({ decl, unit }) => {
    const clauses = sortClauses(binder, { unit, name: decl.name, verb: 'exempt', clauses: decl.clauses });
    // The exemption may stand in another file than the rule, with other imports.
    let inner: RuleContext = { ...ctx, unit, names: ctx.namesIn(fileScope(binder, unit)) };
    let condition: CoreExpr | undefined;
    for (const clause of clauses('when')) {
      const next = conditionIn(inner, clause.condition);
      if (next === undefined) continue;
      condition = allOf(condition, next);
      inner = assuming(inner, next);
    }
    checkParts(binder, decl, unit);
    if (hasEnded(binder, decl, unit)) return [];
    if (of && condition) checkNames(binder, { decl, unit, condition, of });
    if (condition !== undefined) return [condition];
    const always = { op: 'const', value: { kind: 'bool', value: true }, type: { kind: 'bool' } } as const;
    return [noteOrigin(binder, { unit, node: decl.name }, always)];
  });
}

/** Of a rule on pods: what makes pods has one name, and its pods have others. */
function checkNames(
  binder: Binder,
  exemption: {
    readonly decl: ExemptDecl;
    readonly unit: FileUnit;
    readonly condition: CoreExpr;
    readonly of: CoreExpr;
  },
): void {
  const { decl, unit, condition, of } = exemption;
  const isOfPods = someCore(of, (part) => part.op === 'variant-test' && part.variant.held !== undefined);
  if (!isOfPods || !asksForName(condition)) return;
  report(binder, 'exemption-by-name', { unit, node: decl.name }, { name: decl.name.text });
}

/** Whether it holds for objects of some names alone. */
function asksForName(expr: CoreExpr): boolean {
  switch (expr.op) {
    case 'and':
    case 'or':
      return asksForName(expr.left) || asksForName(expr.right);
    case 'equal':
      return isName(expr.left) || isName(expr.right);
    case 'in':
    case 'in-set':
      return isName(expr.value);
    default:
      return false;
  }
}

/** `object.metadata.name`, or the request's `name`. */
function isName(expr: CoreExpr): boolean {
  if (expr.op !== 'field' || expr.field.name !== 'name') return false;
  return expr.of.op === 'input' || (expr.of.op === 'field' && expr.of.field.name === 'metadata');
}

function checkParts(binder: Binder, decl: ExemptDecl, unit: FileUnit): void {
  const missing = (['until', 'owner', 'reason'] as const).filter(
    (kind) => !decl.clauses.some((clause) => clause.kind === kind),
  );
  if (missing.length === 0 || decl.name.text === '') return;
  const parts = missing.map((kind) => `\`${kind}\``).join(', ');
  report(binder, 'incomplete-exemption', { unit, node: decl.name }, { name: decl.name.text, missing: parts });
}

/** Whether its last day is over. A date that does not exist is said so, and ends nothing. */
function hasEnded(binder: Binder, decl: ExemptDecl, unit: FileUnit): boolean {
  const clause = decl.clauses.find((candidate) => candidate.kind === 'until');
  if (clause === undefined || clause.date.text === '') return false;
  const date = clause.date.text;
  if (!isDate(date)) {
    report(binder, 'invalid-date', { unit, node: clause.date }, { date });
    return false;
  }
  const { today } = binder.project;
  if (today === undefined || date >= today) return false;
  report(binder, 'expired-exemption', { unit, node: clause.date }, { name: decl.name.text, date });
  return true;
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= (days[month - 1] ?? 0);
}
