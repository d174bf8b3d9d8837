// A type → how a file writes it, with the names that the file has for packages; undefined where it has none.

import { dotted, importAlias, type FileUnit, type Type } from '@rdp/language';

/** The type as `unit` would write it. */
export function typeText(unit: FileUnit, type: Type): string | undefined {
  const of = (inner: Type): string | undefined => typeText(unit, inner);
  switch (type.kind) {
    case 'string':
      return type.sensitive ? 'sensitive string' : 'string';
    case 'quantity':
      return type.unit;
    case 'list':
    case 'set': {
      const item = of(type.of);
      return item && `${type.kind}<${item}>`;
    }
    case 'map': {
      const [key, value] = [of(type.key), of(type.value)];
      return key && value && `map<${key}, ${value}>`;
    }
    case 'optional': {
      const inner = of(type.of);
      return inner && `${inner}?`;
    }
    case 'record':
      return recordText(unit, type.record.name);
    case 'bool':
    case 'int':
    case 'uint':
    case 'float':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'dyn':
      return type.kind;
    default:
      return undefined;
  }
}

const surfaceKinds: ReadonlySet<string> = new Set(['api', 'llm', 'mcp', 'k8s', 'net', 'data']);

function recordText(unit: FileUnit, name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  const [home, own] = [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
  if (home === unit.package) return own;
  const imported = unit.tree.imports.find(({ path }) => dotted(path) === home);
  if (imported) return `${importAlias(imported)}.${own}`;
  const kind = home.startsWith('std.') ? home.slice(4) : '';
  return surfaceKinds.has(kind) ? `${kind}.${own}` : undefined;
}
