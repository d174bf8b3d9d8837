// From the bytes of a document to the event's record, as the layouts say, or to the first fault in document order with its
// place. Keys that no layout has are skipped but checked. The oracle of the generated reader: each value is read where it
// stands, one after another, with nothing clever.

import type { Field, RecordType, Type, UnionType, Variant } from '@rdp/language';
import type { IrEntrypoint, RecordLayout, UnionLayout } from '../ir.ts';
import {
  type Cursor,
  isUtf8,
  kindAhead,
  malformed,
  MalformedDocument,
  pointer,
  skipSpace,
  skipValue,
  takeItems,
  takeMembers,
  takeNumber,
  takeString,
  takeWord,
  type TokenKind,
} from './json-scan.ts';
import { chooseVariant } from './choose-variant.ts';
import { base64Bytes } from './text-codecs.ts';
import { parseDuration, parseTimestamp } from './time.ts';
import { EvaluationError, float, int, list, none, type RecordValue, some, type Value, valueOfConst } from './value.ts';

/** The layouts of an entrypoint, found by what they lay out. */
export interface Layouts {
  readonly records: ReadonlyMap<RecordType, RecordLayout>;
  readonly unions: ReadonlyMap<UnionType, UnionLayout>;
}

/** The event in `bytes`: its record, or a union of its kinds; raises `MalformedDocument`. */
export function readDocument(entrypoint: IrEntrypoint, bytes: Uint8Array): Value {
  const layouts: Layouts = {
    records: new Map(entrypoint.records.map((layout) => [layout.record, layout])),
    unions: new Map(entrypoint.unions.map((layout) => [layout.union, layout])),
  };
  const text = bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
  const cursor: Cursor = { bytes: text, at: 0, depth: 0 };
  skipSpace(cursor);
  return within(cursor, '', () => {
    if (!isUtf8(text)) malformed('invalid_utf8');
    const value = readEvent(cursor, layouts, entrypoint, { at: entrypoint.at, path: '' });
    skipSpace(cursor);
    return cursor.at < text.length ? malformed('invalid_json') : value;
  });
}

/** Any JSON text as a dynamic value; raises `MalformedDocument`. */
export function readJson(bytes: Uint8Array): Value {
  const cursor: Cursor = { bytes, at: 0, depth: 0 };
  skipSpace(cursor);
  const value = readDyn(cursor, '');
  skipSpace(cursor);
  return cursor.at < bytes.length ? malformed('invalid_json') : value;
}

/** The event below the keys `at`. */
function readEvent(
  cursor: Cursor,
  layouts: Layouts,
  { input, inputKinds }: Pick<IrEntrypoint, 'input' | 'inputKinds'>,
  { at, path }: { readonly at: readonly string[]; readonly path: string },
): Value {
  const [key, ...rest] = at;
  if (key === undefined)
    return inputKinds ? readUnion(cursor, layouts, inputKinds, path) : readRecord(cursor, layouts, input, path);
  return within(cursor, path, () => {
    expectKind(cursor, 'object');
    let found: Value | undefined;
    takeMembers(cursor, (name) => {
      const inner = pointer(path, name);
      if (name !== key) return within(cursor, inner, () => skipValue(cursor));
      if (found) malformed('duplicate_key');
      found = readEvent(cursor, layouts, { input, inputKinds }, { at: rest, path: inner });
    });
    return found ?? malformed('missing_field', key);
  });
}

function readRecord(cursor: Cursor, layouts: Layouts, layout: RecordLayout, path: string): RecordValue {
  return within(cursor, path, () => {
    expectKind(cursor, 'object');
    const reader = recordReader(layouts, layout);
    takeMembers(cursor, (key) => {
      const inner = pointer(path, key);
      if (!reader.member(cursor, key, inner)) within(cursor, inner, () => skipValue(cursor));
    });
    return reader.finish();
  });
}

/** A record that is being read: the fields that were seen. */
interface RecordReader {
  /** Reads the value ahead when `key` is one of the layout; otherwise leaves it. */
  readonly member: (cursor: Cursor, key: string, path: string) => boolean;
  readonly finish: () => RecordValue;
}

function recordReader(layouts: Layouts, layout: RecordLayout): RecordReader {
  const seen = new Set<string>();
  const fields = new Map<string, Value>();
  return {
    member: (cursor, key, path) => {
      const field = layout.fields.find((candidate) => candidate.wire === key);
      if (!field) return false;
      if (seen.has(key)) malformed('duplicate_key');
      seen.add(key);
      const value = within(cursor, path, () => readField(cursor, layouts, field, path));
      if (value) fields.set(field.name, value);
      return true;
    },
    finish: () => {
      for (const field of layout.fields) {
        if (fields.has(field.name)) continue;
        if (field.presence === 'required') malformed('missing_field', field.wire);
        if (field.presence === 'default') fields.set(field.name, defaultOf(field));
      }
      return { kind: 'record', record: layout.record, fields };
    },
  };
}

/** The value that a field has when a document leaves it out. */
export function defaultOf(field: Field): Value {
  return field.default ? valueOfConst(field.default, field.type) : none;
}

/** The field's value; undefined when it is null and may be missing. */
function readField(cursor: Cursor, layouts: Layouts, field: Field, path: string): Value | undefined {
  if (field.presence !== 'required' && kindAhead(cursor) === 'null') {
    takeWord(cursor, 'null');
    return undefined;
  }
  return readType(cursor, layouts, field.type, path);
}

/** A value of `type` at `path`. */
function readType(cursor: Cursor, layouts: Layouts, type: Type, path: string): Value {
  return within(cursor, path, () => readUnplaced(cursor, layouts, type, path));
}

function readUnplaced(cursor: Cursor, layouts: Layouts, type: Type, path: string): Value {
  switch (type.kind) {
    case 'bool': {
      expectKind(cursor, 'bool');
      const value = cursor.bytes[cursor.at] === 0x74;
      takeWord(cursor, value ? 'true' : 'false');
      return { kind: 'bool', value };
    }
    case 'int':
      return int(readInteger(cursor, -(2n ** 63n), 2n ** 63n - 1n));
    case 'uint':
      return { kind: 'uint', value: readInteger(cursor, 0n, 2n ** 64n - 1n) };
    case 'quantity':
      return { kind: 'quantity', unit: type.unit, amount: readInteger(cursor, -(2n ** 63n), 2n ** 63n - 1n) };
    case 'float':
      expectKind(cursor, 'number');
      return float(Number(takeNumber(cursor)));
    case 'string':
      return readString(cursor, path);
    case 'bytes': {
      const value = base64Bytes(readString(cursor, path).value);
      return value ? { kind: 'bytes', value } : malformed('wrong_type');
    }
    case 'timestamp':
    case 'duration': {
      const text = readString(cursor, path).value;
      return { kind: type.kind, nanos: parseTime(type.kind, text) };
    }
    case 'null':
      expectKind(cursor, 'null');
      takeWord(cursor, 'null');
      return { kind: 'null' };
    case 'dyn':
      return readDyn(cursor, path);
    case 'list':
    case 'set': {
      expectKind(cursor, 'array');
      const items: Value[] = [];
      takeItems(cursor, (index) => items.push(readType(cursor, layouts, type.of, pointer(path, index))));
      return list(items);
    }
    case 'map':
      return readMap(cursor, layouts, type, path);
    case 'optional':
      if (kindAhead(cursor) !== 'null') return some(readUnplaced(cursor, layouts, type.of, path));
      takeWord(cursor, 'null');
      return none;
    case 'record': {
      const layout = layouts.records.get(type.record);
      if (!layout) throw new Error(`no layout of ${type.record.name}`);
      return readRecord(cursor, layouts, layout, path);
    }
    case 'union': {
      const layout = layouts.unions.get(type.union);
      if (!layout) throw new Error(`no layout of ${type.union.name}`);
      return readUnion(cursor, layouts, layout, path);
    }
    case 'type':
    case 'never':
    case 'unknown':
      return malformed('wrong_type');
  }
}

function readInteger(cursor: Cursor, least: bigint, greatest: bigint): bigint {
  expectKind(cursor, 'number');
  const text = takeNumber(cursor);
  if (!/^-?\d+$/.test(text)) malformed('wrong_type');
  const value = BigInt(text);
  return value < least || value > greatest ? malformed('out_of_range') : value;
}

function readString(cursor: Cursor, path: string): Extract<Value, { readonly kind: 'string' }> {
  expectKind(cursor, 'string');
  const token = takeString(cursor);
  return { kind: 'string', value: token.text, origin: { path, start: token.start, end: token.end } };
}

function parseTime(kind: 'timestamp' | 'duration', text: string): bigint {
  try {
    return kind === 'timestamp' ? parseTimestamp(text) : parseDuration(text);
  } catch (error) {
    if (error instanceof EvaluationError) malformed('wrong_type');
    throw error;
  }
}

/** A fault anywhere inside stands at the map itself; a repeated key is seen at its end. */
function readMap(cursor: Cursor, layouts: Layouts, type: Type & { readonly kind: 'map' }, path: string): Value {
  expectKind(cursor, 'object');
  const entries: [Value, Value][] = [];
  const keys: string[] = [];
  return wholly(cursor, path, () => {
    takeMembers(cursor, (key) => {
      keys.push(key);
      entries.push([readKey(type.key, key), readType(cursor, layouts, type.value, pointer(path, key))]);
    });
    if (new Set(keys).size < keys.length) malformed('duplicate_key');
    return { kind: 'map', entries };
  });
}

function readKey(type: Type, key: string): Value {
  switch (type.kind) {
    case 'int':
    case 'uint':
      return /^-?\d+$/.test(key) ? { kind: type.kind, value: BigInt(key) } : malformed('wrong_type');
    case 'bool':
      return key === 'true' || key === 'false' ? { kind: 'bool', value: key === 'true' } : malformed('wrong_type');
    default:
      return { kind: 'string', value: key };
  }
}

/** Free JSON: numbers without fraction and exponent that fit are ints, the others floats. */
function readDyn(cursor: Cursor, path: string): Value {
  switch (kindAhead(cursor)) {
    case 'string':
      return readString(cursor, path);
    case 'number': {
      const text = takeNumber(cursor);
      const whole = /^-?\d+$/.test(text) ? BigInt(text) : undefined;
      return whole !== undefined && BigInt.asIntN(64, whole) === whole ? int(whole) : float(Number(text));
    }
    case 'bool': {
      const value = cursor.bytes[cursor.at] === 0x74;
      takeWord(cursor, value ? 'true' : 'false');
      return { kind: 'bool', value };
    }
    case 'null':
      takeWord(cursor, 'null');
      return { kind: 'null' };
    case 'array': {
      const items: Value[] = [];
      takeItems(cursor, (index) => items.push(readDyn(cursor, pointer(path, index))));
      return list(items);
    }
    case 'object': {
      const entries: [Value, Value][] = [];
      const keys: string[] = [];
      takeMembers(cursor, (key) => {
        keys.push(key);
        entries.push([{ kind: 'string', value: key }, readDyn(cursor, pointer(path, key))]);
      });
      if (new Set(keys).size < keys.length) malformed('duplicate_key');
      return { kind: 'map', entries };
    }
  }
}

/**
 * An object that says itself what it is. Fields of all kinds are read at once; those of its own kind too once every
 * discriminator was seen, otherwise they wait for the object's end.
 */
function readUnion(cursor: Cursor, layouts: Layouts, layout: UnionLayout, path: string): Value {
  return within(cursor, path, () => {
    expectKind(cursor, 'object');
    const base = recordReader(layouts, layout.base);
    const tags = new Map<string, string>();
    const waiting: { readonly key: string; readonly at: number; readonly depth: number }[] = [];
    let chosen: { readonly variant: Variant; readonly layout: RecordLayout; readonly reader: RecordReader } | undefined;
    const choose = (): typeof chosen => {
      const found = chooseVariant(layout, tags);
      return found && { ...found, reader: recordReader(layouts, found.layout) };
    };
    const isOfVariant = (key: string): boolean =>
      chosen
        ? chosen.layout.fields.some((field) => field.wire === key)
        : tags.size < layout.union.discriminators.length;

    takeMembers(cursor, (key) => {
      const inner = pointer(path, key);
      const start = cursor.at;
      const isBase = base.member(cursor, key, inner);
      if (layout.union.discriminators.includes(key)) tags.set(key, tagAt(cursor, start));
      if (!chosen && tags.size === layout.union.discriminators.length) chosen = choose();
      if (isOfVariant(key)) {
        if (chosen && !layout.union.discriminators.includes(key)) {
          if (waiting.some((earlier) => earlier.key === key)) malformed('duplicate_key');
          cursor.at = start;
          chosen.reader.member(cursor, key, inner);
          return;
        }
        waiting.push({ key, at: start, depth: cursor.depth });
      }
      if (!isBase) within(cursor, inner, () => skipValue(cursor));
    });
    const record = base.finish();
    const end = cursor.at;
    if (chosen)
      for (const late of waiting) {
        const inner: Cursor = { bytes: cursor.bytes, at: late.at, depth: late.depth };
        chosen.reader.member(inner, late.key, pointer(path, late.key));
      }
    cursor.at = end;
    const variant = chosen && { of: chosen.variant, value: chosen.reader.finish() };
    return { kind: 'union', union: layout.union, base: record, variant };
  });
}

/** The string or whole number that was read from `start`; empty for what is neither (null that reads as its default). */
function tagAt(cursor: Cursor, start: number): string {
  const again: Cursor = { bytes: cursor.bytes, at: start, depth: 0 };
  const ahead = kindAhead(again);
  if (ahead === 'number') return String(BigInt(takeNumber(again)));
  return ahead === 'string' ? takeString(again).text : '';
}

function expectKind(cursor: Cursor, kind: TokenKind): void {
  const ahead = kindAhead(cursor);
  if (ahead === kind) return;
  if (ahead === 'null') takeWord(cursor, 'null');
  malformed('wrong_type');
}

/** A fault in `read` without a place gets `path`, and the place at which the cursor stands. */
function within<T>(cursor: Cursor, path: string, read: () => T): T {
  const byte = cursor.at;
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedDocument && error.path === undefined) Object.assign(error, { path, byte });
    throw error;
  }
}

/** A fault in `read` gets `path`, whatever place it had. */
function wholly<T>(cursor: Cursor, path: string, read: () => T): T {
  const byte = cursor.at;
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedDocument) Object.assign(error, { path, byte });
    throw error;
  }
}
