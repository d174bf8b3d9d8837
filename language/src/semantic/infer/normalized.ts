// `normalized(text)` and `normalized(text, leet)`: the call as it is written, for expressions and for the targets of `find`.
// What the view is, is told in docs/decisions/0015-normalised-view.md; here it is a name.

import type { Expr, Node } from '../../syntax/ast.ts';
import type { CoreView } from '../core.ts';

type Call = Expr & { readonly kind: 'call' };

/** Whether a call is one of `normalized`. */
export function isNormalized(call: Call): boolean {
  return call.callee.kind === 'name' && call.callee.name.text === 'normalized';
}

/** Which view a call asks for, and of what; `fault`: it takes one text, and `leet` or nothing behind it. */
export function viewOfCall(
  call: Call,
):
  | { readonly kind: 'view'; readonly view: Exclude<CoreView, 'plain'>; readonly of: Expr }
  | { readonly kind: 'fault'; readonly node: Node } {
  const [of, option] = call.args;
  if (of === undefined || call.args.length > 2) return { kind: 'fault', node: call };
  if (option === undefined) return { kind: 'view', view: 'normalized', of };
  if (option.kind === 'name' && option.name.text === 'leet') return { kind: 'view', view: 'normalized-leet', of };
  return { kind: 'fault', node: option };
}
