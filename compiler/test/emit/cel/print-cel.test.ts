// Printed CEL parses to the tree that was printed: random trees of constants have the value that they have here.

import { evaluate } from '@marcbachmann/cel-js';
import test from 'ava';
import fc from 'fast-check';
import {
  binary,
  call,
  celBool,
  celInt,
  celString,
  conditional,
  negated,
  optionalSelect,
  select,
  celName,
  type Cel,
  type CelOperator,
} from '../../../src/emit/cel/cel.ts';
import { printCel } from '../../../src/emit/cel/print-cel.ts';

interface Sample<T> {
  readonly cel: Cel;
  readonly value: T;
}

const arithmetic: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
};

const { int, bool } = fc.letrec<{ int: Sample<bigint>; bool: Sample<boolean> }>((tie) => ({
  int: fc.oneof(
    { maxDepth: 5 },
    fc.bigInt(-9n, 9n).map((value) => ({ cel: celInt(value), value })),
    fc.tuple(fc.constantFrom(...Object.keys(arithmetic)), tie('int'), tie('int')).map(([operator, a, b]) => ({
      cel: binary(operator as CelOperator, a.cel, b.cel), // a key of the table
      value: arithmetic[operator]?.(a.value, b.value) ?? 0n,
    })),
    tie('int').map(({ cel, value }): Sample<bigint> => ({
      cel: { op: 'unary', operator: '-', of: cel },
      value: -value,
    })),
    fc
      .tuple(tie('bool'), tie('int'), tie('int'))
      .map(([c, a, b]) => ({ cel: conditional(c.cel, a.cel, b.cel), value: c.value ? a.value : b.value })),
  ),
  bool: fc.oneof(
    { maxDepth: 5 },
    fc.boolean().map((value) => ({ cel: celBool(value), value })),
    fc.tuple(tie('int'), tie('int')).map(([a, b]) => ({ cel: binary('<', a.cel, b.cel), value: a.value < b.value })),
    fc
      .tuple(tie('bool'), tie('bool'))
      .map(([a, b]) => ({ cel: binary('==', a.cel, b.cel), value: a.value === b.value })),
    fc
      .tuple(tie('bool'), tie('bool'))
      .map(([a, b]) => ({ cel: binary('&&', a.cel, b.cel), value: a.value && b.value })),
    fc
      .tuple(tie('bool'), tie('bool'))
      .map(([a, b]) => ({ cel: binary('||', a.cel, b.cel), value: a.value || b.value })),
    tie('bool').map(({ cel, value }) => ({ cel: negated(cel), value: !value })),
  ),
}));

test('expressions have their value when they are read again', (t) => {
  fc.assert(
    fc.property(fc.oneof(int, bool), ({ cel, value }) => {
      t.is(evaluate(printCel(cel)), value, printCel(cel));
    }),
    { numRuns: 200 },
  );
});

test('texts are what they were', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\\"'\n\t a-z]*$/)), (text) => {
      t.is(evaluate(printCel(celString(text))), text, printCel(celString(text)));
    }),
  );
  t.is(printCel(celString(String.raw`^a\d$`)), String.raw`r"^a\d$"`);
});

test('fields that are no words are indexes', (t) => {
  const object = celName('object');
  t.is(printCel(select(select(object, 'metadata'), 'x-y')), 'object.metadata["x-y"]');
  t.is(printCel(optionalSelect(object, 'in')), 'object[?"in"]');
  t.is(printCel({ op: 'has', of: object, field: 'x/y' }), '"x/y" in object');
  t.is(printCel(call('size', select(object, 'namespace'))), 'size(object.namespace)');
});
