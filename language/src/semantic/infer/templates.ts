// Messages: `"{count} pieces of personal data in a prompt to {provider}"` into text joined from strings. Numbers, bools and
// times are written as `string(x)` writes them; what may be missing, is sensitive, or has no text of its own is a fault.

import type { Expr, Template } from '../../syntax/ast.ts';
import type { BuiltinId } from '../builtins.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { isSensitive, stringType } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import { unhandledOptional } from './coerce.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { amountOf } from './conversions.ts';
import { textConst } from './literals.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

/** The text of `template`, a string. `place` says for what it is, after "must not go into". */
export function inferTemplate(ctx: Inference, template: Template, scope: Scope, place = 'a message'): CoreExpr {
  const parts: CoreExpr[] = [];
  let faulty = false;
  for (const part of template.parts) {
    if (part.kind === 'text') {
      if (part.value !== '') parts.push(textConst(part.value));
      continue;
    }
    const core = inferExpr(ctx, part.expr, scope, undefined);
    const text = isUnknown(core) ? core : toText(ctx, { core, node: part.expr, place });
    if (isUnknown(text)) faulty = true;
    else parts.push(text);
  }
  if (faulty) return unknownValue;
  const [first] = parts;
  if (first === undefined) return textConst('');
  return parts.length === 1 ? first : { op: 'concat', parts, type: stringType };
}

const writers: Readonly<Record<string, BuiltinId>> = {
  bool: 'string_of_bool',
  int: 'string_of_int',
  uint: 'string_of_uint',
  float: 'string_of_float',
  timestamp: 'string_of_timestamp',
  duration: 'string_of_duration',
  dyn: 'dyn_to_string',
};

interface TextUse {
  readonly core: CoreExpr;
  readonly node: Expr;
  readonly place: string;
}

function toText(ctx: Inference, use: TextUse): CoreExpr {
  const { core, node, place } = use;
  if (core.type.kind === 'optional') return unhandledOptional(ctx, core, node);
  if (isSensitive(core.type)) return fault(ctx, 'sensitive-leak', node, { place });
  if (core.type.kind === 'string') return core;
  if (core.type.kind === 'quantity') {
    return { op: 'call', builtin: 'string_of_int', args: [amountOf(core)], type: stringType };
  }
  const builtin = writers[core.type.kind];
  if (builtin === undefined) return fault(ctx, 'not-a-text', node, { type: describeType(core.type), place });
  return { op: 'call', builtin, args: [core], type: stringType };
}
