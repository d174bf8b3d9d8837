// Documents with a value in every field of the test input, drawn from small numbers that meet one another often and from
// the corners of each type.

import { inputFields } from './program.ts';
import type { Type } from '@rdp/language';

export type Draw = (below: number) => number;

/** Numbers in a sequence that depends on the seed alone. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const ints = [
  '0',
  '1',
  '-1',
  '2',
  '3',
  '7',
  '-5',
  '63',
  '64',
  '100',
  '9223372036854775807',
  '-9223372036854775808',
  '4294967296',
];
const uints = ['0', '1', '2', '3', '63', '64', '18446744073709551615', '9223372036854775808', '4294967295'];
const floats = [
  '0.0',
  '-0.0',
  '1',
  '1.5',
  '-2.5',
  '0.1',
  '1e300',
  '-1e300',
  '1e400',
  '5e-324',
  '123456789.125',
  '1e21',
  '9007199254740993',
  '2.5',
  '-0.5',
];
const strings = [
  '',
  'a',
  'b',
  'ab',
  'aab',
  'abcabc',
  'ä',
  '€uro а\\u200bЬ ａｂ\\u0301 ½',
  '😀x',
  'a b c',
  ' padded\\t',
  '\\u0061\\u00e4',
  'x\\"y\\\\',
  'Hello, aGVsbG8gd29ybGQh %61%62 a b a b',
  '42',
  '-7',
  '1.5',
  'true',
  'True',
  'false',
  'f',
  '1',
  'UTC',
  '+02:00',
  '-05:30',
  '2026-11-22T10:00:00Z',
  '1h30m',
  '%d and %s',
  '%.2f|%e|%x',
  '4111111111111111',
  '536-90-4399',
  'GB82 WEST 1234 5698 7654 32',
  '/users/42/x?q=1&r=%41+b&q=2#f',
  'YWJj',
  'YQ==',
  'nan',
  '-inf',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab',
  '\\u0007\\n\\u000b',
];
const times = [
  '2026-11-22T10:00:00Z',
  '1970-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2024-02-29T23:59:59.5+02:30',
  '1969-12-31T23:59:59.25Z',
];
const durations = ['0s', '1s', '-1.5s', '1h30m', '100ms', '9223372036.854775807s', '-9223372036s', '1us', '86400s'];

function valueOf(type: Type, draw: Draw, depth: number): string {
  const one = (items: readonly string[]): string => items[draw(items.length)] ?? '';
  switch (type.kind) {
    case 'bool':
      return one(['true', 'false']);
    case 'int':
      return one(ints);
    case 'uint':
      return one(uints);
    case 'float':
      return one(floats);
    case 'string':
      return `"${one(strings)}"`;
    case 'bytes':
      return `"${one(['', 'YQ==', 'YWJj', '/w==', 'w6Q='])}"`;
    case 'timestamp':
      return `"${one(times)}"`;
    case 'duration':
      return `"${one(durations)}"`;
    case 'list':
      return `[${Array.from({ length: draw(5) }, () => valueOf(type.of, draw, depth + 1)).join()}]`;
    case 'map': {
      const keys = new Set(
        Array.from(
          { length: draw(6) === 0 ? 14 : draw(4) },
          (_, i) => `${one(['a', 'b', 'c', 'ab'])}${draw(3) === 0 ? i : ''}`,
        ),
      );
      return `{${[...keys].map((key) => `"${key}":${valueOf(type.value, draw, depth + 1)}`).join()}}`;
    }
    case 'record':
      return `{${[...type.record.fields().values()]
        .flatMap((field) =>
          field.presence === 'optional' && draw(2) === 0
            ? []
            : [`"${field.wire}":${valueOf(field.type, draw, depth + 1)}`],
        )
        .join()}}`;
    default: {
      const kinds: readonly Type[] = [
        { kind: 'bool' },
        { kind: 'int' },
        { kind: 'float' },
        { kind: 'string', sensitive: false },
        ...(depth < 3
          ? ([
              { kind: 'list', of: { kind: 'dyn' } },
              { kind: 'map', key: { kind: 'string', sensitive: false }, value: { kind: 'dyn' } },
            ] as const)
          : []),
      ];
      const kind = kinds[draw(kinds.length + 1)];
      return kind ? valueOf(kind, draw, depth + 1) : 'null';
    }
  }
}

/** A document that is well formed. */
export function drawDocument(draw: Draw): string {
  const members = Object.entries(inputFields).flatMap(([name, type]) => {
    if (type.kind !== 'optional') return [`"${name}":${valueOf(type, draw, 0)}`];
    return draw(3) === 0 ? [] : [`"${name}":${draw(3) === 0 ? 'null' : valueOf(type.of, draw, 0)}`];
  });
  return `{${members.join()}}`;
}
