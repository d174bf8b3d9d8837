// Patterns in expressions: `text.matches("re")`, `text.matches(pattern)`, `text.contains_any(pattern)`. A regular expression
// is a literal, since patterns are compiled ahead of time; it becomes a pattern without a name. A classifier is asked in the
// same place: `text.matches(classifier)`, or `text.score(classifier)` for its probability.

import { diagnose } from '../../diagnostics/catalog.ts';
import type { Expr, Name } from '../../syntax/ast.ts';
import type { ClassifierModel } from '../classifier-model.ts';
import type { CoreExpr, CorePattern, CoreView } from '../core.ts';
import { asNormalized } from '../normalized-pattern.ts';
import { describeType } from '../print-type.ts';
import { boolType, floatType, listOf, sensitiveStringType, stringType } from '../relate-types.ts';
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
      call.name.text === 'matches'
        ? 'a regular expression, a pattern or a classifier'
        : 'a pattern or a list of strings';
    return fault(ctx, 'wrong-arguments', call.name, { name: call.name.text, found, expected });
  }
  const binding = findBinding(ctx, argument, scope);
  if (binding?.kind === 'classifier' && call.name.text === 'matches') return reachesThreshold(ctx, call, binding.model);
  const of = expectType(ctx, { core: call.of, node: call.receiver, type: sensitiveStringType });
  if (binding?.kind === 'pattern') {
    return isUnknown(of) ? of : { op: 'matches', of, patterns: patternsFor(of, binding.patterns), type: boolType };
  }
  if (call.name.text === 'contains_any') return containsAny(ctx, of, argument, scope);
  const regex = regexOf(ctx, argument, scope);
  if (regex === undefined || isUnknown(of)) return unknownValue;
  // A test of the text that the parameter decides; no program is made of it.
  if ('later' in regex) return { op: 'equal', left: of, right: regex.later, type: boolType };
  return { op: 'matches', of, patterns: patternsFor(of, [anonymousPattern(regex.text)]), type: boolType };
}

/** Patterns as they are looked for in `of`: in a normalised view as `find` does there. */
function patternsFor(of: CoreExpr, patterns: readonly CorePattern[]): readonly CorePattern[] {
  return viewOfCore(of) === 'plain' ? patterns : patterns.map(asNormalized);
}

/** Which view of a text `of` is, where it is written as one. */
function viewOfCore(of: CoreExpr): CoreView {
  if (of.op !== 'call') return 'plain';
  if (of.builtin === 'text_normalized') return 'normalized';
  return of.builtin === 'text_normalized_leet' ? 'normalized-leet' : 'plain';
}

/** What `argument` says; a parameter of a pack that is checked by itself says it where the pack is applied. */
function regexOf(
  ctx: Inference,
  argument: Expr,
  scope: Scope,
): { readonly text: string } | { readonly later: CoreExpr } | undefined {
  if (argument.kind === 'regex') return checked(ctx, argument, argument.pattern);
  const core = inferExpr(ctx, argument, scope, stringType);
  if (isUnknown(core)) return undefined;
  const value = constOf(core);
  if (value?.kind === 'string') return checked(ctx, argument, value.value);
  if (core.op === 'local' && core.type.kind === 'string' && ctx.isParameter?.(core.id) === true) return { later: core };
  if (core.type.kind === 'string' || core.type.kind === 'dyn') fault(ctx, 'dynamic-pattern', argument, {});
  else expectType(ctx, { core, node: argument, type: stringType });
  return undefined;
}

function checked(ctx: Inference, node: Expr, regex: string): { readonly text: string } | undefined {
  const fault = ctx.checkRegex?.(regex);
  if (fault === undefined) return { text: regex };
  ctx.report(diagnose(fault.kind, spanOf(ctx, node), { reason: fault.message }));
  return undefined;
}

/** A regular expression as a pattern; equal expressions are one pattern. */
function anonymousPattern(regex: string): CorePattern {
  return { kind: 'regex', name: `re:${regex}`, body: { kind: 'regex', regex }, where: undefined, near: undefined };
}

/** Whether `name` is the method that asks a classifier for its probability. */
export function isScoreMethod(name: string): boolean {
  return name === 'score';
}

/** `of.score(classifier)` */
export function inferScore(ctx: Inference, call: PatternCall, scope: Scope): CoreExpr {
  const [argument] = call.args;
  const binding = argument && call.args.length === 1 ? findBinding(ctx, argument, scope) : undefined;
  if (argument === undefined || binding?.kind !== 'classifier') {
    const found = call.args.map((arg) => describeArgument(ctx, arg, scope)).join(', ');
    return fault(ctx, 'wrong-arguments', call.name, { name: call.name.text, found, expected: 'a classifier' });
  }
  return classified(ctx, call, binding.model);
}

/** An argument's type; what is no value is told by its name. */
function describeArgument(ctx: Inference, argument: Expr, scope: Scope): string {
  const binding = findBinding(ctx, argument, scope);
  if (binding !== undefined && binding.kind !== 'value') return `a ${binding.kind}`;
  return describeType(inferExpr(ctx, argument, scope, undefined).type);
}

/** The probability; a number tells nothing of what a sensitive text says. */
function classified(ctx: Inference, call: PatternCall, model: ClassifierModel | undefined): CoreExpr {
  const of = expectType(ctx, { core: call.of, node: call.receiver, type: sensitiveStringType });
  if (isUnknown(of) || model === undefined) return unknownValue;
  const view = viewOfCore(of);
  const [text] = of.op === 'call' ? of.args : [];
  return { op: 'classify', of: view === 'plain' ? of : (text ?? of), view, model, type: floatType };
}

/** `of.matches(classifier)`: it is at least as sure as its threshold asks. */
function reachesThreshold(ctx: Inference, call: PatternCall, model: ClassifierModel | undefined): CoreExpr {
  const left = classified(ctx, call, model);
  if (isUnknown(left) || model === undefined) return unknownValue;
  const right: CoreExpr = { op: 'const', value: { kind: 'float', value: model.threshold }, type: floatType };
  return { op: 'compare', order: '>=', left, right, type: boolType };
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
