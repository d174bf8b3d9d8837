// A type as one line of text, for expectations: records by name, fields on demand.

import type { RecordType, Type } from '../../src/semantic/types.ts';

/** `[string]`, `map<Pet>`, `Pet`. */
export function showType(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `[${showType(type.of)}]`;
    case 'map':
      return `map<${showType(type.value)}>`;
    case 'record':
      return type.record.name;
    case 'optional':
      return `${showType(type.of)}?`;
    default:
      return type.kind;
  }
}

/** Fields by name: `string` required, `string?` optional, `string=` with a default. */
export function showFields(record: RecordType): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...record.fields().values()].map(({ name, type, presence }) => [
      name,
      showType(type) + { required: '', optional: '?', default: '=' }[presence],
    ]),
  );
}

/** The fields of a type that must be a record. */
export function fieldsOf(type: Type | undefined): Readonly<Record<string, string>> {
  if (type?.kind !== 'record') throw new Error(`not a record: ${type === undefined ? 'nothing' : showType(type)}`);
  return showFields(type.record);
}
