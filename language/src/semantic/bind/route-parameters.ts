// The documented parameters of a route as typed values: `route is listOrders && params.limit > 50`. They are taken out of target
// and headers of the exchange, which may hold any text; what is missing or does not fit makes the exchange malformed.
// INVARIANT: a parameter that stands twice in a query is malformed too, since the service may take the one that we do not.

import type { OpenapiOperation, OpenapiParameter } from '../../import/openapi.ts';
import type { CoreExpr } from '../core.ts';
import { boolType, floatType, intType, listOf, optionalOf, stringType } from '../relate-types.ts';
import { segmentsOf } from '../routes.ts';
import type { Const, CoreRoute, Field, RecordType, Type, UnionType, Variant } from '../types.ts';
import type { Binder } from './binder.ts';

/** What parameters are read of. */
export interface ParameterSource {
  readonly routes: readonly CoreRoute[];
  readonly operation: OpenapiOperation;
  readonly union: UnionType;
  readonly variant: Variant;
  /** The event's fields. */
  readonly method: CoreExpr;
  readonly target: CoreExpr;
  /** Undefined where the headers of the request are not known: in a response. */
  readonly headers: CoreExpr | undefined;
}

const paramsDoc = 'say of which route they are first: `route is …`';

/** `params` where the route is not known: nothing. */
export function noParameters(): CoreExpr {
  const record: RecordType = { name: 'params', doc: paramsDoc, fields: () => new Map() };
  return { op: 'record', record, fields: new Map(), type: { kind: 'record', record } };
}

/** The parameters of `operation` as a record, by name; one name in two places has the place ahead of it (`query_id`). */
export function routeParameters(binder: Binder, source: ParameterSource): CoreExpr {
  const { operation, union, variant } = source;
  const found = operation.parameters.flatMap((parameter) => {
    const value = parameterValue(binder, source, parameter);
    return value === undefined ? [] : [{ parameter, value }];
  });
  const values = new Map<string, CoreExpr>();
  const fields = new Map<string, Field>();
  for (const { parameter, value } of found) {
    const isShared = found.some((other) => other.parameter !== parameter && other.parameter.name === parameter.name);
    const name = isShared ? `${parameter.in}_${parameter.name}` : parameter.name;
    const at = parameter.in === 'header' ? '/headers' : '/path';
    values.set(name, { op: 'parameter', of: value, union, variant, name, at, type: value.type });
    const isOptional = value.type.kind === 'optional';
    const type = value.type.kind === 'optional' ? value.type.of : value.type;
    fields.set(name, { name, wire: name, type, presence: isOptional ? 'optional' : 'required', doc: '' });
  }
  const record: RecordType = { name: `params of ${operation.name}`, doc: '', fields: () => fields };
  return { op: 'record', record, fields: values, type: { kind: 'record', record } };
}

/** The value, or `T?`; undefined for what no text of the exchange says (cookies, parts of a segment). */
function parameterValue(binder: Binder, source: ParameterSource, parameter: OpenapiParameter): CoreExpr | undefined {
  switch (parameter.in) {
    case 'path': {
      const text = segmentOf(source, parameter.name);
      return text && bind(binder, text, (local) => converted(binder, local, parameter.type));
    }
    case 'query':
      return queryValue(binder, source, parameter);
    case 'header': {
      const { headers } = source;
      if (headers === undefined) return undefined;
      const index = textConst(parameter.name.toLowerCase());
      const text: CoreExpr = { op: 'index-optional', of: headers, index, type: optionalOf(stringType) };
      return orMissing(binder, text, parameter);
    }
    case 'cookie':
      return undefined;
  }
}

/** The decoded segment that is the parameter. Base paths of several lengths put it in several places. */
function segmentOf({ routes, operation, method, target }: ParameterSource, name: string): CoreExpr | undefined {
  const places = routes.map((route) =>
    route.operation === operation.name ? segmentsOf(route.template).indexOf(`{${name}}`) : -1,
  );
  const known = new Set(places.filter((_, index) => routes[index]?.operation === operation.name));
  const [first] = known;
  if (first === undefined || known.has(-1)) return undefined;
  const route: CoreExpr = { op: 'route', routes, method, target, type: intType };
  const values = places.map((place): Const => ({ kind: 'int', value: BigInt(place) }));
  const index: CoreExpr = known.size === 1 ? intConst(first) : { op: 'table', values, index: route, type: intType };
  return { op: 'call', builtin: 'path_segment', args: [target, index], type: stringType };
}

function queryValue(binder: Binder, { target }: ParameterSource, parameter: OpenapiParameter): CoreExpr {
  const type = listOf(stringType);
  const name = textConst(parameter.name);
  const all: CoreExpr = { op: 'call', builtin: 'query_values', args: [target, name], type };
  const result = optionalOf(stringType);
  const only = bind(binder, all, (values) => {
    const count: CoreExpr = { op: 'call', builtin: 'list_size', args: [values], type: intType };
    const first: CoreExpr = { op: 'index', of: values, index: intConst(0), type: stringType };
    const one: CoreExpr = { op: 'some', of: first, type: result };
    const isOne: CoreExpr = { op: 'equal', left: count, right: intConst(1), type: boolType };
    return choose(equalTo(count, intConst(0)), noneOf(result), choose(isOne, one, fault('invalid_argument', result)));
  });
  return orMissing(binder, only, parameter);
}

/** The value of a text that may be missing: its default then, or an error, or none. */
function orMissing(
  binder: Binder,
  text: CoreExpr,
  { type: wanted, required, default: fallback }: OpenapiParameter,
): CoreExpr {
  const type = scalarOf(wanted);
  const id = binder.nextLocal++;
  const local: CoreExpr = { op: 'local', id, type: stringType };
  const some: CoreExpr = { op: 'some', of: converted(binder, local, wanted), type: optionalOf(type) };
  const chain: CoreExpr = { op: 'chain', of: text, id, body: some, type: optionalOf(type) };
  if (required) return { op: 'or-else', of: chain, else: fault('no_such_key', type), type };
  return fallback ? { op: 'or-else', of: chain, else: { op: 'const', value: fallback, type }, type } : chain;
}

/** What a text of this type is read as; a text stays one where there is no scalar to read. */
function scalarOf(type: Type): Type {
  return type.kind === 'int' || type.kind === 'float' || type.kind === 'bool' || type.kind === 'timestamp'
    ? type
    : stringType;
}

/** `text`, a variable, as a value of a scalar type; an error when it is none. */
function converted(binder: Binder, text: CoreExpr, type: Type): CoreExpr {
  switch (type.kind) {
    case 'int':
      return { op: 'call', builtin: 'int_of_string', args: [text], type };
    case 'timestamp':
      return { op: 'call', builtin: 'timestamp_of_string', args: [text], type };
    case 'bool': {
      const otherwise = choose(equalTo(text, textConst('false')), boolConst(false), fault('invalid_argument', type));
      return choose(equalTo(text, textConst('true')), boolConst(true), otherwise);
    }
    case 'float': {
      const number: CoreExpr = { op: 'call', builtin: 'float_of_string', args: [text], type };
      return bind(binder, number, (value) => {
        // `nan` and `inf` are numbers of CEL and none of JSON Schema; nothing compares with them as one expects.
        const difference: CoreExpr = { op: 'call', builtin: 'float_sub', args: [value, value], type };
        const zero: CoreExpr = { op: 'const', value: { kind: 'float', value: 0 }, type: floatType };
        return choose(equalTo(difference, zero), value, fault('invalid_argument', type));
      });
    }
    default:
      return text;
  }
}

function bind(binder: Binder, value: CoreExpr, body: (local: CoreExpr) => CoreExpr): CoreExpr {
  const id = binder.nextLocal++;
  const inner = body({ op: 'local', id, type: value.type });
  return { op: 'let', id, value, body: inner, type: inner.type };
}

function choose(condition: CoreExpr, then: CoreExpr, otherwise: CoreExpr): CoreExpr {
  return { op: 'if', condition, then, else: otherwise, type: then.type };
}

function equalTo(left: CoreExpr, right: CoreExpr): CoreExpr {
  return { op: 'equal', left, right, type: boolType };
}

function fault(word: 'no_such_key' | 'invalid_argument', type: Type): CoreExpr {
  return { op: 'fail', word, type };
}

function noneOf(type: Type): CoreExpr {
  return { op: 'const', value: { kind: 'none' }, type };
}

function textConst(value: string): CoreExpr {
  return { op: 'const', value: { kind: 'string', value }, type: stringType };
}

function intConst(value: number): CoreExpr {
  return { op: 'const', value: { kind: 'int', value: BigInt(value) }, type: intType };
}

function boolConst(value: boolean): CoreExpr {
  return { op: 'const', value: { kind: 'bool', value }, type: boolType };
}
