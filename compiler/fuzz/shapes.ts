// Random shapes of an event: records and fields of every type, as declarations in the language and for the makers of
// expressions and documents.

import type { Random } from './random.ts';

export type Shape =
  | { readonly kind: 'bool' | 'int' | 'uint' | 'float' | 'string' | 'bytes' | 'timestamp' | 'duration' | 'dyn' }
  | { readonly kind: 'list' | 'optional'; readonly of: Shape }
  | { readonly kind: 'set'; readonly of: Shape }
  | { readonly kind: 'map'; readonly value: Shape }
  | { readonly kind: 'record'; readonly record: RecordShape };

export interface RecordShape {
  readonly name: string;
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  readonly name: string;
  readonly wire: string;
  readonly shape: Shape;
  readonly presence: 'required' | 'optional' | 'default';
  /** Source text of the default. */
  readonly default: string | undefined;
}

/** An event, and the records that its fields are made of, innermost first. */
export interface EventShape {
  readonly records: readonly RecordShape[];
  readonly event: RecordShape;
  readonly at: readonly string[];
}

const scalars = [
  'bool',
  'int',
  'int',
  'uint',
  'float',
  'string',
  'string',
  'string',
  'bytes',
  'timestamp',
  'duration',
] as const;

/** A random event. */
export function makeEvent(random: Random): EventShape {
  const records: RecordShape[] = [];
  const count = random.below(3);
  for (let i = 0; i < count; i++) records.push(makeRecord(random, `Part${i}`, records, 1 + random.below(4)));
  const event = makeRecord(random, 'probe', records, 3 + random.below(6));
  return { records, event, at: random.chance(0.2) ? ['request'] : random.chance(0.1) ? ['a', 'b c'] : [] };
}

function makeRecord(random: Random, name: string, records: readonly RecordShape[], count: number): RecordShape {
  const fields: FieldShape[] = [];
  for (let i = 0; i < count; i++) {
    const shape = makeShape(random, records, 2);
    const presence = random.pick(['required', 'required', 'optional', 'default'] as const);
    const fallback = presence === 'default' ? defaultText(shape) : undefined;
    const label = `${shape.kind.slice(0, 1)}${i}`;
    fields.push({
      name: label,
      wire: random.chance(0.15) ? random.pick([`${label}-x`, `${label}é`, `${label}/~`, `${label} "q"`]) : label,
      shape,
      presence: presence === 'default' && fallback === undefined ? 'required' : presence,
      default: fallback,
    });
  }
  return { name, fields };
}

function makeShape(random: Random, records: readonly RecordShape[], depth: number): Shape {
  const choice = random.below(depth > 0 ? 14 : 9);
  if (choice < 8) return { kind: random.pick(scalars) };
  if (choice === 8) return { kind: 'dyn' };
  if (choice < 11)
    return { kind: 'list', of: random.chance(0.4) ? { kind: 'string' } : makeShape(random, records, depth - 1) };
  if (choice === 11) return { kind: 'map', value: makeShape(random, records, depth - 1) };
  if (choice === 12) return { kind: 'set', of: { kind: random.pick(['string', 'int'] as const) } };
  const record = records.length > 0 ? random.pick(records) : undefined;
  return record ? { kind: 'record', record } : { kind: 'string' };
}

function defaultText(shape: Shape): string | undefined {
  switch (shape.kind) {
    case 'bool':
      return 'true';
    case 'int':
      return '7';
    case 'uint':
      return '7u';
    case 'float':
      return '1.5';
    case 'string':
      return '"ab"';
    case 'list':
    case 'set':
      return '[]';
    case 'map':
      return '{}';
    default:
      return undefined;
  }
}

/** `shape` as the language writes it. */
export function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case 'list':
      return `[${shapeText(shape.of)}]`;
    case 'set':
      return `set<${shapeText(shape.of)}>`;
    case 'optional':
      return `${shapeText(shape.of)}?`;
    case 'map':
      return `map<string, ${shapeText(shape.value)}>`;
    case 'record':
      return shape.record.name;
    default:
      return shape.kind;
  }
}

/** The declarations of an event on the surface kind `data`. */
export function eventText({ records, event, at }: EventShape): string {
  const fieldText = ({ name, wire, shape, presence, default: fallback }: FieldShape): string => {
    const where = wire === name ? '' : ` at ${JSON.stringify(wire)}`;
    const tail = fallback === undefined ? '' : ` = ${fallback}`;
    return `  ${name}: ${shapeText(shape)}${presence === 'optional' ? '?' : ''}${where}${tail}`;
  };
  const types = records.map(({ name, fields }) => `type ${name} {\n${fields.map(fieldText).join('\n')}\n}`);
  const place = at.length > 0 ? ` at ${JSON.stringify(at.join('.'))}` : '';
  return `${types.join('\n')}\nevent probe on data${place} {\n${event.fields.map(fieldText).join('\n')}\n}\n`;
}
