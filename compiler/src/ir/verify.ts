// Checks the invariants of the intermediate representation that types cannot hold. Run by tests and by the fuzzer; a
// violation is a bug of the passes.

import { coreChildren } from '@rdp/language';
import type { CoreExpr, CoreRule } from '@rdp/language';
import type { Ir, IrEntrypoint } from './ir.ts';
import { isNever } from './passes/fold.ts';
import { recordOfType } from './passes/project.ts';
import {
  decidingExprs,
  isRuleResult,
  neededRules,
  outputExprs,
  patternsOf,
  walkExpr,
  writtenRules,
} from './walk-core.ts';

/** What is wrong with `ir`, one line each; empty when nothing is. */
export function verifyIr(ir: Ir): readonly string[] {
  const patterns = new Set(ir.patterns.map(({ name }) => name));
  return ir.entrypoints.flatMap((entrypoint) => {
    const unknown = entrypoint.rules.flatMap(patternsOf).filter(({ name }) => !patterns.has(name));
    return [
      ...unknown.map(({ name }) => `pattern ${name} is not collected`),
      ...verifyLayouts(entrypoint),
      ...verifyOrder(entrypoint),
      ...verifyIndex(entrypoint),
      ...entrypoint.rules.flatMap((rule) => verifyRule(entrypoint, rule)),
      ...verifyPrepare(entrypoint),
      ...verifySettled(entrypoint),
    ].map((problem) => `${entrypoint.name}: ${problem}`);
  });
}

function verifyLayouts(entrypoint: IrEntrypoint): readonly string[] {
  const problems: string[] = [];
  entrypoint.records.forEach((layout, i) => {
    if (layout.id !== i) problems.push(`record ${layout.record.name} has id ${layout.id} at ${i}`);
    const wires = layout.fields.map(({ wire }) => wire);
    if (wires.some((wire, at) => at > 0 && wire <= (wires[at - 1] ?? '')))
      problems.push(`fields of ${layout.record.name} are not sorted by wire name`);
  });
  entrypoint.unions.forEach((layout, i) => {
    if (layout.id !== i) problems.push(`union ${layout.union.name} has id ${layout.id} at ${i}`);
    for (const name of layout.union.discriminators)
      if (!layout.base.fields.some(({ wire }) => wire === name)) problems.push(`${name} is not read`);
  });
  if (entrypoint.records[entrypoint.input.id] !== entrypoint.input) problems.push('input is not among the records');
  return problems;
}

function verifyOrder({ rules, order }: IrEntrypoint): readonly string[] {
  const place = new Map(order.map((rule, at) => [rule, at]));
  if (place.size !== rules.length || order.length !== rules.length) return ['order is no permutation of the rules'];
  return rules.flatMap((rule, index) =>
    neededRules(rule)
      .filter((named) => (place.get(named) ?? Infinity) >= (place.get(index) ?? 0))
      .map((named) => `${rule.name} is evaluated before rule ${named}`),
  );
}

function verifyIndex({ rules, index }: IrEntrypoint): readonly string[] {
  const tested = index.tests.map((test) => new Set([...test.equal.values(), ...test.prefix.values()].flat()));
  const named = new Set(
    rules.flatMap((rule, i) => [...neededRules(rule), ...writtenRules(rule)].filter((r) => r !== i)),
  );
  return rules.flatMap((rule, i) => {
    const places = tested.filter((test) => test.has(i)).length + index.always.filter((other) => other === i).length;
    return [
      ...(places === (isNever(rule) ? 0 : 1) ? [] : [`${rule.name} stands in ${places} places of the index`]),
      ...(named.has(i) && !isNever(rule) && !index.always.includes(i)
        ? [`${rule.name} is named but not always evaluated`]
        : []),
    ];
  });
}

function verifyRule(entrypoint: IrEntrypoint, rule: CoreRule): readonly string[] {
  const matches = new Set(rule.finds.flatMap(({ patterns }) => patterns.flatMap(({ where }) => where?.match ?? [])));
  const exprs = [...decidingExprs(rule), ...outputExprs(rule)];
  return exprs.flatMap((expr) => verifyExpr(entrypoint, { owner: rule.name, expr, bound: matches }));
}

function verifySettled({ rules, settled }: IrEntrypoint): readonly string[] {
  const { length } = settled.rules;
  return length === 0 || length === rules.length ? [] : ['it is not known of every rule what it leaves alone'];
}

/** Rules have not been evaluated when the event's record is made. */
function verifyPrepare(entrypoint: IrEntrypoint): readonly string[] {
  const { prepare } = entrypoint;
  if (prepare === undefined) return [];
  const problems = [...verifyExpr(entrypoint, { owner: 'prepare', expr: prepare, bound: new Set() })];
  if (prepare.type.kind !== 'record') problems.push('prepare makes no record');
  walkExpr(prepare, (expr) => {
    if (isRuleResult(expr)) problems.push('prepare asks for a rule');
  });
  return problems;
}

function verifyExpr(
  entrypoint: IrEntrypoint,
  {
    owner,
    expr: whole,
    bound: free,
  }: { readonly owner: string; readonly expr: CoreExpr; readonly bound: ReadonlySet<number> },
): readonly string[] {
  const problems: string[] = [];
  const layouts = new Map(entrypoint.records.map((layout) => [layout.record, layout]));
  const visit = (expr: CoreExpr, bound: ReadonlySet<number>): void => {
    if (expr.op === 'local' && !bound.has(expr.id)) problems.push(`${owner} reads the unbound local ${expr.id}`);
    if (expr.op === 'field') {
      const record = recordOfType(expr.of.type);
      const layout = record && layouts.get(record);
      if (!layout?.fields.some(({ name }) => name === expr.field.name))
        problems.push(`${owner} reads ${expr.field.name}, which no layout has`);
    }
    const inner = new Set(bound);
    if (expr.op === 'let' || expr.op === 'chain') inner.add(expr.id);
    if (expr.op === 'loop') {
      inner.add(expr.item);
      if (expr.value !== undefined) inner.add(expr.value);
    }
    if (expr.op === 'matches') for (const { where } of expr.patterns) if (where) inner.add(where.match);
    for (const child of coreChildren(expr)) visit(child, inner);
  };
  visit(whole, free);
  return problems;
}
