// Expressions of a wanted type, drawn at random from every operator of core. Well typed by construction; errors at run time
// are wanted too.

import { builtinRows, type BuiltinId, type Const, type CoreExpr, type Field, type Type } from '@rdp/language';
import type { Draw } from './documents.ts';
import {
  bool,
  bytes,
  constant,
  duration,
  dyn,
  field,
  float,
  innerType,
  inputFields,
  int,
  list,
  map,
  number,
  optional,
  string,
  text,
  timestamp,
  uint,
} from './program.ts';

/** What an expression can see besides the input. */
interface Scope {
  readonly draw: Draw;
  readonly locals: readonly { readonly id: number; readonly type: Type }[];
  readonly fresh: () => number;
}

const same = (a: Type, b: Type): boolean => {
  if (a.kind !== b.kind) return false;
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'optional' && b.kind === 'optional'))
    return same(a.of, b.of);
  if (a.kind === 'map' && b.kind === 'map') return same(a.key, b.key) && same(a.value, b.value);
  return true;
};

const pick = <T>(scope: Scope, items: readonly T[]): T => {
  const item = items[scope.draw(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** A random expression of `type`. */
export function drawExpr(draw: Draw, type: Type, depth: number): CoreExpr {
  let next = 0;
  return make({ draw, locals: [], fresh: () => next++ }, type, depth);
}

const scalars: readonly Type[] = [bool, int, uint, float, string, bytes, timestamp, duration];
const comparable: readonly Type[] = [...scalars, dyn];
const anything: readonly Type[] = [
  ...scalars,
  dyn,
  list(int),
  list(string),
  list(dyn),
  map(string, int),
  optional(int),
  optional(string),
  innerType,
  list(innerType),
  map(int, string),
];

function leaf(scope: Scope, type: Type): CoreExpr {
  const locals = scope.locals.filter((local) => same(local.type, type));
  const fields = Object.entries(inputFields).filter(([, known]) => same(known, type));
  const choices: (() => CoreExpr)[] = [];
  for (const local of locals) choices.push(() => ({ op: 'local', id: local.id, type }));
  for (const [name] of fields) choices.push(() => field(name));
  const value = constOf(scope, type);
  if (value) choices.push(() => constant(value, type));
  return pick(scope, choices)();
}

function constOf({ draw }: Scope, type: Type): Const | undefined {
  const at = draw(5);
  switch (type.kind) {
    case 'bool':
      return { kind: 'bool', value: at > 2 };
    case 'int':
      return { kind: 'int', value: [0n, 1n, -3n, 2n ** 63n - 1n, 7n][at] ?? 0n };
    case 'uint':
      return { kind: 'uint', value: [0n, 1n, 5n, 2n ** 64n - 1n, 9n][at] ?? 0n };
    case 'float':
      return { kind: 'float', value: [0, -0, 1.5, NaN, 1e21][at] ?? 0 };
    case 'string':
      return { kind: 'string', value: ['', 'a', 'ab', 'ä😀', '"\n'][at] ?? '' };
    case 'bytes':
      return { kind: 'bytes', value: Uint8Array.from([97, 255].slice(0, at % 3)) };
    case 'timestamp':
      return { kind: 'timestamp', nanos: BigInt(at) * 1_500_000_000n - 3_000_000_000n };
    case 'duration':
      return { kind: 'duration', nanos: BigInt(at) * 700_000_000n - 1_400_000_000n };
    case 'list':
      return { kind: 'list', items: [] };
    case 'map':
      return { kind: 'map', entries: [] };
    case 'optional':
      return { kind: 'none' };
    case 'dyn':
      return at === 0
        ? { kind: 'null' }
        : at === 1
          ? { kind: 'int', value: 3n }
          : { kind: 'list', items: [{ kind: 'string', value: 'a' }] };
    case 'record':
      return { kind: 'record', record: type.record, fields: new Map([['a', { kind: 'int', value: 4n }]]) };
    default:
      return undefined;
  }
}

function make(scope: Scope, type: Type, depth: number): CoreExpr {
  if (depth <= 0) return leaf(scope, type);
  const sub = (wanted: Type): CoreExpr => make(scope, wanted, depth - 1);
  const choices: (() => CoreExpr)[] = [
    () => leaf(scope, type),
    () => ({ op: 'if', type, condition: sub(bool), then: sub(type), else: sub(type) }),
    () => letExpr(scope, type, depth),
    () => ({ op: 'or-else', type, of: sub(optional(type)), else: sub(type) }),
    () => ({ op: 'call', builtin: 'optional_value', type, args: [sub(optional(type))] }),
    () => ({ op: 'index', type, of: sub(list(type)), index: sub(int) }),
    () => ({ op: 'index', type, of: sub(map(string, type)), index: sub(string) }),
    () => ({ op: 'unwrap', type, of: { op: 'some', type: optional(type), of: sub(type) } }),
    ...special(scope, type, depth),
    ...special(scope, type, depth),
    ...calls(type).map((id) => () => call(id, type, sub)),
  ];
  return pick(scope, choices)();
}

function letExpr(scope: Scope, type: Type, depth: number): CoreExpr {
  const id = scope.fresh();
  const bound = pick(scope, anything);
  const value = make(scope, bound, depth - 1);
  const body = make({ ...scope, locals: [...scope.locals, { id, type: bound }] }, type, depth - 1);
  return { op: 'let', type, id, value, body };
}

/** A loop over a list or map; `body` is made where the variables can be seen. */
function loop(
  scope: Scope,
  depth: number,
  parts: {
    readonly macro: (CoreExpr & { readonly op: 'loop' })['macro'];
    readonly type: Type;
    readonly range: Type;
    readonly body: Type;
    readonly filter?: boolean;
    readonly both: boolean;
  },
): CoreExpr {
  const { range } = parts;
  const [key, element]: readonly [Type, Type] =
    range.kind === 'map' ? [range.key, range.value] : range.kind === 'list' ? [int, range.of] : [dyn, dyn];
  const item = scope.fresh();
  const single = range.kind === 'map' ? key : element;
  const bound = parts.both
    ? [
        { id: item, type: key },
        { id: scope.fresh(), type: element },
      ]
    : [{ id: item, type: single }];
  const inner: Scope = { ...scope, locals: [...scope.locals, ...bound] };
  const second = bound[1];
  return {
    op: 'loop',
    type: parts.type,
    macro: parts.macro,
    range: make(scope, range, depth - 1),
    item,
    ...(second ? { value: second.id } : {}),
    ...(parts.filter ? { filter: make(inner, bool, depth - 2) } : {}),
    body: make(inner, parts.body, depth - 2),
  };
}

function special(scope: Scope, type: Type, depth: number): readonly (() => CoreExpr)[] {
  const sub = (wanted: Type): CoreExpr => make(scope, wanted, depth - 1);
  const both = scope.draw(2) === 0;
  const range = pick(scope, [list(int), list(string), map(string, int), list(innerType), dyn, list(dyn)]);
  switch (type.kind) {
    case 'bool': {
      const compared = pick(scope, comparable);
      const equal = pick(scope, anything);
      const orders = ['<', '<=', '>', '>='] as const;
      return [
        () => ({ op: 'and', type, left: sub(bool), right: sub(bool) }),
        () => ({ op: 'or', type, left: sub(bool), right: sub(bool) }),
        () => ({ op: 'not', type, of: sub(bool) }),
        () => ({ op: 'equal', type, left: sub(equal), right: sub(equal) }),
        () => ({ op: 'compare', type, order: pick(scope, orders), left: sub(compared), right: sub(compared) }),
        () => ({ op: 'is-some', type, of: sub(optional(int)) }),
        () => ({ op: 'in', type, value: sub(string), of: sub(list(string)) }),
        () => ({ op: 'in', type, value: sub(int), of: sub(list(int)) }),
        () => ({ op: 'in', type, value: sub(string), of: sub(map(string, int)) }),
        () => ({ op: 'in', type, value: sub(dyn), of: sub(dyn) }),
        () => ({ op: 'in', type, value: sub(innerType), of: sub(list(innerType)) }),
        () => ({
          op: 'in-set',
          type,
          value: sub(string),
          set: ['a', 'ab', 'abcabc', ''].map((value) => ({ kind: 'string', value })),
        }),
        () => ({ op: 'in-set', type, value: sub(int), set: [1n, 7n, -5n].map((value) => ({ kind: 'int', value })) }),
        () => ({
          op: 'in-set',
          type,
          value: sub(float),
          set: [1.5, 0, NaN].map((value) => ({ kind: 'float', value })),
        }),
        () => ({ op: 'in-set', type, value: sub(bytes), set: [{ kind: 'bytes', value: Uint8Array.from([97]) }] }),
        () => ({ op: 'has-key', type, of: sub(dyn), name: 'a' }),
        () => ({ op: 'has-key', type, of: sub(map(string, int)), name: 'a' }),
        () =>
          loop(scope, depth, {
            macro: pick(scope, ['all', 'exists', 'exists_one'] as const),
            type,
            range,
            body: bool,
            both,
          }),
        () => ({ op: 'from-dyn', type, of: sub(dyn) }),
      ];
    }
    case 'string':
      return [
        () => ({ op: 'concat', type, parts: [sub(string), text('-'), sub(string)] }),
        () => ({ op: 'concat', type, parts: [sub(string), sub(string)] }),
        () => ({ op: 'from-dyn', type, of: sub(dyn) }),
      ];
    case 'int':
      return [
        () => ({ op: 'field', type, of: sub(innerType), field: innerField('a') }),
        () => ({
          op: 'table',
          type,
          values: [1n, 20n, 300n].map((value) => ({ kind: 'int', value })),
          index: number(scope.draw(3)),
        }),
        () => ({
          op: 'route',
          type,
          routes: [
            { method: 'GET', template: '/users/{id}', operation: 'a' },
            { method: 'GET', template: '/users/{id}/x', operation: 'b' },
            { method: 'GET', template: '/users/42/{part}', operation: 'c' },
            { method: 'POST', template: '/', operation: 'd' },
          ],
          method: text(pick(scope, ['GET', 'POST', 'PUT'])),
          target: sub(string),
        }),
        () => ({ op: 'from-dyn', type, of: sub(dyn) }),
      ];
    case 'dyn':
      return [
        () => ({
          op: 'to-dyn',
          type,
          of: sub(
            pick(
              scope,
              anything.filter(({ kind }) => kind !== 'dyn'),
            ),
          ),
        }),
        () => ({ op: 'select-dyn', type, of: sub(dyn), name: 'a' }),
        () => ({ op: 'index', type, of: sub(dyn), index: sub(pick(scope, [int, string, dyn])) }),
        () => ({ op: 'data', type, path: pick(scope, [['test'], ['test', 'list'], ['missing', 'x']]) }),
      ];
    case 'optional': {
      const of = type.of;
      return [
        () => ({ op: 'some', type, of: sub(of) }),
        () => chain(scope, type, depth),
        () => ({ op: 'index-optional', type, of: sub(list(of)), index: sub(int) }),
        () => ({ op: 'index-optional', type, of: sub(map(string, of)), index: sub(string) }),
        () => ({ op: 'or-else', type, of: sub(type), else: sub(type) }),
        () => ({ op: 'call', builtin: 'optional_of_non_zero', type, args: [sub(of)] }),
        ...(of.kind === 'string'
          ? [
              (): CoreExpr => ({
                op: 'lookup',
                type,
                key: sub(string),
                table: new Map([
                  ['a', 'one'],
                  ['ab', 'two'],
                ]),
              }),
              (): CoreExpr => ({ op: 'field', type, of: sub(innerType), field: innerField('b') }),
            ]
          : []),
      ];
    }
    case 'list': {
      const of = type.of;
      return [
        () => ({ op: 'list', type, items: [sub(of), sub(of)], optionals: [] }),
        () => ({ op: 'list', type, items: [sub(optional(of)), sub(of)], optionals: [0] }),
        () => loop(scope, depth, { macro: 'filter', type, range: type, body: bool, both }),
        () => loop(scope, depth, { macro: 'map', type, range, body: of, both, filter: scope.draw(2) === 0 }),
        () => ({ op: 'call', builtin: 'list_concat', type, args: [sub(type), sub(type)] }),
        ...(of.kind === 'int' || of.kind === 'dyn' || of.kind === 'record'
          ? [(): CoreExpr => ({ op: 'from-dyn', type, of: sub(dyn) })]
          : []),
      ];
    }
    case 'map': {
      const [key, value] = [type.key, type.value];
      const entry = (isOptional: boolean): { key: CoreExpr; value: CoreExpr; optional: boolean } => ({
        key: sub(key),
        value: sub(isOptional ? optional(value) : value),
        optional: isOptional,
      });
      return [
        () => ({ op: 'map', type, entries: [entry(false), entry(both), entry(false)] }),
        () => loop(scope, depth, { macro: 'transform-map', type, range: type, body: value, both: true, filter: both }),
        () => loop(scope, depth, { macro: 'filter', type, range: type, body: bool, both: true }),
        ...(key.kind === 'string' ? [(): CoreExpr => ({ op: 'from-dyn', type, of: sub(dyn) })] : []),
      ];
    }
    case 'record':
      return [
        () => ({
          op: 'record',
          type,
          record: type.record,
          fields: new Map([
            ['a', sub(int)],
            ['b', sub(optional(string))],
          ]),
        }),
        () => ({ op: 'from-dyn', type, of: sub(dyn) }),
      ];
    default:
      return [];
  }
}

function innerField(name: string): Field {
  const found = innerType.kind === 'record' ? innerType.record.fields().get(name) : undefined;
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

function chain(scope: Scope, type: Type, depth: number): CoreExpr {
  const id = scope.fresh();
  const payload = pick(scope, [int, string, innerType]);
  const of = make(scope, optional(payload), depth - 1);
  return {
    op: 'chain',
    type,
    of,
    id,
    body: make({ ...scope, locals: [...scope.locals, { id, type: payload }] }, type, depth - 1),
  };
}

const named: Readonly<Record<string, Type>> = {
  bool,
  int,
  uint,
  float,
  string,
  bytes,
  timestamp,
  duration,
  dyn,
  'list<string>': list(string),
  'list<dyn>': list(dyn),
};

const callable = builtinRows.filter((row) =>
  row.params.split(/, (?![^<]*>)/).every((param) => named[param] !== undefined),
);

function calls(type: Type): readonly BuiltinId[] {
  return callable.filter((row) => named[row.result] && same(named[row.result] ?? dyn, type)).map((row) => row.id);
}

function call(id: BuiltinId, type: Type, sub: (type: Type) => CoreExpr): CoreExpr {
  const row = callable.find((candidate) => candidate.id === id);
  const args = (row?.params ?? '').split(/, (?![^<]*>)/).map((param) => sub(named[param] ?? dyn));
  return { op: 'call', builtin: id, args, type };
}

/** Types whose expressions are drawn. */
export const drawnTypes: readonly Type[] = anything;
