// `texts(body)`: every text in untyped JSON, at every depth, as a list in the order of the document. What has a type has names
// for its texts, and the language would have to say which of them are read; so it is refused.

import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { isSensitive, listOf, optionalOf } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { settle, toDyn } from './coerce.ts';
import { fault, isUnknown } from './context.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

type Call = Expr & { readonly kind: 'call' };

/** The list of texts that a call of `texts` stands for. */
export function inferTexts(ctx: Inference, call: Call, scope: Scope): CoreExpr {
  const [arg, ...more] = call.args;
  const of = arg && settle(inferExpr(ctx, arg, scope, undefined));
  if (arg === undefined || of === undefined || more.length > 0) {
    const found = call.args.map((each) => describeType(inferExpr(ctx, each, scope, undefined).type)).join(', ');
    return fault(ctx, 'wrong-arguments', call, { name: 'texts', found, expected: '`(dyn)`' });
  }
  if (isUnknown(of)) return of;
  const inner = of.type.kind === 'optional' ? of.type.of : of.type;
  if (!isUntyped(inner)) return fault(ctx, 'texts-of-typed', arg, { type: describeType(of.type) });
  const type: Type = listOf({ kind: 'string', sensitive: isSensitive(inner) });
  if (of.type.kind !== 'optional') return textsOf(of, type);
  const id = ctx.freshLocal();
  const found = textsOf({ op: 'local', id, type: inner }, type);
  const some: CoreExpr = { op: 'some', of: found, type: optionalOf(type) };
  const chain: CoreExpr = { op: 'chain', of, id, body: some, type: optionalOf(type) };
  return { op: 'or-else', of: chain, else: { op: 'list', items: [], optionals: [], type }, type };
}

function textsOf(of: CoreExpr, type: Type): CoreExpr {
  return { op: 'call', builtin: 'dyn_texts', args: [toDyn(of)], type };
}

/** JSON without a shape of its own, or lists and maps of it. */
function isUntyped(type: Type): boolean {
  switch (type.kind) {
    case 'dyn':
      return true;
    case 'list':
      return isContent(type.of);
    case 'map':
      return type.key.kind === 'string' && isContent(type.value);
    default:
      return false;
  }
}

function isContent(type: Type): boolean {
  return type.kind === 'string' || isUntyped(type);
}
