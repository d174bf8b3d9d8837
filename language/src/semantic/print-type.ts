// Writes a type as policies write it: `sensitive string`, `list<int>`, `Container?`. Same type, same text.

import type { Type } from './types.ts';

/** The type as a policy would write it. */
export function printType(type: Type): string {
  switch (type.kind) {
    case 'string':
      return type.sensitive ? 'sensitive string' : 'string';
    case 'quantity':
      return type.unit;
    case 'list':
      return `list<${printType(type.of)}>`;
    case 'set':
      return `set<${printType(type.of)}>`;
    case 'map':
      return `map<${printType(type.key)}, ${printType(type.value)}>`;
    case 'optional':
      return type.of.kind === 'never' ? 'none' : `${printType(type.of)}?`;
    case 'record':
      return type.record.name;
    case 'union':
      return type.union.name;
    case 'never':
      return 'nothing';
    default:
      return type.kind;
  }
}

/** The type inside a sentence: with an article where English wants one, in backticks where it is a name. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'null':
      return 'null';
    case 'dyn':
      return 'a dynamic value';
    case 'type':
      return 'a type';
    case 'never':
    case 'unknown':
      return 'nothing';
    case 'quantity':
      return `an amount of ${type.unit}`;
    case 'bytes':
      return 'bytes';
    case 'int':
      return 'an int';
    case 'optional':
      return type.of.kind === 'never' ? '`none`' : `\`${printType(type)}\``;
    case 'bool':
    case 'uint':
    case 'float':
    case 'timestamp':
    case 'duration':
      return `a ${type.kind}`;
    case 'string':
      return type.sensitive ? 'a sensitive string' : 'a string';
    default:
      return `\`${printType(type)}\``;
  }
}
