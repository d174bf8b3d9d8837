// Types in CEL's words, from our types and from those of the cases, so that what was deduced can be compared.

import type { Type } from '@rdp/language';
import { typeOf } from './elaborate.ts';
import type { CelType } from './cases.ts';

/** `list(int)`, `map(string, dyn)` … */
export function celTypeName(type: Type | CelType): string {
  return isType(type) ? nameOf(type) : nameOf(typeOf(type));
}

function isType(type: Type | CelType): type is Type {
  return typeof type['kind'] === 'string';
}

function nameOf(type: Type): string {
  switch (type.kind) {
    case 'float':
      return 'double';
    case 'list':
    case 'set':
      return `list(${nameOf(type.of)})`;
    case 'map':
      return `map(${nameOf(type.key)}, ${nameOf(type.value)})`;
    case 'optional':
      return `optional(${nameOf(type.of)})`;
    default:
      return type.kind;
  }
}
