// A trace → text for a terminal: a line for the decision, then for each rule a tree of why. Rules that fired come first; what a
// rule that did not fire says is as short as the reason allows.

import { lineColumn, type Span } from '@rdp/language';
import type { ShownValue, Trace, TraceClause, TraceNode, TraceOutcome, TraceRule } from './trace.ts';

/** How words are made to stand out. */
export interface TraceStyle {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const plainText = (text: string): string => text;

/** No colours. */
export const plainTraceStyle: TraceStyle = { strong: plainText, faint: plainText, good: plainText, bad: plainText };

/** The trace as text, with a line end. */
export function renderTrace(trace: Trace, style: TraceStyle = plainTraceStyle): string {
  const { decision } = trace;
  const why = [decision.status, decision.reason, decision.message && JSON.stringify(decision.message), decision.path]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const fired = trace.rules.filter(({ outcome }) => outcome.kind === 'fired' || outcome.kind === 'failed');
  const others = trace.rules.filter((rule) => !fired.includes(rule));
  const lines = [
    `${style.strong(decision.action)}${why === '' ? '' : ` ${why}`}  ${style.faint(trace.entrypoint)}`,
    ...[...fired, ...others].flatMap((rule) => ruleLines(rule, trace, style)),
    ...(trace.omitted > 0 ? [style.faint(`${trace.omitted} more expressions were evaluated`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function ruleLines(rule: TraceRule, trace: Trace, style: TraceStyle): readonly string[] {
  const mark = rule.outcome.kind === 'fired' ? style.good('●') : rule.outcome.kind === 'failed' ? style.bad('!') : '○';
  const mode = rule.mode === 'enforce' ? '' : ` mode ${rule.mode}`;
  const head = `${mark} ${rule.verb} ${style.strong(rule.name)}${mode}  ${style.faint(placeOf(rule.span))}`;
  const effects = rule.effects.map((effect) => `→ ${effect}`);
  const parts: readonly Branch[] = [
    ...rule.clauses
      .filter(({ kind, held }) => kind !== 'surface' || held !== true)
      .map((clause): Branch => clauseBranch(clause, rule)),
    ...rule.matches.map((match): Branch => ({
      text: `${match.kind} at ${match.path} ${match.start}–${match.end}${match.text === undefined ? '' : ` ${JSON.stringify(match.text)}`}`,
      inner: [],
    })),
    ...[...effects].map((text): Branch => ({ text, inner: [] })),
  ];
  const reason = wordsOf(rule.outcome);
  return [
    reason === undefined ? head : `${head}  ${style.faint(reason)}`,
    ...(rule.outcome.kind === 'not-evaluated' ? [] : branchLines(parts, '  ', style)),
  ];
}

interface Branch {
  readonly text: string;
  readonly inner: readonly Branch[];
}

function branchLines(branches: readonly Branch[], indent: string, style: TraceStyle): readonly string[] {
  return branches.flatMap(({ text, inner }, index) => {
    const last = index === branches.length - 1;
    return [
      `${indent}${style.faint(last ? '└─' : '├─')} ${text}`,
      ...branchLines(inner, `${indent}${style.faint(last ? '   ' : '│  ')}`, style),
    ];
  });
}

function clauseBranch(clause: TraceClause, rule: TraceRule): Branch {
  const { kind, label, held, points, nodes } = clause;
  const [only] = nodes;
  const inner = (nodes.length === 1 && only ? only.children : nodes).map(nodeBranch);
  switch (kind) {
    case 'surface':
      return { text: `on events of ${label}${cameTo(held, only)}`, inner: [] };
    case 'when':
      return { text: `when ${label}${cameTo(held, only)}`, inner };
    case 'find': {
      const found = held === undefined ? 'not looked for' : held ? plural(rule.matches.length) : 'nothing';
      return { text: `${label} = ${found}`, inner: [] };
    }
    case 'score':
      return { text: `score ${points ?? 0} when ${label}${cameTo(held, only)}`, inner };
    case 'exempt':
      return { text: `exempt when ${label}${cameTo(held, only)}`, inner };
  }
}

/** ` = true`; of a condition without a value the word for why. */
function cameTo(held: boolean | undefined, node: TraceNode | undefined): string {
  if (held !== undefined) return ` = ${held}`;
  return node === undefined ? '  not evaluated' : valueText(node.value);
}

function nodeBranch(node: TraceNode): Branch {
  const inner = node.children.map(nodeBranch);
  return {
    text: `${node.label}${valueText(node.value)}`,
    inner: node.omitted > 0 ? [...inner, { text: `${node.omitted} more`, inner: [] }] : inner,
  };
}

function valueText({ kind, text }: ShownValue): string {
  if (kind === 'skipped') return '  not evaluated';
  return kind === 'error' ? `  has no value: ${text}` : ` = ${text}`;
}

/** Why a rule did not fire, in a few words; undefined for one that did. */
export function wordsOf(outcome: TraceOutcome): string | undefined {
  switch (outcome.kind) {
    case 'fired':
      return undefined;
    case 'condition-false':
      return 'its condition is false';
    case 'nothing-found':
      return 'nothing is found';
    case 'score-too-low':
      return `it scores ${outcome.score} of ${outcome.threshold}`;
    case 'exempt':
      return 'it is exempt';
    case 'settled':
      return 'the update changes nothing of what it reads, or ends the object';
    case 'failed':
      return `has no value: ${outcome.word}`;
    case 'not-evaluated':
      return 'not evaluated';
  }
}

function placeOf({ file, start }: Span): string {
  const { line, column } = lineColumn(file, start);
  return `${file.path}:${line}:${column}`;
}

function plural(count: number): string {
  return count === 1 ? '1 match' : `${count} matches`;
}
