// A trace → the places where a debugger stops, in the order in which they were evaluated: each rule, its clauses, their expressions
// from the whole to its parts, and what the rule came to. The decision has been made: going back is going to an earlier place.

import type { ShownValue, Trace, TraceClause, TraceNode, TraceRule } from '@rdp/compiler';
import { wordsOf } from '@rdp/compiler';
import type { Span } from '@rdp/language';

/** One level of what was being worked out. */
export interface Level {
  readonly kind: 'event' | 'rule' | 'clause' | 'expression' | 'round';
  readonly name: string;
  readonly span: Span;
  readonly value?: ShownValue;
  readonly node?: TraceNode;
}

/** A place to stop. */
export interface Stop {
  readonly kind: 'rule' | 'clause' | 'expression' | 'outcome' | 'decision';
  /** Outermost first; how many there are is how deep it is. */
  readonly levels: readonly Level[];
  readonly rule: TraceRule | undefined;
  /** Rules that were evaluated before, in that order. */
  readonly before: readonly TraceRule[];
  /** The word for why an expression has no value, where that is so and none of its parts is the cause. */
  readonly error?: string;
}

/** The stops of a decision; the last one is the decision itself. */
export function stopsOf(trace: Trace): readonly Stop[] {
  const rules = trace.order.flatMap((index) => trace.rules[index] ?? []);
  const [first] = trace.rules;
  if (first === undefined) return [];
  const event: Level = { kind: 'event', name: trace.entrypoint, span: first.span };
  const stops = rules.flatMap((rule, index) => ruleStops(rule, event, rules.slice(0, index)));
  const decider = trace.rules.find(({ decides }) => decides) ?? rules.at(-1) ?? first;
  const end: Level = { ...event, span: decider.span };
  return [...stops, { kind: 'decision', levels: [end], rule: undefined, before: rules }];
}

function ruleStops(rule: TraceRule, event: Level, before: readonly TraceRule[]): readonly Stop[] {
  const level: Level = { kind: 'rule', name: `${rule.verb} ${rule.name}`, span: rule.span };
  const levels = [{ ...event, span: rule.span }, level];
  const clauses = rule.clauses.filter(
    ({ kind, held, nodes }) => kind !== 'surface' && (held !== undefined || nodes.length > 0),
  );
  return [
    { kind: 'rule', levels, rule, before },
    ...clauses.flatMap((clause) => clauseStops(clause, levels, { rule, before })),
    { kind: 'outcome', levels, rule, before: [...before, rule] },
  ];
}

function clauseStops(clause: TraceClause, outer: readonly Level[], at: Pick<Stop, 'rule' | 'before'>): readonly Stop[] {
  const [only] = clause.nodes;
  const whole = clause.nodes.length === 1 ? only : undefined;
  const name = clause.kind === 'find' ? clause.label : `${clause.kind} ${clause.label}`;
  const level: Level = {
    kind: 'clause',
    name,
    span: clause.span,
    value: whole?.value ?? { kind: 'value', text: String(clause.held ?? 'none'), masked: false },
    ...(whole ? { node: whole } : {}),
  };
  const levels = [...outer, level];
  const nodes = whole ? whole.children : clause.nodes;
  const own: Stop = { kind: 'clause', levels, ...at, ...(whole ? errorOf(whole) : {}) };
  return [own, ...nodes.flatMap((node) => nodeStops(node, levels, at))];
}

function nodeStops(node: TraceNode, outer: readonly Level[], at: Pick<Stop, 'rule' | 'before'>): readonly Stop[] {
  if (node.value.kind === 'skipped') return [];
  const name = node.kind === 'round' ? `${node.label} = ${node.value.text}` : node.label;
  const levels: readonly Level[] = [...outer, { kind: node.kind, name, span: node.span, value: node.value, node }];
  const inner = node.children.flatMap((child) => nodeStops(child, levels, at));
  // An element is a level of the stack; what is asked of it is where to stop.
  if (node.kind === 'round') return inner;
  return [{ kind: 'expression', levels, ...at, ...errorOf(node) }, ...inner];
}

function errorOf({ value, children }: TraceNode): { readonly error?: string } {
  if (value.kind !== 'error' || children.some((child) => child.value.kind === 'error')) return {};
  return { error: value.text };
}

/** What a rule came to, in words. */
export function outcomeText(rule: TraceRule): string {
  const reason = wordsOf(rule.outcome);
  if (reason !== undefined) return `does not fire: ${reason}`;
  return rule.effects.length === 0 ? 'fires' : `fires: ${rule.effects.join('; ')}`;
}
