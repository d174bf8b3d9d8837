// What was recorded of a rule → its clauses as they are shown: in the order in which they are asked, each with the expressions that
// were evaluated for it. Chains of `&&` or `||` are one level, as they are read.

import type { CoreExpr, CoreRule, Origins, Span } from '@rdp/language';
import type { RuleTrace } from '../ir/interpret/interpret.ts';
import type { Recorded, RecordedRule } from './record.ts';
import { cutOff, showValue, type Visibility } from './show-value.ts';
import type { ShownValue, TraceClause, TraceNode } from './trace.ts';

/** What clauses are made of. */
export interface ClauseSource {
  readonly trace: RuleTrace | undefined;
  readonly recorded: RecordedRule;
  readonly origins: Origins;
  readonly visibility: Visibility;
}

/** The clauses of `rule`. */
export function clausesOf(rule: CoreRule, source: ClauseSource): readonly TraceClause[] {
  const { trace } = source;
  return [
    ...(rule.condition ? conditionClauses(rule.condition, rule, source) : []),
    ...rule.finds.map((find): TraceClause => {
      const own = (trace?.matches ?? []).some(({ kind }) => find.patterns.some((pattern) => pattern.kind === kind));
      const held = trace?.found === undefined ? undefined : own;
      return { ...clauseOf('find', find.texts, rule, source), held, nodes: [] };
    }),
    ...rule.scores.map(({ condition, points }, nth): TraceClause => ({
      ...clauseOf('score', condition, rule, source),
      held: trace?.scores[nth],
      points,
    })),
    ...rule.exemptions.map((exemption, nth): TraceClause => ({
      ...clauseOf('exempt', exemption, rule, source),
      held: trace?.exemptions[nth],
    })),
  ];
}

/** One for each `when`: what the whole condition is made of that was written. */
function conditionClauses(condition: CoreExpr, rule: CoreRule, source: ClauseSource): readonly TraceClause[] {
  const nodes = (source.recorded.get(condition) ?? []).map((node) => nodeOf(node, source.visibility));
  if (nodes.length === 0) return [{ ...clauseOf('when', condition, rule, source), held: source.trace?.condition }];
  return nodes.map((node) => ({
    // No expression begins like the declaration of a surface, which says which events it covers.
    kind: /^surface \w+:/.test(node.label) ? 'surface' : 'when',
    span: node.span,
    label: node.label,
    held: node.value.kind === 'value' ? node.value.text === 'true' : undefined,
    nodes: [node],
  }));
}

function clauseOf(
  kind: TraceClause['kind'],
  expr: CoreExpr,
  rule: CoreRule,
  { recorded, origins, visibility }: ClauseSource,
): TraceClause {
  const span = origins.of(expr)?.span ?? rule.span;
  const nodes = (recorded.get(expr) ?? []).map((node) => nodeOf(node, visibility));
  return { kind, span, label: labelOf(span, visibility), held: undefined, nodes };
}

const isPath = /^[\w.?]+$/;

function nodeOf(recorded: Recorded, visibility: Visibility): TraceNode {
  const { expr, span, round } = recorded;
  const label = round?.label ?? labelOf(span, visibility);
  // What a path passes through says nothing that its end does not.
  const inner = round === undefined && isPath.test(label) ? [] : chained(recorded);
  return {
    kind: round ? 'round' : 'expression',
    label,
    span,
    value: shown(recorded, visibility),
    ...(expr.op === 'rule-fired' || expr.op === 'rule-count' || expr.op === 'rule-score' ? { rule: expr.rule } : {}),
    children: inner.map((child) => nodeOf(child, visibility)),
    omitted: recorded.omitted,
  };
}

/** `a && b && c` is `(a && b) && c`: the parts of the left side are parts of the whole. */
function chained({ expr, children }: Recorded): readonly Recorded[] {
  // What an object is has been said with its kind.
  if (expr.op === 'variant-test') return [];
  if (expr.op !== 'and' && expr.op !== 'or') return children;
  return children.flatMap((child) => (child.expr.op === expr.op ? chained(child) : [child]));
}

function labelOf({ file, start, end }: Span, { limit }: Visibility): string {
  return cutOff(file.text.slice(start, end), limit);
}

function shown({ type, value }: Recorded, visibility: Visibility): ShownValue {
  if (value === undefined) return { kind: 'skipped', text: '', masked: false };
  if (typeof value === 'string') return { kind: 'error', text: value, masked: false };
  return showValue(value, type, visibility);
}
