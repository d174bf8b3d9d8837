// What the sources of language and library say of themselves → docs/reference.md: settings of surfaces from their schemas,
// events and their types from `std/*.rdp`, packs with their rules from wherever the library has some, functions from the table of
// builtins with the comments that stand in it.
// INVARIANT: nothing is told here that the sources do not tell, so that the page cannot go stale.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { EventDecl, FieldDecl, PackDecl, TypeDecl } from '../src/syntax/ast.ts';
import type { SourceFile } from '../src/source/source-file.ts';
import { parse } from '../src/syntax/parse.ts';
import { surfaceSchemas } from '../src/semantic/bind/bind-surface.ts';
import { surfaceKinds } from '../src/semantic/bind/package-scope.ts';
import type { SettingSchema } from '../src/semantic/setting-schema.ts';
import { describeSetting } from '../src/semantic/bind/settings.ts';
import { builtinRows } from '../src/semantic/builtins.ts';
import { macroUsages } from '../src/semantic/infer/macros.ts';
import { optionalUsages } from '../src/semantic/infer/optionals.ts';
import type { Generated } from './generated.ts';

const repository = join(import.meta.dirname, '..', '..');
const path = 'docs/reference.md';

/** The page. */
export async function generate(): Promise<readonly Generated[]> {
  const lines = [
    '# Reference',
    '',
    'Settings, events, packs and functions, as the sources have them: `npm run gen` makes this page. [language.md](language.md) says what',
    'they mean.',
    '',
    '## Surfaces',
    '',
    ...surfaceKinds.flatMap(surfaceSection),
    '## Packs',
    '',
    'Rules of the library that a policy applies to its surfaces ([language.md](language.md)).',
    '',
    ...packSections(),
    '## Functions',
    '',
    ...functionSection(),
  ];
  const options = await resolveConfig(join(repository, path));
  return [{ path, text: await format(lines.join('\n'), { ...options, parser: 'markdown' }) }];
}

// -------------------------------------------------------------- surfaces

function surfaceSection(kind: (typeof surfaceKinds)[number]): readonly string[] {
  const file = readStd(`std/${kind}.rdp`);
  const { ast } = parse(file);
  const events = ast.decls.filter((decl) => decl.kind === 'event');
  const types = ast.decls.filter((decl) => decl.kind === 'type');
  return [
    `### \`${kind}\``,
    '',
    oneLine(ast.doc),
    '',
    ...settingTable(surfaceSchemas[kind]),
    '',
    ...events.flatMap((event) => eventSection(file, event)),
    ...types.flatMap((type) => typeSection(file, type)),
  ];
}

function settingTable(schema: SettingSchema): readonly string[] {
  return table(
    ['setting', 'takes', ''],
    Object.entries(schema).map(([name, { values, doc }]) => [
      `\`${name}\``,
      values.map(describeSetting).join(', '),
      doc ?? '',
    ]),
  );
}

function eventSection(file: SourceFile, event: EventDecl): readonly string[] {
  const at = event.at ? ` The document has it at \`${event.at.value}\`.` : '';
  return [
    `#### \`${event.name.text}\``,
    '',
    `${oneLine(event.doc)}${at}`.trim(),
    '',
    ...table(
      ['field', 'type', ''],
      [
        ...event.fields.map((field) => fieldRow(file, field)),
        ...event.derived.map(({ name, type, doc }) => [
          `\`${name.text}\``,
          code(file, type),
          `${oneLine(doc)} Worked out, not read.`.trim(),
        ]),
      ],
    ),
    '',
  ];
}

function typeSection(file: SourceFile, type: TypeDecl): readonly string[] {
  if (type.fields.length === 0) return [];
  return [
    `#### \`${type.name.text}\``,
    '',
    oneLine(type.doc),
    '',
    ...table(
      ['field', 'type', ''],
      type.fields.map((field) => fieldRow(file, field)),
    ),
    '',
  ];
}

function fieldRow(file: SourceFile, field: FieldDecl): readonly string[] {
  const { name, type, doc, wire, default: value } = field;
  const notes = [
    oneLine(doc),
    wire ? `In the document \`${wire.value}\`.` : '',
    value ? `${code(file, value)} where it is missing.` : '',
  ];
  return [`\`${name.text}\``, code(file, type), notes.filter((note) => note !== '').join(' ')];
}

function readStd(name: string): SourceFile {
  return { path: name, text: readFileSync(join(repository, 'language', name), 'utf8') };
}

function code(file: SourceFile, { start, end }: { readonly start: number; readonly end: number }): string {
  return `\`${file.text.slice(start, end).replaceAll(/\s+/g, ' ')}\``;
}

// -------------------------------------------------------------- packs

function packSections(): readonly string[] {
  const names = readdirSync(join(repository, 'language', 'std'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.rdp'))
    .toSorted((a, b) => (a < b ? -1 : 1));
  return names.flatMap((name) => {
    const file = readStd(`std/${name}`);
    const { ast } = parse(file);
    const packs = ast.decls.filter((decl) => decl.kind === 'pack');
    if (packs.length === 0) return [];
    const own = ast.package?.parts.map(({ text }) => text).join('.') ?? '';
    return [`### \`${own}\``, '', oneLine(ast.doc), '', ...packs.flatMap((pack) => packSection(file, pack))];
  });
}

function packSection(file: SourceFile, pack: PackDecl): readonly string[] {
  const params = pack.params.map((param) => file.text.slice(param.start, param.end).replaceAll(/\s+/g, ' '));
  return [
    `#### \`${pack.name.text}${params.length === 0 ? '' : `(${params.join(', ')})`}\``,
    '',
    oneLine(pack.doc),
    '',
    ...pack.rules.map((rule) => `- \`${rule.name.text}\`: ${oneLine(rule.doc)}`),
    '',
  ];
}

// -------------------------------------------------------------- functions

function functionSection(): readonly string[] {
  const said = commentsOf(readFileSync(join(repository, 'language/src/semantic/builtins.ts'), 'utf8'));
  const rows = builtinRows.flatMap(({ id, written, params, result, mayFail }) =>
    written === '' ? [] : [[signature(written, params), `\`${result}\``, mayFail ? 'yes' : '', said.get(id) ?? '']],
  );
  return [
    'Written as in CEL: a method belongs to a value of the type ahead of its dot. What can fail has no value then, and the rule ends in an error',
    'where that matters.',
    '',
    ...table(['', 'gives', 'can fail', ''], rows),
    '',
    '### Macros',
    '',
    ...Object.values(macroUsages).map((usage) => `- ${usage}`),
    '- `has(value.field)`',
    '- `cel.bind(name, value, result)`',
    '- `text.matches(pattern)`, `text.contains_any(words)`, `text.score(classifier)`, of a text or of `normalized(text)`',
    '',
    '### Optional values',
    '',
    ...Object.values(optionalUsages).map((usage) => `- ${usage}`),
    '- `optional.of(value)`, `optional.none()`',
    '',
  ];
}

/** `_ + _` with the types in its places; `text.size()` for a method, whose receiver is its first parameter. */
function signature(written: string, params: string): string {
  const types = splitTypes(params);
  if (written === '-_') return `\`-${params}\``;
  if (written.startsWith('_')) return `\`${types.join(` ${written.replaceAll('_', '').trim()} `)}\``;
  const dot = written.lastIndexOf('.');
  const isMethod = dot > 0 && written.slice(0, dot) === types[0];
  return isMethod ? `\`${written}(${types.slice(1).join(', ')})\`` : `\`${written}(${params})\``;
}

/** The types between the commas outside of `<…>`. */
function splitTypes(params: string): readonly string[] {
  return params.split(/,\s*(?![^<]*>)/);
}

/** The comments behind the rows of the table, by the id of the row. */
function commentsOf(source: string): ReadonlyMap<string, string> {
  const rows = source.matchAll(/^ {2}\['(\w+)'.*\],? \/\/ (.+)$/gm);
  return new Map([...rows].map((row) => [row[1] ?? '', row[2] ?? '']));
}

// -------------------------------------------------------------- text

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function oneLine(doc: string): string {
  return doc.replaceAll(/\s*\n\s*/g, ' ').trim();
}
