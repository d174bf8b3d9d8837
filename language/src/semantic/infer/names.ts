// Names: what they are bound to, through packages, and which value that is. Type names of CEL (`int`, `map`) are values
// where nothing else has the name.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { Expr, Name, Node, QualifiedName } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { boolType, dynType, typeType } from '../relate-types.ts';
import type { Binding, Scope } from '../scope.ts';
import { fault, unknownValue, type InferContext } from './context.ts';
import { knownKind, narrow } from './facts.ts';

/** What the name or package path `expr` is bound to; undefined when it is something else, or unbound. Reports nothing. */
export function findBinding(ctx: InferContext, expr: Expr, scope: Scope): Binding | undefined {
  if (expr.kind === 'name') {
    const binding = scope.lookup(expr.name.text);
    if (binding) ctx.recorder?.bindings.set(expr.name, binding);
    return binding;
  }
  if (expr.kind !== 'member' || expr.optional) return undefined;
  const outer = findBinding(ctx, expr.of, scope);
  if (outer?.kind !== 'package') return undefined;
  const binding = outer.members.lookup(expr.name.text);
  if (binding) ctx.recorder?.bindings.set(expr.name, binding);
  return binding;
}

/** What the qualified name is bound to; says so when a part of it is unknown. */
export function resolveQualified(ctx: InferContext, name: QualifiedName, scope: Scope): Binding | undefined {
  let names = scope;
  let binding: Binding | undefined;
  let path = '';
  for (const part of name.parts) {
    if (part.text === '') return undefined;
    if (binding !== undefined && binding.kind !== 'package') {
      fault(ctx, 'unknown-name', part, { name: `${path}.${part.text}` });
      return undefined;
    }
    binding = names.lookup(part.text);
    if (binding === undefined) {
      unknownName(ctx, part, names, path);
      return undefined;
    }
    ctx.recorder?.bindings.set(part, binding);
    path = path === '' ? part.text : `${path}.${part.text}`;
    if (binding.kind === 'package') names = binding.members;
  }
  return binding;
}

/** Says that `name` is unknown in `scope`, and which name may be meant. `path`: the package that was looked into. */
export function unknownName(ctx: InferContext, name: Name, scope: Scope, path: string): CoreExpr {
  if (name.text === '') return unknownValue;
  const near = nearestName(name.text, scope.names());
  const full = path === '' ? name.text : `${path}.${name.text}`;
  const help = near === undefined ? {} : { help: `did you mean \`${path === '' ? near : `${path}.${near}`}\`?` };
  const advice = path === '' ? ctx.adviseName?.(name) : undefined;
  return fault(ctx, 'unknown-name', name, { name: full }, advice ?? help);
}

const celTypes: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'optional_type',
  'string',
  'type',
  'uint',
  'google.protobuf.Duration',
  'google.protobuf.Timestamp',
]);

/** The type that CEL knows by this (dotted) name, as a value. */
export function celTypeValue(name: string): CoreExpr | undefined {
  if (!celTypes.has(name)) return undefined;
  return { op: 'const', value: { kind: 'string', value: name }, type: typeType };
}

/** `a.b.c` of names alone, without `?.`. */
export function dottedName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name.text;
  if (expr.kind !== 'member' || expr.optional) return undefined;
  const of = dottedName(expr.of);
  return of === undefined ? undefined : `${of}.${expr.name.text}`;
}

/** A name where a value is wanted. */
export function inferName(ctx: InferContext, expr: Expr & { readonly kind: 'name' }, scope: Scope): CoreExpr {
  const binding = findBinding(ctx, expr, scope);
  if (binding) return valueOf(ctx, binding, { node: expr, name: expr.name.text });
  return celTypeValue(expr.name.text) ?? unknownName(ctx, expr.name, scope, '');
}

/** The value that a binding stands for; says so when it stands for none. */
export function valueOf(
  ctx: InferContext,
  binding: Binding,
  use: { readonly node: Node; readonly name: string },
): CoreExpr {
  const { node, name } = use;
  switch (binding.kind) {
    case 'value': {
      const kind = binding.byKind && knownKind(ctx, binding.byKind.of);
      return narrow(ctx, kind ? (binding.byKind?.make(kind) ?? binding.core) : binding.core);
    }
    case 'set':
      return {
        op: 'const',
        value: { kind: 'list', items: binding.items },
        type: { kind: 'set', of: binding.of },
      };
    case 'data': {
      const data: CoreExpr = { op: 'data', path: binding.path, type: dynType };
      return binding.type.kind === 'dyn' ? data : { op: 'from-dyn', of: data, type: binding.type };
    }
    case 'rule':
      return { op: 'rule-fired', rule: binding.rule, type: boolType };
    case 'fn':
    case 'lookup':
    case 'intrinsic':
      return fault(ctx, 'not-a-value', node, { name, what: 'a function' }, { help: `call it: \`${name}(…)\`` });
    case 'pattern':
      return fault(
        ctx,
        'not-a-value',
        node,
        { name, what: 'a pattern' },
        { help: `look for it in a text: \`text.matches(${name})\`` },
      );
    case 'classifier':
      return fault(
        ctx,
        'not-a-value',
        node,
        { name, what: 'a classifier' },
        { help: `ask it about a text: \`text.matches(${name})\`, \`text.score(${name})\`` },
      );
    case 'type':
      return fault(ctx, 'not-a-value', node, { name, what: `the type ${describeType(binding.type)}` });
    case 'package':
      return fault(ctx, 'not-a-value', node, { name, what: 'a package' });
    case 'other':
      return fault(ctx, 'not-a-value', node, { name, what: binding.what });
  }
}

/** `scope` with more names, which hide those of the same spelling. */
export function extendScope(scope: Scope, names: ReadonlyMap<string, Binding>): Scope {
  return {
    lookup: (name) => names.get(name) ?? scope.lookup(name),
    *names() {
      yield* names.keys();
      for (const name of scope.names()) if (!names.has(name)) yield name;
    },
  };
}
