// A core expression → CEL with the same value, and an error where it has one. What CEL, or an API server of the version, has not with
// this meaning is refused.
// INVARIANT: operands are evaluated where the language evaluates them: what may fail is never moved behind an `&&`.
// Leaves fields to `emit-place.ts`, functions to `emit-builtin.ts`, macros to `emit-loop.ts`.

import { coreChildren, type CoreExpr } from '@rdp/language';
import { mayFail } from '../../ir/may-fail.ts';
import {
  binary,
  both,
  call,
  celBool,
  celInt,
  celName,
  celString,
  conditional,
  either,
  indexed,
  isBool,
  isPath,
  listOf,
  method,
  negated,
  type Cel,
} from './cel.ts';
import { emitBuiltin } from './emit-builtin.ts';
import { emitConst } from './emit-constant.ts';
import { emitKindCast, emitKindTest } from './emit-kind.ts';
import { emitLoop } from './emit-loop.ts';
import { patternText } from './emit-pattern.ts';
import { emitField, emitFieldPlace, emitOptionalField, isEmptyRecord, orElse } from './emit-place.ts';
import { present, type Emission, type Maybe } from './emission.ts';

/** The value of an expression whose type is not optional. */
export function emitValue(em: Emission, expr: CoreExpr): Cel {
  const of = (inner: CoreExpr): Cel => emitValue(em, inner);
  switch (expr.op) {
    case 'const':
      return emitConst(em, expr.value, expr.type);
    case 'local':
      return orElse(localOf(em, expr), noFields);
    case 'let':
      return bindSimply(em, expr) ? of(expr.body) : emitLet(em, expr);
    case 'field':
      if (expr.type.kind === 'record' || expr.type.kind === 'union') return orElse(emitFieldPlace(em, expr), noFields);
      return emitField(em, expr);
    case 'variant-test':
      return emitKindTest(em, expr);
    case 'variant-cast':
      return emitKindCast(em, expr);
    case 'is-some':
      return emitMaybe(em, expr.of).there;
    case 'unwrap':
      return emitMaybe(em, expr.of).value;
    case 'or-else':
      return orElse(emitMaybe(em, expr.of), of(expr.else));
    case 'and':
      return both(of(expr.left), of(expr.right));
    case 'or':
      return either(of(expr.left), of(expr.right));
    case 'not':
      return negated(of(expr.of));
    case 'if':
      return conditional(of(expr.condition), of(expr.then), of(expr.else));
    case 'equal':
      return emitEqual(em, expr);
    case 'compare':
      return binary(expr.order, of(expr.left), of(expr.right));
    case 'call':
      return emitBuiltin(em, expr);
    case 'list':
      return expr.optionals.length === 0
        ? listOf(expr.items.map(of))
        : em.refuse('CEL makes no list of what may be missing');
    case 'index':
      return indexed(of(expr.of), of(expr.index));
    case 'in':
      em.orderless.add(expr.of);
      return binary('in', of(expr.value), of(expr.of));
    case 'in-set':
      return binary('in', of(expr.value), listOf(expr.set.map((item) => emitConst(em, item, expr.value.type))));
    case 'loop':
      return emitLoop(em, expr);
    case 'to-dyn':
      return emitToDyn(em, expr);
    case 'from-dyn':
      return emitFromDyn(em, expr);
    case 'select-dyn':
      return indexed(of(expr.of), celString(expr.name));
    case 'has-key':
      return emitHasKey(em, expr);
    case 'matches':
      return emitMatches(em, expr);
    case 'concat':
      return expr.parts.map(of).reduce((left, right) => binary('+', left, right));
    case 'rule-fired':
      return em.recursion.fired(em, expr.rule);
    case 'rule-score':
      return emitScore(em, expr.rule);
    default:
      return em.refuse(reasonAgainst(expr));
  }
}

const noFields: Cel = { op: 'map', entries: [] };

/** Why an expression is none of CEL's. */
function reasonAgainst(expr: CoreExpr): string {
  switch (expr.op) {
    case 'classify':
      return 'CEL has no learned detectors';
    case 'data':
      return 'the data document of the bundle is not at hand in a native policy';
    case 'rule-count':
    case 'rule-matches':
      return 'CEL cannot tell the matches of a pattern';
    case 'map':
    case 'record':
      return 'a record or map that the rule makes itself';
    case 'route':
    case 'parameter':
    case 'table':
    case 'lookup':
      return 'CEL has no tables';
    default:
      return `\`${expr.op}\` has no form in CEL`;
  }
}

/** Whether a value of an optional type is there, and its payload. */
export function emitMaybe(em: Emission, expr: CoreExpr): Maybe {
  switch (expr.op) {
    case 'field':
      return emitOptionalField(em, expr);
    case 'some':
      return present(emitValue(em, expr.of));
    case 'const':
      if (expr.value.kind === 'none') return { there: celBool(false), value: noFields, optional: undefined };
      return present(emitConst(em, expr.value, expr.type.kind === 'optional' ? expr.type.of : expr.type));
    case 'chain': {
      const outer = emitMaybe(em, expr.of);
      em.locals.set(expr.id, present(outer.value));
      const inner = emitMaybe(em, expr.body);
      const isNext = expr.body.op === 'field' && expr.body.of.op === 'local' && expr.body.of.id === expr.id;
      const next = inner.optional;
      const optional: Cel | undefined =
        isNext && outer.optional && next?.op === 'select' ? { ...next, of: outer.optional } : undefined;
      return { there: both(outer.there, inner.there), value: inner.value, optional };
    }
    case 'or-else': {
      const first = emitMaybe(em, expr.of);
      const second = emitMaybe(em, expr.else);
      return {
        there: either(first.there, second.there),
        value: conditional(first.there, first.value, second.value),
        optional: undefined,
      };
    }
    case 'if': {
      const condition = emitValue(em, expr.condition);
      const [then, otherwise] = [emitMaybe(em, expr.then), emitMaybe(em, expr.else)];
      return {
        there: conditional(condition, then.there, otherwise.there),
        value: conditional(condition, then.value, otherwise.value),
        optional: undefined,
      };
    }
    case 'index-optional':
      return emitOptionalIndex(em, expr);
    case 'local':
      return localOf(em, expr);
    case 'let':
      if (bindSimply(em, expr)) return emitMaybe(em, expr.body);
      return present(em.refuse('something that may be missing, of a value that may fail'));
    default:
      return present(em.refuse(`\`${expr.op}\` has no form in CEL that may be missing`));
  }
}

/** A record or union; where it is missing its fields read as their defaults. */
export function emitPlace(em: Emission, expr: CoreExpr): Maybe {
  switch (expr.op) {
    case 'field':
      return emitFieldPlace(em, expr);
    case 'unwrap':
      return present(emitMaybe(em, expr.of).value);
    case 'local':
      return localOf(em, expr);
    case 'let':
      return bindSimply(em, expr) ? emitPlace(em, expr.body) : present(emitLet(em, expr));
    case 'or-else': {
      const { else: otherwise } = expr;
      const empty =
        otherwise.op === 'const' &&
        otherwise.type.kind === 'record' &&
        isEmptyRecord(otherwise.value, otherwise.type.record);
      return empty ? emitMaybe(em, expr.of) : present(em.refuse('a record that the rule makes itself'));
    }
    default:
      return present(emitValue(em, expr));
  }
}

function localOf(em: Emission, { id }: CoreExpr & { readonly op: 'local' }): Maybe {
  return em.locals.get(id) ?? present(em.refuse('a value that the rule does not have here'));
}

/**
 * Puts a named value in the place of its name, where that is the same: what cannot fail may be said again, or not at all. Says whether
 * it did; a value that is long and used often is not said again.
 */
function bindSimply(em: Emission, { id, value, body }: CoreExpr & { readonly op: 'let' }): boolean {
  if (mayFail(value)) return false;
  const { kind } = value.type;
  const isPlace = kind === 'record' || kind === 'union';
  if (kind === 'optional' || isPlace) {
    em.locals.set(id, isPlace ? emitPlace(em, value) : emitMaybe(em, value));
    return true;
  }
  const plain = emitValue(em, value);
  const isShort = isPath(plain) || plain.op === 'literal' || plain.op === 'list';
  if (!isShort && usesOf(body, id) > 1) return false;
  em.locals.set(id, present(plain));
  return true;
}

/** Strict: where `value` has an error, so has the whole. */
function emitLet(em: Emission, expr: CoreExpr & { readonly op: 'let' }): Cel {
  if (expr.value.type.kind === 'optional') return em.refuse('something that may be missing, of a value that may fail');
  const value = emitValue(em, expr.value);
  const name = em.freshName('it');
  em.locals.set(expr.id, present(celName(name)));
  const body = emitValue(em, expr.body);
  const each = { op: 'macro', of: listOf([value]), variables: [name], body } as const;
  return expr.type.kind === 'bool' ? { ...each, macro: 'exists' } : indexed({ ...each, macro: 'map' }, celInt(0n));
}

function usesOf(expr: CoreExpr, id: number): number {
  if (expr.op === 'local') return expr.id === id ? 1 : 0;
  const inside = coreChildren(expr).reduce((total, child) => total + usesOf(child, id), 0);
  // The body of a macro is evaluated often.
  return expr.op === 'loop' ? inside * 2 : inside;
}

function emitEqual(em: Emission, { left, right }: CoreExpr & { readonly op: 'equal' }): Cel {
  if (left.type.kind === 'optional' || right.type.kind === 'optional') return emitEqualOptionals(em, left, right);
  if (!isPlain(left) || !isPlain(right)) return em.refuse('CEL compares records with the fields that they leave out');
  return binary('==', emitValue(em, left), emitValue(em, right));
}

/** Equal where both are missing, or both are there with equal payloads. */
function emitEqualOptionals(em: Emission, left: CoreExpr, right: CoreExpr): Cel {
  if (left.op === 'some' && right.op !== 'some') return emitEqualOptionals(em, right, left);
  if (mayFail(left) || mayFail(right)) return em.refuse('CEL would not evaluate both sides of this comparison');
  const payload = left.type.kind === 'optional' ? left.type.of : left.type;
  if (!isPlainType(payload)) return em.refuse('CEL compares records with the fields that they leave out');
  const [a, b] = [emitMaybe(em, left), emitMaybe(em, right)];
  const equal = both(a.there, both(b.there, binary('==', a.value, b.value)));
  if (isBool(a.there, true) || isBool(b.there, true)) return equal;
  return either(equal, both(negated(a.there), negated(b.there)));
}

function isPlain({ type }: CoreExpr): boolean {
  return isPlainType(type);
}

/** Whether equal values of a type are equal in CEL: no record in it, in which what is left out and what is empty are the same. */
function isPlainType(type: CoreExpr['type']): boolean {
  switch (type.kind) {
    case 'record':
    case 'union':
    case 'optional':
      return false;
    case 'list':
    case 'set':
      return isPlainType(type.of);
    case 'map':
      return isPlainType(type.value);
    default:
      return true;
  }
}

function emitOptionalIndex(em: Emission, expr: CoreExpr & { readonly op: 'index-optional' }): Maybe {
  const { type } = expr.of;
  if (type.kind === 'optional') return present(em.refuse('an index of something that may be missing'));
  const [of, index] = [emitValue(em, expr.of), emitValue(em, expr.index)];
  const optional: Cel = { op: 'index', of, index, optional: true };
  const value = indexed(of, index);
  if (type.kind === 'map') return { there: binary('in', index, of), value, optional };
  if (type.kind !== 'list') return present(em.refuse('an optional index of something that may be anything'));
  return { there: method(optional, 'hasValue'), value, optional };
}

/** The fields that a record declares are not all that it has in an object; a record is no dynamic value in CEL. */
function emitToDyn(em: Emission, expr: CoreExpr & { readonly op: 'to-dyn' }): Cel {
  if (!isPlain(expr.of)) return em.refuse('a record as a dynamic value has other fields in CEL');
  return call('dyn', emitValue(em, expr.of));
}

const dynamicTypes: Readonly<Record<string, string>> = {
  bool: 'bool',
  int: 'int',
  uint: 'uint',
  float: 'double',
  string: 'string',
  null: 'null_type',
};

/** An error where the value has another type: there is no second item of a list of one. */
function emitFromDyn(em: Emission, expr: CoreExpr & { readonly op: 'from-dyn' }): Cel {
  const value = emitValue(em, expr.of);
  const name = dynamicTypes[expr.type.kind];
  if (name === undefined) return em.refuse(`a dynamic value as \`${expr.type.kind}\``);
  return conditional(binary('==', call('type', value), celName(name)), value, noValue(value));
}

function noValue(value: Cel): Cel {
  return indexed(listOf([value]), celInt(1n));
}

/** CEL's `has` is false of what is no map; the language has an error there. */
function emitHasKey(em: Emission, expr: CoreExpr & { readonly op: 'has-key' }): Cel {
  const of = emitValue(em, expr.of);
  const test = binary('in', celString(expr.name), of);
  if (expr.of.type.kind === 'map') return test;
  const wrong = binary('==', noValue(of), celBool(true));
  return conditional(binary('==', call('type', of), celName('map')), test, wrong);
}

function emitMatches(em: Emission, expr: CoreExpr & { readonly op: 'matches' }): Cel {
  const of = emitValue(em, expr.of);
  return expr.patterns
    .map((pattern): Cel => {
      const text = patternText(pattern);
      return text.kind === 'refused' ? em.refuse(text.reason) : method(of, 'matches', celString(text.regex));
    })
    .reduce(either, celBool(false));
}

/** The points of a rule that fired; of another one, none. */
function emitScore(em: Emission, index: number): Cel {
  const rule = em.rules[index];
  if (rule === undefined) return em.refuse('a rule that is not there');
  const scores = rule.scores.map(({ points, condition }) =>
    conditional(emitValue(em, condition), celInt(BigInt(points)), celInt(0n)),
  );
  const sum = scores.reduce((left, right) => binary('+', left, right), celInt(0n));
  return conditional(em.recursion.fired(em, index), sum, celInt(0n));
}
