// A text that stands for somebody or something → a warning where it has `{name}` as messages do. Messages are templates; expressions are
// CEL's, whose strings have no holes, so a quarantine of `"{server}/{name}"` would hold what is called by these very characters.
//
// INVARIANT: only braces around what has a value here are warned of: `"/users/{id}"` is a path like others where there is no `id`.

import type { Expr, StringLiteral } from '../../syntax/ast.ts';
import type { Scope } from '../scope.ts';
import { spanIn, type FileUnit } from '../symbols.ts';
import { report, type Binder } from './binder.ts';

/** A name, or members of one. */
const hole = /\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}/g;

/** Where an expression stands. */
export interface TextPlace {
  readonly binder: Binder;
  readonly unit: FileUnit;
  readonly scope: Scope;
}

/** Warns of each text that the expression comes to. */
export function warnOfBraces(place: TextPlace, expr: Expr): void {
  for (const literal of textsOf(expr)) warn(place, literal);
}

/** The literals that are the expression's value, or parts of it. */
function textsOf(expr: Expr): readonly StringLiteral[] {
  switch (expr.kind) {
    case 'string':
      return [expr];
    case 'paren':
      return textsOf(expr.of);
    case 'binary':
      return expr.operator === '+' || expr.operator === '??' ? [...textsOf(expr.left), ...textsOf(expr.right)] : [];
    case 'conditional':
      return [...textsOf(expr.then), ...textsOf(expr.else)];
    default:
      return [];
  }
}

function warn({ binder, unit, scope }: TextPlace, literal: StringLiteral): void {
  const parts: string[] = [];
  const meant: string[] = [];
  let from = 0;
  for (const { 0: whole, 1: path = '', index } of literal.value.matchAll(hole)) {
    if (scope.lookup(path.split('.')[0] ?? '')?.kind !== 'value') continue;
    parts.push(...quoted(literal.value.slice(from, index)), path);
    meant.push(path);
    from = index + whole.length;
  }
  const [first] = meant;
  if (first === undefined) return;
  const text = [...parts, ...quoted(literal.value.slice(from))].join(' + ');
  report(
    binder,
    'braces-in-text',
    { unit, node: literal },
    { name: first, text },
    // Another value is another meaning.
    { fixes: [{ title: `write \`${text}\``, safety: 'unsafe', edits: [{ span: spanIn(unit, literal), text }] }] },
  );
}

function quoted(text: string): readonly string[] {
  return text === '' ? [] : [JSON.stringify(text)];
}
