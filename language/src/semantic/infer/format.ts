// `"%s of %d".format([a, b])`: the items are dynamic; when one of them is sensitive, so is the text that comes of it.

import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { dynType, isDynamic, isSensitive, sensitiveStringType, stringType } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import { coerce, dynList, expectType, toDyn, unhandledOptional } from './coerce.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

interface FormatCall {
  readonly of: CoreExpr;
  readonly receiver: Expr;
  readonly call: Expr & { readonly kind: 'call' };
}

/** `of.format(args)` */
export function inferFormat(ctx: Inference, use: FormatCall, scope: Scope): CoreExpr {
  const [argument] = use.call.args;
  const text = expectType(ctx, { core: use.of, node: use.receiver, type: sensitiveStringType });
  if (argument === undefined || use.call.args.length !== 1) {
    return fault(ctx, 'wrong-arguments', use.call, { name: 'format', found: '', expected: 'a list of values' });
  }
  const items = argument.kind === 'list' ? literalItems(ctx, argument, scope) : listItems(ctx, argument, scope);
  if (isUnknown(text) || items === undefined) return unknownValue;
  const type = items.sensitive || isSensitive(use.of.type) ? sensitiveStringType : stringType;
  return { op: 'call', builtin: 'string_format', args: [text, items.core], type };
}

interface Items {
  readonly core: CoreExpr;
  readonly sensitive: boolean;
}

function literalItems(ctx: Inference, list: Expr & { readonly kind: 'list' }, scope: Scope): Items | undefined {
  const items: CoreExpr[] = [];
  let sensitive = false;
  let faulty = false;
  for (const node of list.items) {
    const core = inferExpr(ctx, node, scope, undefined);
    if (isUnknown(core)) faulty = true;
    else if (core.type.kind === 'optional') {
      unhandledOptional(ctx, core, node);
      faulty = true;
    } else if (!isDynamic(core.type)) {
      fault(ctx, 'not-a-text', node, { type: describeType(core.type), place: 'formatted text' });
      faulty = true;
    } else {
      sensitive ||= isSensitive(core.type);
      items.push(toDyn(core));
    }
  }
  if (faulty) return undefined;
  return { core: { op: 'list', items, optionals: [], type: { kind: 'list', of: dynType } }, sensitive };
}

function listItems(ctx: Inference, node: Expr, scope: Scope): Items | undefined {
  const list = inferExpr(ctx, node, scope, dynList);
  const core = coerce(ctx, list, dynList) ?? expectType(ctx, { core: list, node, type: dynList });
  return isUnknown(core) ? undefined : { core, sensitive: isSensitive(list.type) };
}
