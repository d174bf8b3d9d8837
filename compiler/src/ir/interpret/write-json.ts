// From values to JSON text without spaces, escaped no more than JSON asks for. Floats are the shortest text that reads
// back the same, as JavaScript prints them; what is no JSON number is null.

import { durationText, timestampText } from './time.ts';
import { base64Text } from './text-codecs.ts';
import type { RecordValue, Value } from './value.ts';

/** `text` as a JSON string, with quotes. */
export function jsonString(text: string): string {
  return `"${escapeJson(text)}"`;
}

/** `text` as it stands between the quotes of a JSON string. */
export function escapeJson(text: string): string {
  let out = '';
  for (const char of text) out += shortEscapes.get(char) ?? (char < ' ' ? unicodeEscape(char) : char);
  return out;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `value` as JSON. Records are objects by wire name; absent fields are left out. */
export function writeValue(value: Value): string {
  switch (value.kind) {
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'int':
    case 'uint':
      return value.value.toString();
    case 'float':
      return Number.isFinite(value.value) ? String(value.value) : 'null';
    case 'string':
      return jsonString(value.value);
    case 'bytes':
      return jsonString(base64Text(value.value));
    case 'null':
    case 'none':
      return 'null';
    case 'timestamp':
      return jsonString(timestampText(value.nanos));
    case 'duration':
      return jsonString(durationText(value.nanos));
    case 'quantity':
      return value.amount.toString();
    case 'type':
      return jsonString(value.name);
    case 'some':
      return writeValue(value.of);
    case 'list':
      return `[${value.items.map(writeValue).join(',')}]`;
    case 'map':
      return `{${value.entries.map(([key, item]) => `${writeKey(key)}:${writeValue(item)}`).join(',')}}`;
    case 'record':
      return `{${recordMembers(value).join(',')}}`;
    case 'union': {
      const variant = value.variant ? recordMembers(value.variant.value, value.base) : [];
      return `{${[...recordMembers(value.base), ...variant].join(',')}}`;
    }
  }
}

function writeKey(key: Value): string {
  const text = writeValue(key);
  return text.startsWith('"') ? text : jsonString(text);
}

/** Members in the order of wire names, without those that `except` has. */
function recordMembers(value: RecordValue, except?: RecordValue): readonly string[] {
  const fields = [...value.record.fields().values()].sort((a, b) => (a.wire < b.wire ? -1 : 1));
  return fields.flatMap((field) => {
    const item = value.fields.get(field.name);
    if (item === undefined || except?.fields.has(field.name)) return [];
    return [`${jsonString(field.wire)}:${writeValue(item)}`];
  });
}
