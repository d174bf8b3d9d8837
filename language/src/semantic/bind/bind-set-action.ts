// `set object.spec.x = value`: a change to a Kubernetes object on its way in. Only objects under admission can be changed;
// the path is written with the names of the fields and becomes their keys in JSON.

import type { Action, Expr } from '../../syntax/ast.ts';
import type { CoreAction } from '../core.ts';
import type { Type } from '../types.ts';
import { report } from './binder.ts';
import { inferValue } from './expressions.ts';
import type { RuleContext } from './rule-context.ts';
import { valueIn } from './rule-context.ts';

/** The change; undefined when it is at fault. */
export function bindSetAction(ctx: RuleContext, action: Extract<Action, { kind: 'set' }>): CoreAction | undefined {
  const { binder, unit } = ctx;
  const parts = pathOf(action.target);
  if (ctx.event.surface.kind !== 'k8s' || ctx.event.decl.name.text !== 'admission' || parts?.[0] !== 'object') {
    report(binder, 'invalid-set', { unit, node: action.target }, {});
    return undefined;
  }
  if (parts.length < 2) {
    report(binder, 'invalid-set', { unit, node: action.target }, {});
    return undefined;
  }
  const { facts } = ctx;
  const target = inferValue(binder, { unit, expr: action.target, scope: ctx.names.scope, facts });
  if (target.type.kind === 'unknown') return undefined;
  const expected: Type = target.type.kind === 'optional' ? target.type.of : target.type;
  const value = valueIn(ctx, action.value, expected, 'a changed object');
  return { kind: 'set', path: parts.slice(1), value };
}

function pathOf(expr: Expr): readonly string[] | undefined {
  switch (expr.kind) {
    case 'name':
      return [expr.name.text];
    case 'member': {
      const of = pathOf(expr.of);
      return of && [...of, expr.name.text];
    }
    case 'index': {
      const of = pathOf(expr.of);
      const key =
        expr.index.kind === 'string' ? expr.index.value : expr.index.kind === 'int' ? `${expr.index.value}` : undefined;
      return of && key !== undefined ? [...of, key] : undefined;
    }
    default:
      return undefined;
  }
}
