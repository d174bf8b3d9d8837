// `set object.spec.x = value`: a change to a Kubernetes object on its way in. Only objects under admission can be changed. The path is
// written with the names of fields, keys of maps and positions in lists; what may be missing on the way needs no `?.`, it is made.
// `set path = path + [item]` puts items behind those of a list.
//
// INVARIANT: a value is written as it stands in the policy: fields that a literal leaves out are left out. A part of an object is never
// copied as a whole, because what its schema does not tell would be lost.

import type { Action, Expr } from '../../syntax/ast.ts';
import type { CoreAction, CoreExpr } from '../core.ts';
import { recordOf } from '../relate-types.ts';
import type { RecordType, Type, Variant } from '../types.ts';
import { report } from './binder.ts';
import { inferValue } from './expressions.ts';
import type { RuleContext } from './rule-context.ts';
import { valueIn } from './rule-context.ts';
import { asWritten, eachAsWritten } from './written-value.ts';

/** The change; undefined when it is at fault. */
export function bindSetAction(ctx: RuleContext, action: Extract<Action, { kind: 'set' }>): CoreAction | undefined {
  const { binder, unit } = ctx;
  const fault = (node: Expr, note?: string): undefined => {
    report(binder, 'invalid-set', { unit, node }, {}, note === undefined ? {} : { note });
    return undefined;
  };
  const parts = partsOf(action.target);
  const [root, ...steps] = parts ?? [];
  const isAdmission = ctx.event.surface.kind === 'k8s' && ctx.event.decl.name.text === 'admission';
  if (!isAdmission || root?.text !== 'object' || steps.length === 0) return fault(action.target);
  const object = inferValue(binder, { unit, expr: root.expr, scope: ctx.names.scope, facts: ctx.facts });
  if (object.type.kind === 'unknown') return undefined;
  const target = follow(object, steps);
  if (target === undefined) {
    // Inference says what is wrong with a name.
    const said = binder.diagnostics.length;
    inferValue(binder, { unit, expr: action.target, scope: ctx.names.scope, facts: ctx.facts });
    return binder.diagnostics.length > said ? undefined : fault(action.target);
  }
  const items = appended(action, parts ?? []);
  if (items && target.type.kind !== 'list') return fault(action.target);
  const bound = valueIn(ctx, items ?? action.value, target.type, 'a changed object');
  const value = items ? eachAsWritten(bound) : asWritten(bound);
  if (value === undefined)
    return fault(action.value, 'a part of an object is not copied: write the fields that it is to have');
  const { path, held } = target;
  return { kind: 'set', path, held, append: items !== undefined, value };
}

interface Step {
  readonly text: string;
  readonly kind: 'name' | 'key' | 'position';
  readonly expr: Expr;
}

/** The path of `a.b["c"][0]`; undefined for another expression. */
function partsOf(expr: Expr): readonly Step[] | undefined {
  switch (expr.kind) {
    case 'name':
      return [{ text: expr.name.text, kind: 'name', expr }];
    case 'paren':
      return partsOf(expr.of);
    case 'member': {
      const of = partsOf(expr.of);
      return of && [...of, { text: expr.name.text, kind: 'name', expr }];
    }
    case 'index': {
      const of = partsOf(expr.of);
      const { index } = expr;
      if (index.kind === 'string') return of && [...of, { text: index.value, kind: 'key', expr }];
      return index.kind === 'int' ? of && [...of, { text: `${index.value}`, kind: 'position', expr }] : undefined;
    }
    default:
      return undefined;
  }
}

interface Target {
  readonly path: readonly string[];
  readonly held: (CoreAction & { readonly kind: 'set' })['held'];
  readonly type: Type;
}

/** Where the steps lead from the object; undefined where one leads nowhere. */
function follow(object: CoreExpr, steps: readonly Step[]): Target | undefined {
  const cast = object.op === 'variant-cast' ? object : undefined;
  const record = recordUnder(object.type);
  if (record === undefined) return undefined;
  const isOuter = cast?.variant.held?.outer.some((path) => path.every((name, i) => steps[i]?.text === name)) ?? false;
  const holds: Variant | undefined = isOuter ? undefined : cast?.variant;
  const held = cast && holds?.held ? { of: cast.of, variant: holds } : undefined;
  let type: Type = recordOf(record);
  const path: string[] = [];
  for (const step of steps) {
    const next = stepInto(type, step);
    if (next === undefined) return undefined;
    path.push(next.step);
    type = next.type;
  }
  return { path, held, type };
}

function stepInto(of: Type, { text, kind }: Step): { readonly step: string; readonly type: Type } | undefined {
  const type = of.kind === 'optional' ? of.of : of;
  const record = recordUnder(type);
  if (record !== undefined) {
    const field = kind === 'name' ? record.fields().get(text) : undefined;
    return field && { step: `.${field.wire}`, type: field.type };
  }
  if (type.kind === 'map' && type.key.kind === 'string' && kind !== 'position')
    return { step: `.${text}`, type: type.value };
  return type.kind === 'list' && kind === 'position' ? { step: `#${text}`, type: type.of } : undefined;
}

function recordUnder(type: Type): RecordType | undefined {
  if (type.kind === 'record') return type.record;
  return type.kind === 'union' ? type.union.base : undefined;
}

/** The list of `set path = path + [items]`. */
function appended({ value }: Extract<Action, { kind: 'set' }>, path: readonly Step[]): Expr | undefined {
  if (value.kind !== 'binary' || value.operator !== '+' || value.right.kind !== 'list') return undefined;
  const left = partsOf(value.left);
  const same =
    left?.length === path.length && left.every(({ text, kind }, i) => text === path[i]?.text && kind === path[i]?.kind);
  return same ? value.right : undefined;
}
