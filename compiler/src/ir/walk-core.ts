// From a core expression or rule to the expressions inside it, and back with some of them changed. Passes and checks build on
// it. Says nothing of meaning.

import { coreChildren } from '@rdp/language';
import type { CoreAction, CoreExpr, CorePattern, CoreRule } from '@rdp/language';

/** `expr` with each direct operand replaced by `change(operand)`; the same object when nothing changed. */
export function mapChildren(expr: CoreExpr, change: (child: CoreExpr) => CoreExpr): CoreExpr {
  const before = coreChildren(expr);
  const after = before.map(change);
  if (after.every((child, i) => child === before[i])) return expr;
  let next = 0;
  const take = (): CoreExpr => {
    const child = after[next++];
    if (!child) throw new Error(`mapChildren: too few operands for ${expr.op}`);
    return child;
  };
  switch (expr.op) {
    case 'const':
    case 'input':
    case 'local':
    case 'data':
    case 'rule-fired':
    case 'rule-count':
    case 'rule-score':
    case 'rule-matches':
    case 'fail':
      return expr;
    case 'let':
      return { ...expr, value: take(), body: take() };
    case 'field':
    case 'variant-test':
    case 'variant-cast':
    case 'some':
    case 'is-some':
    case 'unwrap':
    case 'not':
    case 'to-dyn':
    case 'from-dyn':
    case 'select-dyn':
    case 'has-key':
    case 'parameter':
    case 'classify':
      return { ...expr, of: take() };
    case 'or-else':
      return { ...expr, of: take(), else: take() };
    case 'chain':
      return { ...expr, of: take(), body: take() };
    case 'and':
    case 'or':
    case 'equal':
    case 'compare':
      return { ...expr, left: take(), right: take() };
    case 'if':
      return { ...expr, condition: take(), then: take(), else: take() };
    case 'call':
      return { ...expr, args: after };
    case 'list':
      return { ...expr, items: after };
    case 'map':
      return {
        ...expr,
        entries: expr.entries.map((entry) => ({ key: take(), value: take(), optional: entry.optional })),
      };
    case 'record':
      return { ...expr, fields: new Map([...expr.fields.keys()].map((name) => [name, take()])) };
    case 'index':
    case 'index-optional':
      return { ...expr, of: take(), index: take() };
    case 'in':
      return { ...expr, value: take(), of: take() };
    case 'in-set':
      return { ...expr, value: take() };
    case 'lookup':
      return { ...expr, key: take() };
    case 'loop':
      return { ...expr, range: take(), ...(expr.filter ? { filter: take() } : {}), body: take() };
    case 'matches':
      return {
        ...expr,
        of: take(),
        patterns: expr.patterns.map((pattern) =>
          pattern.where ? { ...pattern, where: { ...pattern.where, condition: take() } } : pattern,
        ),
      };
    case 'concat':
      return { ...expr, parts: after };
    case 'route':
      return { ...expr, method: take(), target: take() };
    case 'table':
      return { ...expr, index: take() };
  }
}

/** `visit` is called for `expr` and everything below it, parents first. */
export function walkExpr(expr: CoreExpr, visit: (expr: CoreExpr) => void): void {
  visit(expr);
  for (const child of coreChildren(expr)) walkExpr(child, visit);
}

/** The expressions that decide whether `rule` fires, in the order in which they are evaluated. */
export function decidingExprs(rule: CoreRule): readonly CoreExpr[] {
  return [
    ...(rule.condition ? [rule.condition] : []),
    ...rule.finds.flatMap((find) => [find.texts, ...find.patterns.flatMap(patternExprs)]),
    ...rule.scores.map((score) => score.condition),
    ...rule.exemptions,
  ];
}

/** The expressions whose values a fired rule writes into the decision. */
export function outputExprs(rule: CoreRule): readonly CoreExpr[] {
  return [
    ...(rule.message ? [rule.message] : []),
    ...(rule.action ? actionExprs(rule.action) : []),
    ...rule.records.flatMap((record) => record.fields.map((field) => field.value)),
    ...rule.flows.flatMap((flow) => [flow.from, flow.to]),
    ...rule.facts.map((fact) => fact.value),
  ];
}

/** Rules whose result decides whether `rule` fires; ascending. Never itself, never in a cycle. */
export function neededRules(rule: CoreRule): readonly number[] {
  return rulesIn(decidingExprs(rule));
}

/** Rules whose result `rule` writes when it fires: its own count in a message, what it redacts. */
export function writtenRules(rule: CoreRule): readonly number[] {
  const written = new Set(rulesIn(outputExprs(rule)));
  if (rule.action?.kind === 'redact' || rule.action?.kind === 'strip') written.add(rule.action.rule);
  return [...written].sort((a, b) => a - b);
}

/** Whether `expr` asks what became of a rule. */
export function isRuleResult(
  expr: CoreExpr,
): expr is CoreExpr & { readonly op: 'rule-fired' | 'rule-count' | 'rule-score' | 'rule-matches' } {
  return expr.op.startsWith('rule-');
}

function rulesIn(exprs: readonly CoreExpr[]): readonly number[] {
  const named = new Set<number>();
  for (const expr of exprs)
    walkExpr(expr, (inner) => {
      if (isRuleResult(inner)) named.add(inner.rule);
    });
  return [...named].sort((a, b) => a - b);
}

/** Every pattern that `rule` names, with repeats. */
export function patternsOf(rule: CoreRule): readonly CorePattern[] {
  const found = rule.finds.flatMap((find) => find.patterns);
  for (const expr of [...decidingExprs(rule), ...outputExprs(rule)])
    walkExpr(expr, (inner) => {
      if (inner.op === 'matches') found.push(...inner.patterns);
    });
  return found;
}

/** `rule` with `change` applied to each of its expressions (the outermost ones). */
export function mapRule(rule: CoreRule, change: (expr: CoreExpr) => CoreExpr): CoreRule {
  return {
    ...rule,
    condition: rule.condition && change(rule.condition),
    finds: rule.finds.map((find) => ({
      view: find.view,
      texts: change(find.texts),
      patterns: find.patterns.map((pattern) => mapPattern(pattern, change)),
    })),
    scores: rule.scores.map((score) => ({ ...score, condition: change(score.condition) })),
    exemptions: rule.exemptions.map(change),
    message: rule.message && change(rule.message),
    records: rule.records.map((record) => ({
      ...record,
      fields: record.fields.map((field) => ({ ...field, value: change(field.value) })),
    })),
    flows: rule.flows.map((flow) => ({ from: change(flow.from), to: change(flow.to) })),
    facts: rule.facts.map((fact) => ({ ...fact, value: change(fact.value) })),
    action: rule.action && mapAction(rule.action, change),
  };
}

function mapPattern(pattern: CorePattern, change: (expr: CoreExpr) => CoreExpr): CorePattern {
  if (!pattern.where) return pattern;
  return { ...pattern, where: { ...pattern.where, condition: change(pattern.where.condition) } };
}

function mapAction(action: CoreAction, change: (expr: CoreExpr) => CoreExpr): CoreAction {
  switch (action.kind) {
    case 'block':
    case 'alert':
      return { ...action, message: action.message && change(action.message) };
    case 'limit':
      return {
        ...action,
        key: change(action.key),
        cost: action.cost && change(action.cost),
        price: action.price && { input: change(action.price.input), output: change(action.price.output) },
      };
    case 'quarantine':
      return { ...action, target: change(action.target) };
    case 'approve':
      return { ...action, by: change(action.by) };
    case 'set':
      return {
        ...action,
        held: action.held && { ...action.held, of: change(action.held.of) },
        value: change(action.value),
      };
    case 'redact':
    case 'strip':
    case 'permit':
      return action;
  }
}

function actionExprs(action: CoreAction): readonly CoreExpr[] {
  switch (action.kind) {
    case 'block':
    case 'alert':
      return action.message ? [action.message] : [];
    case 'limit':
      return [
        action.key,
        ...(action.cost ? [action.cost] : []),
        ...(action.price ? [action.price.input, action.price.output] : []),
      ];
    case 'quarantine':
      return [action.target];
    case 'approve':
      return [action.by];
    case 'set':
      return [action.value];
    case 'redact':
    case 'strip':
    case 'permit':
      return [];
  }
}

function patternExprs(pattern: CorePattern): readonly CoreExpr[] {
  return pattern.where ? [pattern.where.condition] : [];
}
