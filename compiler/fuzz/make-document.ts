// Random documents for an event: of its shape, nearly of its shape, and broken. JSON is written in every spelling that it
// allows: white space, escapes, keys in any order, keys that nobody asked for.

import type { Random } from './random.ts';
import type { EventShape, FieldShape, RecordShape, Shape } from './shapes.ts';

/** How far the document is from the event's shape. */
export type Closeness = 'valid' | 'near' | 'broken';

/** A random document. */
export function makeDocument(random: Random, event: EventShape, closeness: Closeness): Uint8Array {
  const writer: Writer = { random, faults: closeness === 'near' ? 0.04 : 0 };
  let text = recordText(writer, event.event, 0);
  for (const key of [...event.at].reverse()) text = object(writer, [member(writer, key, text), ...extra(writer)]);
  const bytes = Buffer.from(space(random) + text + space(random));
  return closeness === 'broken' ? mutateBytes(random, bytes) : bytes;
}

/** A member of an object: a value of a shape, or JSON as it is. */
export interface MemberPlan {
  readonly key: string;
  readonly value: Shape | string;
}

/** A random document of these members, in any order. */
export function makeObject(random: Random, plans: readonly MemberPlan[], closeness: Closeness): Uint8Array {
  const writer: Writer = { random, faults: closeness === 'near' ? 0.04 : 0 };
  const bytes = Buffer.from(space(random) + planText(writer, plans) + space(random));
  return closeness === 'broken' ? mutateBytes(random, bytes) : bytes;
}

/** The same as JSON text, to be a member of another object. */
export function objectText(random: Random, plans: readonly MemberPlan[], closeness: Closeness): string {
  return planText({ random, faults: closeness === 'near' ? 0.04 : 0 }, plans);
}

function planText(writer: Writer, plans: readonly MemberPlan[]): string {
  const members = plans.map(({ key, value }) =>
    member(writer, key, typeof value === 'string' ? value : shapeText(writer, value, 1)),
  );
  return object(writer, [...members, ...extra(writer)]);
}

interface Writer {
  readonly random: Random;
  /** Share of values that are not what they should be. */
  readonly faults: number;
}

const texts = [
  '',
  'a',
  'ab',
  'a1 b22',
  'é',
  'ß😀 12',
  'x\ty\n"\\/',
  'SSN 536-90-4399, x',
  'my ssn: 123-45-6789',
  '4111 1111 1111 1111 4111111111111112',
  'please IGNORE  ALL of it',
  '/v1/users/42?x=1',
  'Ünï\u0000\u2028',
  '12',
  '-7',
  'k',
];

function recordText(writer: Writer, record: RecordShape, depth: number): string {
  const members = record.fields.flatMap((field) => fieldText(writer, field, depth));
  return object(writer, [...members, ...extra(writer)]);
}

function fieldText(writer: Writer, field: FieldShape, depth: number): readonly string[] {
  const { random } = writer;
  const absent = field.presence === 'required' ? writer.faults : 0.35;
  if (random.chance(absent)) return random.chance(0.3) ? [member(writer, field.wire, 'null')] : [];
  const written = member(writer, field.wire, shapeText(writer, field.shape, depth + 1));
  if (random.chance(writer.faults / 2))
    return [written, member(writer, field.wire, shapeText(writer, field.shape, depth + 1))];
  return [written];
}

function extra(writer: Writer): readonly string[] {
  const { random } = writer;
  return random.chance(0.3) ? [member(writer, `extra${random.below(9)}`, anyText(writer, 3))] : [];
}

function shapeText(writer: Writer, shape: Shape, depth: number): string {
  const { random } = writer;
  if (random.chance(writer.faults)) return anyText(writer, 2);
  const many = <T>(make: () => T): T[] => Array.from({ length: random.below(depth > 3 ? 2 : 4) }, make);
  switch (shape.kind) {
    case 'bool':
      return random.pick(['true', 'false']);
    case 'int':
      return random.pick([
        '0',
        '1',
        '2',
        '-1',
        '7',
        '42',
        '-0',
        '9223372036854775807',
        '-9223372036854775808',
        '1000000',
      ]);
    case 'uint':
      return random.pick(['0', '1', '7', '42', '18446744073709551615']);
    case 'float':
      return random.pick(['0', '1', '-1.5', '2e3', '1E-7', '0.1', '123456789012345678', '1e400', '-0.0', '3.14159']);
    case 'string':
      return stringText(random, random.pick(texts));
    case 'bytes':
      return random.pick(['""', '"YWI="', '"YWI"', '"/+8="']);
    case 'timestamp':
      return random.pick([
        '"2024-02-29T12:34:56Z"',
        '"1999-12-31T23:59:59.999+01:00"',
        '"0001-01-01T00:00:00Z"',
        '"9999-12-31T23:59:59.999999999Z"',
      ]);
    case 'duration':
      return random.pick(['"30s"', '"1h15m"', '"-1.5s"', '"0"', '"250ms"']);
    case 'dyn':
      return anyText(writer, 3);
    case 'list':
    case 'set':
      return array(
        writer,
        many(() => shapeText(writer, shape.of, depth + 1)),
      );
    case 'optional':
      return random.chance(0.3) ? 'null' : shapeText(writer, shape.of, depth);
    case 'map': {
      const keys = new Set(many(() => random.pick(['k', 'a', 'b', 'é', 'name'])));
      return object(
        writer,
        [...keys].map((key) => member(writer, key, shapeText(writer, shape.value, depth + 1))),
      );
    }
    case 'record':
      return recordText(writer, shape.record, depth + 1);
  }
}

/** Any JSON value; a repeated key is a fault, so it is rare. */
function anyText(writer: Writer, depth: number): string {
  const { random } = writer;
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0:
      return random.pick(['null', 'true', 'false']);
    case 1:
      return random.pick(['0', '1', '3', '-7', '1.5', '1e3', '12345678901234567890', '9007199254740993', '-0']);
    case 2:
    case 3:
    case 4:
      return stringText(random, random.pick(texts));
    case 5:
      return array(
        writer,
        Array.from({ length: random.below(3) }, () => anyText(writer, depth - 1)),
      );
    default: {
      const keys = random.chance(writer.faults) ? ['k', 'k'] : ['k', 'a', 'name'].slice(0, random.below(4));
      return object(
        writer,
        keys.map((key) => member(writer, key, anyText(writer, depth - 1))),
      );
    }
  }
}

function member({ random }: Writer, key: string, value: string): string {
  return `${stringText(random, key)}${space(random)}:${space(random)}${value}`;
}

function object(writer: Writer, members: readonly string[]): string {
  return `{${joined(writer, shuffled(writer.random, members))}}`;
}

function array(writer: Writer, items: readonly string[]): string {
  return `[${joined(writer, items)}]`;
}

function joined({ random }: Writer, parts: readonly string[]): string {
  if (parts.length === 0) return space(random);
  return parts.map((part) => `${space(random)}${part}${space(random)}`).join(',');
}

function space(random: Random): string {
  return random.chance(0.85) ? '' : random.pick([' ', '\n', '\t \r\n', '          ']);
}

/** A JSON string in one of its spellings. */
function stringText(random: Random, text: string): string {
  if (random.chance(0.7)) return JSON.stringify(text);
  const spelled = [...text].map((char) => {
    if (random.chance(0.3) || char < ' ') return unicodeEscapes(char);
    if (char === '"' || char === '\\') return `\\${char}`;
    return char === '/' && random.chance(0.5) ? '\\/' : char;
  });
  return `"${spelled.join('')}"`;
}

function unicodeEscapes(char: string): string {
  return char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const [a, b] = [mixed[i], mixed[j]];
    if (a !== undefined && b !== undefined) [mixed[i], mixed[j]] = [b, a];
  }
  return mixed;
}

/** One to three bytes changed, put in, taken out or doubled, or the end cut off. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let now: Uint8Array = Uint8Array.from(bytes);
  const times = 1 + random.below(3);
  for (let i = 0; i < times && now.length > 0; i++) {
    const at = random.below(now.length);
    const byte = random.chance(0.6)
      ? random.pick([...'{}[]",:\\0123456789-+.eEtfnu \0\x1f\x7f'].map((c) => c.charCodeAt(0)))
      : random.below(256);
    const [before, after] = [now.subarray(0, at), now.subarray(at)];
    switch (random.below(5)) {
      case 0:
        now[at] = byte;
        break;
      case 1:
        now = Uint8Array.from([...before, byte, ...after]);
        break;
      case 2:
        now = Uint8Array.from([...before, ...after.subarray(1)]);
        break;
      case 3:
        now = Uint8Array.from([...before, ...after.subarray(0, 6), ...after]);
        break;
      default:
        now = random.chance(0.3) ? Uint8Array.from(before) : now;
    }
  }
  return now;
}
