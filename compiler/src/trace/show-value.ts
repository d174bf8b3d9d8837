// A value of the interpreter → its text, as far as it may be seen. What the type calls sensitive is replaced by its length, and so is
// a text of the document in which a rule found something.
// INVARIANT: the work is bounded by the text that is kept, not by the value.

import type { RecordType, Type } from '@rdp/language';
import type { RecordValue, Value } from '../ir/interpret/value.ts';
import { escapeJson, writeValue } from '../ir/interpret/write-json.ts';
import type { ShownMember, ShownValue } from './trace.ts';

/** What may be shown. */
export interface Visibility {
  /** Characters of one text. */
  readonly limit: number;
  /** Whether the text at this JSON Pointer of the document has to be hidden, whatever its type says. */
  readonly hides: (path: string) => boolean;
  readonly sensitive: 'mask' | 'show';
}

interface Writer {
  readonly visibility: Visibility;
  text: string;
  masked: boolean;
}

/** `value`, of `type`, as it may be seen. */
export function showValue(value: Value, type: Type, visibility: Visibility): ShownValue {
  const writer: Writer = { visibility, text: '', masked: false };
  write(writer, value, type);
  return { kind: 'value', text: cutOff(writer.text, visibility.limit), masked: writer.masked };
}

/** `text` on one line, cut off behind `limit` characters. */
export function cutOff(text: string, limit: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** A value with its members down to `depth`, at most `width` of each. */
export function showMember(
  named: { readonly name: string; readonly value: Value; readonly type: Type },
  visibility: Visibility,
  bounds: { readonly depth: number; readonly width: number },
): ShownMember {
  const { name, value, type } = named;
  const inner = bounds.depth === 0 ? [] : partsOf(value, type).slice(0, bounds.width);
  return {
    name,
    value: showValue(value, type, visibility),
    members: inner.map((part) => showMember(part, visibility, { ...bounds, depth: bounds.depth - 1 })),
  };
}

interface Part {
  readonly name: string;
  readonly value: Value;
  readonly type: Type;
}

const dyn: Type = { kind: 'dyn' };

/** What a value is made of, with the types of the parts. */
function partsOf(value: Value, type: Type): readonly Part[] {
  switch (value.kind) {
    case 'some':
      return partsOf(value.of, payloadOf(type));
    case 'list':
      return value.items.map((item, index) => ({ name: String(index), value: item, type: elementOf(type) }));
    case 'map':
      return value.entries.map(([key, item]) => ({
        name: key.kind === 'string' ? key.value : writeValue(key),
        value: item,
        type: type.kind === 'map' ? type.value : dyn,
      }));
    case 'record':
      return membersOf(value);
    case 'union':
      return [
        ...membersOf(value.base),
        ...(value.variant ? membersOf(value.variant.value).filter(({ name }) => !value.base.fields.has(name)) : []),
      ];
    default:
      return [];
  }
}

function membersOf({ record, fields }: RecordValue): readonly Part[] {
  const known = record.fields();
  return [...fields].map(([name, value]) => ({ name, value, type: fieldType(known, name) }));
}

function fieldType(fields: ReturnType<RecordType['fields']>, name: string): Type {
  return fields.get(name)?.type ?? dyn;
}

function payloadOf(type: Type): Type {
  return type.kind === 'optional' ? type.of : type;
}

function elementOf(type: Type): Type {
  return type.kind === 'list' || type.kind === 'set' ? type.of : dyn;
}

function write(writer: Writer, value: Value, type: Type): void {
  const { visibility } = writer;
  if (writer.text.length > visibility.limit) return;
  switch (value.kind) {
    case 'string': {
      const declared = type.kind === 'string' && type.sensitive;
      const hidden = declared || (value.origin !== undefined && visibility.hides(value.origin.path));
      if (hidden && visibility.sensitive === 'mask') {
        writer.masked = true;
        writer.text += `‹${lengthOf(value.value)}›`;
      } else {
        writer.text += `"${escapeJson(value.value.slice(0, visibility.limit + 1))}"`;
      }
      return;
    }
    case 'some':
      write(writer, value.of, payloadOf(type));
      return;
    case 'none':
      writer.text += 'none';
      return;
    case 'list':
      writeParts(writer, partsOf(value, type), { open: '[', close: ']', named: 'never' });
      return;
    case 'map':
    case 'record':
    case 'union':
      writeParts(writer, partsOf(value, type), { open: '{', close: '}', named: 'always' });
      return;
    default:
      writer.text += writeValue(value);
  }
}

function writeParts(
  writer: Writer,
  parts: readonly Part[],
  form: { readonly open: string; readonly close: string; readonly named: 'always' | 'never' },
): void {
  writer.text += form.open;
  for (const [index, { name, value, type }] of parts.entries()) {
    if (writer.text.length > writer.visibility.limit) return;
    if (index > 0) writer.text += ', ';
    if (form.named === 'always') writer.text += `${name}: `;
    write(writer, value, type);
  }
  writer.text += form.close;
}

function lengthOf(text: string): string {
  const points = [...text].length;
  return points === 1 ? '1 character' : `${points} characters`;
}
