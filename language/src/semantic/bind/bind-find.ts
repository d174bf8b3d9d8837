// `find patterns in prompts[*].text`: the target to a list of texts, and the view of them that is searched. `[*]` goes
// through a list; a text that may be missing is left out.

import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr, CoreView, LocalId } from '../core.ts';
import type { Facts } from '../infer/context.ts';
import { isNormalized, viewOfCall } from '../infer/normalized.ts';
import type { Recorder } from '../recorder.ts';
import { payloadOf } from '../relate-types.ts';
import type { Binding, Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import type { Type } from '../types.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { inferValue, typeText } from './expressions.ts';

export interface FindTarget {
  readonly unit: FileUnit;
  readonly expr: Expr;
  readonly scope: Scope;
  readonly facts: Facts;
}

/** The texts of a `find` target and what of them is searched; undefined when it is at fault. */
export function bindFindTarget(
  binder: Binder,
  target: FindTarget,
): { readonly texts: CoreExpr; readonly view: CoreView } | undefined {
  const { expr, unit } = target;
  if (expr.kind === 'hole') return undefined;
  const viewed =
    expr.kind === 'call' && isNormalized(expr)
      ? viewOfCall(expr)
      : ({ kind: 'view', view: 'plain', of: expr } as const);
  if (viewed.kind === 'fault') {
    report(binder, 'invalid-view', { unit, node: viewed.node }, {});
    return undefined;
  }
  const texts = textsAt(binder, { ...target, expr: viewed.of });
  if (texts === undefined) return undefined;
  if (isInDocument(texts, new Set())) return { texts, view: viewed.view };
  report(binder, 'find-computed-text', { unit, node: viewed.of }, {});
  return undefined;
}

/** Whether every text stands in the event's document, so that a match has a place there. `items`: of lists that do. */
function isInDocument(core: CoreExpr, items: ReadonlySet<LocalId>): boolean {
  switch (core.op) {
    case 'input':
      return true;
    case 'local':
      return items.has(core.id);
    case 'field':
    case 'some':
    case 'unwrap':
    case 'variant-cast':
    case 'index':
    case 'index-optional':
    case 'from-dyn':
    case 'to-dyn':
    case 'select-dyn':
      return isInDocument(core.of, items);
    case 'list':
      return core.items.every((item) => isInDocument(item, items));
    case 'or-else':
      return isInDocument(core.of, items) && isInDocument(core.else, items);
    case 'chain':
      return isInDocument(core.of, items) && isInDocument(core.body, new Set(items).add(core.id));
    case 'loop':
      return isInDocument(core.range, items) && isInDocument(core.body, new Set(items).add(core.item));
    case 'call':
      return findsThrough.has(core.builtin) && core.args.every((arg) => isInDocument(arg, items));
    default:
      return false;
  }
}

/** Functions that give texts as they stand in what they are given. */
const findsThrough: ReadonlySet<string> = new Set(['list_concat', 'list_flatten', 'dyn_texts']);

function textsAt(binder: Binder, target: FindTarget): CoreExpr | undefined {
  const each = firstEach(target.expr);
  if (each === undefined) return textsOfValue(binder, target);
  const base = inferValue(binder, { ...target, expr: each.of });
  const range = base.type.kind === 'optional' ? orEmpty(base, base.type.of) : base;
  if (range.type.kind === 'unknown') return undefined;
  if (range.type.kind !== 'list' && range.type.kind !== 'set') {
    report(binder, 'not-a-list', { unit: target.unit, node: each.of }, { type: typeText(range.type) });
    return undefined;
  }
  const item = binder.nextLocal++;
  const name = `item ${item}`; // no name of a policy has a space
  const value: Binding = { kind: 'value', core: { op: 'local', id: item, type: range.type.of } };
  const scope: Scope = {
    lookup: (wanted) => (wanted === name ? value : target.scope.lookup(wanted)),
    names: target.scope.names,
  };
  const { start, end } = each;
  const replacement: Expr = { kind: 'name', name: { text: name, start, end }, rooted: false, start, end };
  const expr = replaceEach(target.expr, each, replacement);
  const inner = textsAt(binder, { ...target, scope, expr });
  if (binder.recorder) noteAsWritten(binder.recorder, target.expr, expr);
  if (inner === undefined) return undefined;
  // The usual case, one text an item, needs no list of lists.
  const [only] = inner.op === 'list' && inner.items.length === 1 ? inner.items : [];
  if (only) return { op: 'loop', macro: 'map', range, item, body: only, type: listOf(only.type) };
  const lists: CoreExpr = { op: 'loop', macro: 'map', range, item, body: inner, type: listOf(inner.type) };
  return { op: 'call', builtin: 'list_flatten', args: [lists], type: inner.type };
}

function textsOfValue(binder: Binder, target: FindTarget): CoreExpr | undefined {
  const core = inferValue(binder, target);
  switch (core.type.kind) {
    case 'unknown':
      return undefined;
    case 'string':
      return { op: 'list', items: [core], optionals: [], type: listOf(core.type) };
    case 'list':
    case 'set':
      if (core.type.of.kind === 'string') return core;
      break;
    case 'optional': {
      const of = core.type.of;
      if (of.kind === 'string') {
        const id = binder.nextLocal++;
        const item: CoreExpr = { op: 'local', id, type: of };
        const one: CoreExpr = { op: 'list', items: [item], optionals: [], type: listOf(of) };
        const list = listOf(of);
        const some: CoreExpr = { op: 'some', of: one, type: { kind: 'optional', of: list } };
        const chain: CoreExpr = { op: 'chain', of: core, id, body: some, type: { kind: 'optional', of: list } };
        return orEmpty(chain, list);
      }
      if (of.kind === 'list' && of.of.kind === 'string') return orEmpty(core, of);
      break;
    }
    default:
  }
  const { unit, expr: node } = target;
  const isUntyped = payloadOf(core.type).kind === 'dyn';
  const text = unit.file.text.slice(node.start, node.end);
  const help = isUntyped ? { help: `look through \`texts(${text})\`: every text in it, at every depth` } : {};
  report(binder, 'find-needs-text', { unit, node }, { type: typeText(core.type) }, help);
  return undefined;
}

function orEmpty(core: CoreExpr, type: Type): CoreExpr {
  return { op: 'or-else', of: core, else: { op: 'list', items: [], optionals: [], type }, type };
}

function listOf(of: Type): Type {
  return { kind: 'list', of };
}

/** The `[*]` that is evaluated first. */
function firstEach(expr: Expr): (Expr & { readonly kind: 'each' }) | undefined {
  switch (expr.kind) {
    case 'each':
      return firstEach(expr.of) ?? expr;
    case 'member':
    case 'index':
    case 'paren':
      return firstEach(expr.of);
    // `texts(calls[*].arguments)`: of each.
    case 'call':
      return isTexts(expr) && expr.args[0] ? firstEach(expr.args[0]) : undefined;
    default:
      return undefined;
  }
}

function isTexts({ callee }: Expr & { readonly kind: 'call' }): boolean {
  return callee.kind === 'name' && callee.name.text === 'texts';
}

/** Notes of an expression as it was written what was noted of the copy that was bound in its place. */
function noteAsWritten(recorder: Recorder, written: Expr, bound: Expr): void {
  if (written === bound) return;
  const type = recorder.types.get(bound);
  const place = recorder.places.get(bound);
  if (type) recorder.types.set(written, type);
  if (place) recorder.places.set(written, place);
  if ('of' in written && 'of' in bound) noteAsWritten(recorder, written.of, bound.of);
  const [argument] = written.kind === 'call' ? written.args : [];
  const [boundArgument] = bound.kind === 'call' ? bound.args : [];
  if (argument && boundArgument) noteAsWritten(recorder, argument, boundArgument);
}

function replaceEach(expr: Expr, each: Expr, by: Expr): Expr {
  if (expr === each) return by;
  switch (expr.kind) {
    case 'each':
    case 'member':
    case 'index':
    case 'paren':
      return { ...expr, of: replaceEach(expr.of, each, by) };
    case 'call':
      return isTexts(expr) ? { ...expr, args: expr.args.map((arg) => replaceEach(arg, each, by)) } : expr;
    default:
      return expr;
  }
}
