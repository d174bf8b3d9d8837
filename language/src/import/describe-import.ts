// What an import understood → text in the language's own words, for `rdpc import`: routes and tools as comments, types as
// `type` declarations. Every record once, in the order in which they are met; a name that is taken gets a number.

import type { Const, Field, RecordType, Type } from '../semantic/types.ts';
import { importCrd, kindOfCatalogPath } from './crd.ts';
import { importJsonSchema, upperFirst } from './json-schema.ts';
import { importMcp } from './mcp.ts';
import { importOpenapi } from './openapi.ts';
import type { ImportProblem } from './problem.ts';

/** What a document can be imported as. */
export const importForms = ['openapi', 'crd', 'jsonschema', 'mcp'] as const;
export type ImportForm = (typeof importForms)[number];

export interface ImportDescription {
  /** `.rdp` text; ends with a line break. */
  readonly text: string;
  readonly problems: readonly ImportProblem[];
}

/** Describes `document`, read from `path`, as `form`. */
export function describeImport(form: ImportForm, document: unknown, path: string): ImportDescription {
  switch (form) {
    case 'openapi': {
      const { routes, operations, problems } = importOpenapi(document);
      const writer = typeWriter();
      const lines = [...routes].flatMap((route) => {
        const operation = operations.get(route.operation);
        const body = operation?.requestBody === undefined ? '' : `  body: ${writer.name(operation.requestBody)}`;
        const answers = [...(operation?.responses ?? [])].map(([status, type]) => `  ${status}: ${writer.name(type)}`);
        const parameters = (operation?.parameters ?? []).map(
          ({ name, in: place, required, type }) => `  ${place} ${name}: ${writer.name(type)}${required ? '' : '?'}`,
        );
        const title = `${route.method} ${route.template}  ${route.operation}`;
        return [title, ...parameters, ...(body === '' ? [] : [body]), ...answers].map((line) => `// ${line}\n`);
      });
      return { text: lines.join('') + writer.declarations(), problems };
    }
    case 'crd': {
      const { kinds, problems } = importCrd(document, kindOfCatalogPath(path));
      const writer = typeWriter();
      const lines = kinds.map(({ group, version, kind, record }) => {
        return `// ${group}/${version} ${kind}: ${writer.name({ kind: 'record', record })}\n`;
      });
      return { text: lines.join('') + writer.declarations(), problems };
    }
    case 'jsonschema': {
      const file = path.slice(path.lastIndexOf('/') + 1);
      const name = upperFirst(file.replace(/\..*$/, '').replaceAll(/[^A-Za-z0-9_]/g, '_')) || 'Document';
      const { type, problems } = importJsonSchema(document, name);
      const writer = typeWriter();
      const root = writer.name(type);
      const alias = type.kind === 'record' ? '' : `type ${name} = ${root}\n`;
      return { text: `${alias}${writer.declarations()}`.trimStart(), problems };
    }
    case 'mcp': {
      const { tools, problems } = importMcp(document);
      const writer = typeWriter();
      const lines = tools.map(({ name, arguments: input, result }) => {
        const taken = writer.name(input);
        const given = result === undefined ? '' : ` -> ${writer.name(result)}`;
        return `// ${name}(${taken})${given}\n`;
      });
      return { text: lines.join('') + writer.declarations(), problems };
    }
  }
}

interface TypeWriter {
  /** How the type is written; its records are declared later. */
  readonly name: (type: Type) => string;
  /** Declarations of all records that were named, and of those that they need. */
  readonly declarations: () => string;
}

function typeWriter(): TypeWriter {
  const names = new Map<RecordType, string>();
  const taken = new Set<string>();
  const queue: RecordType[] = [];

  function recordName(record: RecordType): string {
    const known = names.get(record);
    if (known !== undefined) return known;
    const wanted = upperFirst(record.name.replaceAll(/[^A-Za-z0-9_]/g, '_')) || 'Record';
    let free = wanted;
    for (let number = 2; taken.has(free); number++) free = `${wanted}${number}`;
    taken.add(free);
    names.set(record, free);
    queue.push(record);
    return free;
  }

  function name(type: Type): string {
    switch (type.kind) {
      case 'string':
        return type.sensitive ? 'sensitive string' : 'string';
      case 'list':
        return `[${name(type.of)}]`;
      case 'set':
        return `set<${name(type.of)}>`;
      case 'map':
        return `map<${name(type.key)}, ${name(type.value)}>`;
      case 'optional':
        return `${name(type.of)}?`;
      case 'record':
        return recordName(type.record);
      case 'union':
        return type.union.name;
      case 'quantity':
        return type.unit;
      default:
        return type.kind;
    }
  }

  function declarations(): string {
    let text = '';
    for (let record = queue.shift(); record !== undefined; record = queue.shift()) {
      const fields = [...record.fields().values()].map((field) => `  ${fieldLine(field)}\n`);
      text += `\ntype ${recordName(record)} {\n${fields.join('')}}\n`;
    }
    return text;
  }

  function fieldLine(field: Field): string {
    const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(field.wire);
    const key = plain ? field.wire : field.wire.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9]|$)/, '_');
    const at = plain ? '' : ` at ${JSON.stringify(field.wire)}`;
    const fallback = field.presence === 'default' && field.default !== undefined ? ` = ${constant(field.default)}` : '';
    return `${key}: ${name(field.type)}${field.presence === 'optional' ? '?' : ''}${at}${fallback}`;
  }

  function constant(value: Const): string {
    switch (value.kind) {
      case 'string':
        return JSON.stringify(value.value);
      case 'bool':
      case 'int':
        return String(value.value);
      case 'float':
        return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
      case 'list':
        return '[]';
      case 'map':
        return '{}';
      case 'record':
        return `${recordName(value.record)} {}`;
      default:
        return 'none';
    }
  }

  return { name, declarations };
}
