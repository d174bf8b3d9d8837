// Patterns in expressions: `text.matches("re")`, `text.matches(pattern)`, `text.contains_any(pattern)`. A regular expression
// is a literal, since patterns are compiled ahead of time; it becomes a pattern without a name.

import { diagnose } from '../../diagnostics/catalog.ts';
import type { Expr, Name } from '../../syntax/ast.ts';
import type { CoreExpr, CorePattern } from '../core.ts';
import { describeType } from '../print-type.ts';
import { boolType, listOf, sensitiveStringType, stringType } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import { coerce, expectType } from './coerce.ts';
import { constOf } from './constants.ts';
import { fault, isUnknown, spanOf, unknownValue } from './context.ts';
import { findBinding } from './names.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

/** Whether `name` is a method that takes a pattern. */
export function isPatternMethod(name: string): boolean {
  return name === 'matches' || name === 'contains_any';
}

interface PatternCall {
  readonly of: CoreExpr;
  readonly receiver: Expr;
  readonly name: Name;
  readonly args: readonly Expr[];
}

/** `of.matches(…)`, `of.contains_any(…)` */
export function inferMatches(ctx: Inference, call: PatternCall, scope: Scope): CoreExpr {
  const [argument] = call.args;
  if (argument === undefined || call.args.length !== 1) {
    const found = call.args.map((arg) => describeType(inferExpr(ctx, arg, scope, undefined).type)).join(', ');
    const expected =
      call.name.text === 'matches' ? 'a regular expression or a pattern' : 'a pattern or a list of strings';
    return fault(ctx, 'wrong-arguments', call.name, { name: call.name.text, found, expected });
  }
  const of = expectType(ctx, { core: call.of, node: call.receiver, type: sensitiveStringType });
  const binding = findBinding(ctx, argument, scope);
  if (binding?.kind === 'pattern') {
    return isUnknown(of) ? of : { op: 'matches', of, patterns: binding.patterns, type: boolType };
  }
  if (call.name.text === 'contains_any') return containsAny(ctx, of, argument, scope);
  const regex = regexOf(ctx, argument, scope);
  if (regex === undefined || isUnknown(of)) return unknownValue;
  return { op: 'matches', of, patterns: [anonymousPattern(regex)], type: boolType };
}

function regexOf(ctx: Inference, argument: Expr, scope: Scope): string | undefined {
  if (argument.kind === 'regex') return checked(ctx, argument, argument.pattern);
  const core = inferExpr(ctx, argument, scope, stringType);
  if (isUnknown(core)) return undefined;
  const value = constOf(core);
  if (value?.kind === 'string') return checked(ctx, argument, value.value);
  if (core.type.kind === 'string' || core.type.kind === 'dyn') fault(ctx, 'dynamic-pattern', argument, {});
  else expectType(ctx, { core, node: argument, type: stringType });
  return undefined;
}

function checked(ctx: Inference, node: Expr, regex: string): string | undefined {
  const reason = ctx.checkRegex?.(regex);
  if (reason === undefined) return regex;
  ctx.report(diagnose('invalid-pattern', spanOf(ctx, node), { reason }));
  return undefined;
}

/** A regular expression as a pattern; equal expressions are one pattern. */
function anonymousPattern(regex: string): CorePattern {
  return { kind: 'regex', name: `re:${regex}`, body: { kind: 'regex', regex }, where: undefined, near: undefined };
}

/** `text.contains_any(["a", "b"])` */
function containsAny(ctx: Inference, of: CoreExpr, argument: Expr, scope: Scope): CoreExpr {
  const list = inferExpr(ctx, argument, scope, listOf(stringType));
  const range = expectType(ctx, { core: list, node: argument, type: listOf(stringType) });
  if (isUnknown(of) || isUnknown(range)) return unknownValue;
  const text = ctx.freshLocal();
  const item = ctx.freshLocal();
  const haystack = coerce(ctx, of, sensitiveStringType) ?? of;
  const body: CoreExpr = {
    op: 'call',
    builtin: 'string_contains',
    args: [
      { op: 'local', id: text, type: haystack.type },
      { op: 'local', id: item, type: stringType },
    ],
    type: boolType,
  };
  return {
    op: 'let',
    id: text,
    value: haystack,
    body: { op: 'loop', macro: 'exists', range, item, body, type: boolType },
    type: boolType,
  };
}
