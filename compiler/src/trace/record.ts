// The evaluations of one decision → for each rule the expressions that were written, as a tree of the values they had. Listens to
// the interpreter: what it evaluates that nobody wrote (conversions, variables of inlined functions) has no place in the
// tree, only what is below it.
// INVARIANT: keeps no more than the limits say; an evaluation gives what it would have given unwatched.

import { coreChildren, type CoreExpr, type Origins, type Span } from '@rdp/language';
import type { Context, Watch } from '../ir/interpret/evaluate.ts';
import { EvaluationError, type ErrorWord, type Value } from '../ir/interpret/value.ts';
import type { TraceLimits } from './trace.ts';

/** An expression and what it came to, before anything is made text. */
export interface Recorded {
  readonly expr: CoreExpr;
  readonly span: Span;
  readonly type: CoreExpr['type'];
  /** Of an element that a loop is at: the element. */
  readonly round: { readonly label: string } | undefined;
  value: Value | ErrorWord | undefined;
  readonly children: Recorded[];
  omitted: number;
}

/** The expressions of one rule, by the outermost expression that was evaluated. */
export type RecordedRule = ReadonlyMap<CoreExpr, readonly Recorded[]>;

export interface Recording {
  readonly watch: Watch;
  /** What is evaluated from now on belongs to the rule at this index; nothing is kept of the expressions in `ignored`. */
  readonly begin: (index: number, ignored: ReadonlySet<CoreExpr>) => void;
  readonly rules: ReadonlyMap<number, RecordedRule>;
  readonly omitted: () => number;
}

interface Frame {
  readonly expr: CoreExpr;
  readonly node: Recorded | undefined;
  /** Where what is below goes; undefined below what is not looked into. */
  readonly sink: Recorded[] | undefined;
  /** Of a loop: the element it is at. */
  round: { readonly item: Value | undefined; readonly node: Recorded } | undefined;
  /** Sides that were evaluated. */
  readonly seen: Set<CoreExpr>;
}

/** A recorder. `isInside`: whether expressions of this file are shown, or only what they come to. */
export function createRecording(
  origins: Origins,
  options: { readonly limits: TraceLimits; readonly isInside: (span: Span) => boolean },
): Recording {
  const { limits, isInside } = options;
  const rules = new Map<number, Map<CoreExpr, Recorded[]>>();
  const stack: Frame[] = [];
  let current = new Map<CoreExpr, Recorded[]>();
  let ignored: ReadonlySet<CoreExpr> = new Set();
  let left = limits.nodes;
  let omitted = 0;

  const enter = (expr: CoreExpr, ctx: Context): Frame => {
    const parent = stack.at(-1);
    parent?.seen.add(expr);
    const sink = parent === undefined ? rootOf(expr) : sinkBelow(parent, expr, ctx);
    const { span, type = expr.type } = origins.of(expr) ?? {};
    const hidden = sink === undefined || (span !== undefined && !isInside(span));
    const repeated = span !== undefined && parent?.node !== undefined && sameSpan(parent.node.span, span);
    if (hidden || span === undefined || repeated || expr.op === 'const') {
      return frameOf(expr, repeated ? parent.node : undefined, hidden ? undefined : sink);
    }
    if (left <= 0) {
      omitted++;
      return frameOf(expr, undefined, undefined);
    }
    left--;
    const node: Recorded = { expr, span, type, round: undefined, value: undefined, children: [], omitted: 0 };
    sink.push(node);
    return frameOf(expr, node, node.children);
  };

  const rootOf = (expr: CoreExpr): Recorded[] | undefined => {
    if (ignored.has(expr)) return undefined;
    const nodes = current.get(expr) ?? [];
    current.set(expr, nodes);
    return nodes;
  };

  /** Below a loop what is evaluated for one element stands together. */
  const sinkBelow = (parent: Frame, expr: CoreExpr, ctx: Context): Recorded[] | undefined => {
    const loop = parent.expr;
    if (parent.sink === undefined || loop.op !== 'loop' || (expr !== loop.body && expr !== loop.filter))
      return parent.sink;
    const span = origins.of(expr)?.span ?? parent.node?.span;
    if (span === undefined) return parent.sink;
    const item = ctx.locals.get(loop.value ?? loop.item);
    if (parent.round === undefined || parent.round.item !== item) {
      const local: CoreExpr = { op: 'local', id: loop.value ?? loop.item, type: elementType(loop) };
      const round = { label: nameOf(expr, local.id) ?? 'element' };
      const node: Recorded = { expr: local, span, type: local.type, round, value: item, children: [], omitted: 0 };
      const rounds = parent.sink.filter(({ round }) => round !== undefined).length;
      if (rounds >= limits.rounds && parent.node && parent.sink.at(-1)?.round) {
        parent.node.omitted++;
        left += countOf(parent.sink.pop());
      }
      parent.sink.push(node);
      parent.round = { item, node };
    }
    return parent.round.node.children;
  };

  /** The name of a variable: what is written where it is read. */
  const nameOf = (expr: CoreExpr, id: number): string | undefined => {
    let name: string | undefined;
    const visit = (inner: CoreExpr): void => {
      if (name !== undefined) return;
      const span = inner.op === 'local' && inner.id === id ? origins.of(inner)?.span : undefined;
      if (span) name = span.file.text.slice(span.start, span.end);
      else for (const child of coreChildren(inner)) visit(child);
    };
    visit(expr);
    return name !== undefined && /^\w+$/.test(name) ? name : undefined;
  };

  /** What is written on a side that was not needed. */
  const addSkipped = (expr: CoreExpr, sink: Recorded[]): void => {
    const { span, type = expr.type } = origins.of(expr) ?? {};
    if (span && isInside(span) && expr.op !== 'const') {
      if (left-- > 0) sink.push({ expr, span, type, round: undefined, value: undefined, children: [], omitted: 0 });
    } else if (expr.op === 'and' || expr.op === 'or') {
      addSkipped(expr.left, sink);
      addSkipped(expr.right, sink);
    }
  };

  const leave = (frame: Frame, value: Value | ErrorWord): void => {
    stack.pop();
    if (frame.node && frame.node.expr === frame.expr) frame.node.value = value;
    if (frame.sink === undefined) return;
    for (const side of sidesOf(frame.expr)) if (!frame.seen.has(side)) addSkipped(side, frame.sink);
  };

  return {
    rules,
    omitted: () => omitted,
    begin: (index, without) => {
      current = new Map();
      ignored = without;
      stack.length = 0;
      rules.set(index, current);
    },
    watch: (expr, ctx, run) => {
      const frame = enter(expr, ctx);
      stack.push(frame);
      try {
        const value = run();
        leave(frame, value);
        return value;
      } catch (error) {
        if (error instanceof EvaluationError) leave(frame, error.word);
        throw error;
      }
    },
  };
}

function frameOf(expr: CoreExpr, node: Recorded | undefined, sink: Recorded[] | undefined): Frame {
  return { expr, node, sink, round: undefined, seen: new Set() };
}

/** Expressions in a tree that is given up. */
function countOf(node: Recorded | undefined): number {
  if (node === undefined) return 0;
  return node.children.reduce((sum, child) => sum + countOf(child), node.round ? 0 : 1);
}

function sameSpan(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

/** Operands of which one may not be needed. */
function sidesOf(expr: CoreExpr): readonly CoreExpr[] {
  switch (expr.op) {
    case 'and':
    case 'or':
      return [expr.left, expr.right];
    case 'if':
      return [expr.then, expr.else];
    case 'or-else':
      return [expr.else];
    default:
      return [];
  }
}

function elementType(loop: CoreExpr & { readonly op: 'loop' }): CoreExpr['type'] {
  const { type } = loop.range;
  if (type.kind === 'list' || type.kind === 'set') return type.of;
  if (type.kind !== 'map') return { kind: 'dyn' };
  return loop.value === undefined ? type.key : type.value;
}
