// A text for an expression that is the same for expressions with the same value, so that work is shared between rules.
// Variables are numbered by first appearance; records and unions are told apart by identity.

import { coreChildren } from '@rdp/language';
import type { Const, CoreExpr } from '@rdp/language';

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function identityOf(value: object): number {
  const known = identities.get(value);
  if (known !== undefined) return known;
  identities.set(value, nextIdentity);
  return nextIdentity++;
}

/** Equal keys: the same value in the same event. */
export function structuralKey(expr: CoreExpr): string {
  const locals = new Map<number, number>();
  const local = (id: number): number => {
    const known = locals.get(id) ?? locals.size;
    locals.set(id, known);
    return known;
  };
  const write = (inner: CoreExpr): string =>
    `${inner.op}${inner.type.kind}(${[detailOf(inner, local), ...coreChildren(inner).map(write)].join()})`;
  return write(expr);
}

function detailOf(expr: CoreExpr, local: (id: number) => number): string {
  switch (expr.op) {
    case 'const':
      return constKey(expr.value);
    case 'local':
    case 'let':
    case 'chain':
      return `${local(expr.id)}`;
    case 'field':
      return expr.field.name;
    case 'variant-test':
    case 'variant-cast':
      return `${identityOf(expr.union)}:${expr.variant.name}`;
    case 'parameter':
      return `${identityOf(expr.union)}:${expr.variant.name}:${expr.name}`;
    case 'compare':
      return expr.order;
    case 'call':
      return expr.builtin;
    case 'list':
      return expr.optionals.join('+');
    case 'map':
      return expr.entries.map((entry) => (entry.optional ? '?' : '')).join('+');
    case 'record':
      return `${identityOf(expr.record)}:${[...expr.fields.keys()].join('+')}`;
    case 'loop':
      return [
        expr.macro,
        local(expr.item),
        expr.value === undefined ? '' : local(expr.value),
        expr.filter ? 'f' : '',
      ].join(':');
    case 'select-dyn':
    case 'has-key':
      return JSON.stringify(expr.name);
    case 'data':
      return JSON.stringify(expr.path);
    case 'fail':
      return expr.word;
    case 'rule-fired':
    case 'rule-count':
    case 'rule-score':
    case 'rule-matches':
      return `${expr.rule}`;
    case 'in-set':
      return `${identityOf(expr.set)}`;
    case 'lookup':
      return `${identityOf(expr.table)}`;
    case 'matches':
      return expr.patterns.map((pattern) => pattern.name).join('+');
    case 'classify':
      return `${expr.view} ${expr.model.name}`;
    case 'route':
      return `${identityOf(expr.routes)}`;
    case 'table':
      return `${identityOf(expr.values)}`;
    default:
      return '';
  }
}

/** A constant; numbers are told apart by their kind. */
function constKey(value: Const): string {
  switch (value.kind) {
    case 'list':
      return `[${value.items.map(constKey).join()}]`;
    case 'map':
      return `{${value.entries.map((entry) => entry.map(constKey).join(':')).join()}}`;
    case 'record':
      return `${identityOf(value.record)}{${[...value.fields].map(([name, field]) => `${name}:${constKey(field)}`).join()}}`;
    case 'string':
      return JSON.stringify(value.value);
    case 'bytes':
      return `b${value.value.join('.')}`;
    case 'bool':
    case 'int':
    case 'uint':
    case 'float':
      return `${value.kind}:${Object.is(value.value, -0) ? '-0' : value.value}`;
    case 'duration':
    case 'timestamp':
      return `${value.kind}:${value.nanos}`;
    case 'quantity':
      return `${value.unit}:${value.amount}`;
    case 'null':
    case 'none':
      return value.kind;
  }
}
