// Names and words that are no expressions: kinds of surfaces, events, patterns, threats, settings and their values, rules,
// providers, units, types.

import {
  dotted,
  isRule,
  printType,
  vocabulary,
  type AnyNode,
  type Binding,
  type RecordType,
  type Scope,
  type SettingShape,
  type ast,
} from '@rdp/language';
import { keywordDoc } from '../keyword-docs.ts';
import { shapeDoc } from '../setting-docs.ts';
import { importEdit } from './imports.ts';
import { propose, type Completion, type CompletionKind } from './item.ts';
import { isMark, type Marked } from './marked.ts';
import { fieldDoc, membersToImport, packageMembers } from './members.ts';
import { packageItem, packagesToImport } from './names.ts';

/** Plain words, each with what it is for. */
export function wordsOf(words: readonly string[], kind: CompletionKind = 'value'): readonly Completion[] {
  return words.map((word) => propose(word, kind, { rank: 'wanted', document: () => keywordDoc(word) }));
}

/** Packages that can be imported, by their whole names. */
export function importablePackages({ inspector, unit, before }: Marked): readonly Completion[] {
  const typed = /import\s+([\w.]*)$/.exec(before)?.[1] ?? '';
  const known = new Set(unit.tree.imports.map(({ path }) => dotted(path)));
  return inspector.packageNames().flatMap((path) => {
    if (!path.startsWith(typed) || known.has(path) || path === unit.package) return [];
    return [
      propose(path.slice(typed.length), 'package', {
        rank: path.split('.').length === 2 ? 'near' : 'declared',
        detail: path,
        document: () => inspector.package(path)?.units.find(({ tree }) => tree.doc !== '')?.tree.doc,
      }),
    ];
  });
}

/** `Chat.request` for every surface; behind `Chat.` its events; in a pack the events of its kind. */
export function eventNames(marked: Marked, on: ast.EventRef, pack: ast.PackDecl | undefined): readonly Completion[] {
  const { inspector, unit } = marked;
  if (pack) return kindEvents(marked, pack.surfaceKind.text);
  const surfaces = surfaceDecls(marked);
  if (!isMark(on.surface) && on.surface.text !== '') {
    const surface = surfaces.find(({ name }) => name.text === on.surface.text);
    return surface ? kindEvents(marked, surface.surfaceKind.text) : [];
  }
  return surfaces.flatMap((surface) =>
    [...(inspector.surface(unit, surface.name.text)?.events.values() ?? [])].map((event) =>
      propose(`${surface.name.text}.${event.decl.name.text}`, 'event', {
        rank: 'wanted',
        detail: surface.surfaceKind.text,
        document: () => event.decl.doc,
      }),
    ),
  );
}

function kindEvents({ inspector }: Marked, kind: string): readonly Completion[] {
  return (inspector.package(`std.${kind}`)?.declared ?? []).flatMap(({ decl }) =>
    decl.kind === 'event' && decl.surfaceKind.text === kind
      ? [propose(decl.name.text, 'event', { rank: 'wanted', detail: kind, document: () => decl.doc })]
      : [],
  );
}

function surfaceDecls({ inspector, unit }: Marked): readonly ast.SurfaceDecl[] {
  return (inspector.package(unit.package)?.declared ?? []).flatMap(({ decl }) =>
    decl.kind === 'surface' && decl.name.text !== '' ? [decl] : [],
  );
}

/** Surfaces of the package; of one kind where that is known. */
export function surfaceNames(marked: Marked, kind?: string): readonly Completion[] {
  return surfaceDecls(marked)
    .filter((decl) => !isMark(decl.name))
    .map((decl) =>
      propose(decl.name.text, 'value', {
        rank: kind === undefined || kind === decl.surfaceKind.text ? 'wanted' : 'far',
        detail: decl.surfaceKind.text,
        document: () => decl.doc,
      }),
    );
}

/** What may stand in a qualified name: what the file declares of these kinds, and packages that have such. */
export function qualifiedNames(
  marked: Marked,
  name: ast.QualifiedName,
  wanted: { readonly kinds: ReadonlySet<ast.Decl['kind']>; readonly detail: string },
): readonly Completion[] {
  const { inspector, unit } = marked;
  const at = name.parts.findIndex(isMark);
  if (at > 0) {
    const package_ = packageOf(inspector.scopeOf(unit), name.parts.slice(0, at));
    if (package_ === undefined) {
      return at === 1 ? membersToImport(marked, name.parts[0]?.text ?? '', wanted.kinds) : [];
    }
    const isThreats = wanted.kinds.has('threats');
    return packageMembers(marked, package_, isThreats ? undefined : wanted.kinds).filter(
      ({ kind }) => !isThreats || kind === 'constant' || kind === 'package',
    );
  }
  const own = (inspector.package(unit.package)?.declared ?? []).flatMap(({ decl }): readonly Completion[] => {
    if (!wanted.kinds.has(decl.kind) || decl.name.text === '' || isMark(decl.name)) return [];
    return [propose(decl.name.text, 'constant', { rank: 'wanted', detail: wanted.detail, document: () => decl.doc })];
  });
  const imported = unit.tree.imports.map((decl) => dotted(decl.path));
  const packages = imported.map((path) =>
    packageItem(marked, path, hasAny(marked, path, wanted.kinds) ? 'near' : 'far'),
  );
  return [...own, ...packages, ...packagesToImport(marked, new Set())];
}

/** The package that names of a file lead to. */
function packageOf(scope: Scope, parts: readonly ast.Name[]): (Binding & { readonly kind: 'package' }) | undefined {
  let names = scope;
  let found: (Binding & { readonly kind: 'package' }) | undefined;
  for (const part of parts) {
    const binding = names.lookup(part.text);
    if (binding?.kind !== 'package') return undefined;
    found = binding;
    names = binding.members;
  }
  return found;
}

function hasAny({ inspector }: Marked, path: string, kinds: ReadonlySet<ast.Decl['kind']>): boolean {
  return (inspector.package(path)?.declared ?? []).some(({ decl }) => kinds.has(decl.kind));
}

/** `ai.model` for every kind of record that is in scope. */
export function inventoryNames(marked: Marked, name: ast.QualifiedName): readonly Completion[] {
  const { inspector, unit } = marked;
  const at = name.parts.findIndex(isMark);
  const prefix = name.parts[0]?.text ?? '';
  const kinds = ['api', 'llm', 'mcp', 'k8s', 'net', 'data'].map((kind) => `std.${kind}`);
  const imported = unit.tree.imports.map(({ path }) => dotted(path));
  const unknown = inspector.packageNames().filter((path) => path === 'std.ai' && !imported.includes(path));
  return [...new Set([unit.package, ...kinds, ...imported, ...unknown])].flatMap((path) => {
    const alias = path.split('.').at(-1) ?? path;
    if (at > 0 && alias !== prefix) return [];
    const label = (text: string): string => (at > 0 || path === unit.package ? text : `${alias}.${text}`);
    return [...(inspector.package(path)?.inventories.values() ?? [])].map(({ decl }) =>
      propose(label(decl.name.text), 'type', {
        rank: unknown.includes(path) ? 'far' : 'wanted',
        detail: 'inventory',
        also: unknown.includes(path) && at <= 0 ? [importEdit(unit, path)] : [],
        document: () => decl.doc,
      }),
    );
  });
}

/** Types: those of the language, of the file, and packages with types. */
export function typeNames(marked: Marked, name: ast.QualifiedName): readonly Completion[] {
  const own = qualifiedNames(marked, name, { kinds: new Set(['type']), detail: 'type' });
  if (name.parts.length > 1) return own;
  const generic = new Set(['list', 'set', 'map', 'optional']);
  const simple = vocabulary().types.map((type) =>
    propose(type, 'type', {
      rank: 'wanted',
      ...(generic.has(type) ? { snippet: type === 'map' ? 'map<${1:string}, $0>' : `${type}<$0>` } : {}),
    }),
  );
  return [...simple, ...own];
}

/** Rules on an event that `keep` keeps, by the names that the package has for them. */
export function ruleNames(
  { inspector, unit }: Marked,
  on: ast.EventRef,
  keep: (rule: ast.RuleDecl) => boolean,
): readonly Completion[] {
  return inspector
    .rulesOn(unit, on)
    .filter(({ decl }) => keep(decl) && !isMark(decl.name) && decl.name.text !== '')
    .map(({ name, decl }) => propose(name, 'rule', { rank: 'wanted', detail: decl.kind, document: () => decl.doc }));
}

/** Every rule of the package, of applied packs too: what can be exempted. */
export function allRuleNames(marked: Marked): readonly Completion[] {
  const { inspector, unit } = marked;
  const own = (inspector.package(unit.package)?.declared ?? []).flatMap(({ decl }) =>
    isRule(decl)
      ? [propose(decl.name.text, 'rule', { rank: 'wanted', detail: decl.kind, document: () => decl.doc })]
      : [],
  );
  const applied = surfaceDecls(marked).flatMap(({ name }) =>
    [...(inspector.surface(unit, name.text)?.events.values() ?? [])].flatMap((event) =>
      ruleNames(marked, eventRef(name, event.decl.name), () => true).filter(({ label }) => label.includes('.')),
    ),
  );
  return [...own, ...applied];
}

function eventRef(surface: ast.Name, event: ast.Name): ast.EventRef {
  return { surface, event, start: surface.start, end: surface.end };
}

/** Providers by their qualified names, with the import that they need. */
export function providerNames(marked: Marked): readonly Completion[] {
  const { inspector, unit } = marked;
  const hasImport = unit.tree.imports.some(({ path }) => dotted(path) === 'std.ai');
  return (inspector.package('std.ai')?.declared ?? []).flatMap(({ decl }) =>
    decl.kind === 'provider'
      ? [
          propose(`ai.${decl.name.text}`, 'value', {
            rank: 'wanted',
            detail: 'provider',
            also: hasImport ? [] : [importEdit(unit, 'std.ai')],
            document: () => decl.doc,
          }),
        ]
      : [],
  );
}

/** Fields that a literal of `record` does not have yet. */
export function literalFields(
  marked: Marked,
  record: RecordType,
  given: readonly { readonly name: ast.Name }[],
): readonly Completion[] {
  const present = new Set(given.map(({ name }) => name.text));
  return [...record.fields().values()]
    .filter(({ name, wire }) => !present.has(name) && !present.has(wire))
    .flatMap((field) =>
      // A literal may have the key that documents have, too.
      [...new Set([field.name, field.wire])].filter(isPlainName).map((name) =>
        propose(name, 'property', {
          rank: name !== field.name ? 'declared' : field.presence === 'required' ? 'wanted' : 'near',
          detail: `${printType(field.type)}${field.presence === 'optional' ? '?' : ''}`,
          snippet: `${name}: ${sampleOf(field.type.kind)}`,
          document: () => fieldDoc(marked, field, record),
        }),
      ),
    );
}

function isPlainName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

function sampleOf(kind: string): string {
  switch (kind) {
    case 'string':
      return '"$0"';
    case 'list':
    case 'set':
      return '[$0]';
    case 'record':
    case 'union':
    case 'map':
      return '{ $0 }';
    default:
      return '$0';
  }
}

/** Settings that are not there yet, or may stand more than once. */
export function settingNames(
  settings: readonly ast.Setting[],
  schema: Readonly<Record<string, SettingShape>>,
): readonly Completion[] {
  const present = new Set(settings.filter(({ name }) => !isMark(name)).map(({ name }) => name.text));
  return Object.entries(schema)
    .filter(([name, shape]) => !present.has(name) || shape.repeated)
    .map(([name, shape]) =>
      propose(name, 'property', {
        rank: shape.required ? 'wanted' : 'near',
        detail: 'setting',
        snippet: `${name} ${settingSample(shape)}`,
        document: () => shapeDoc(shape),
      }),
    );
}

function settingSample({ values: [type], block }: SettingShape): string {
  if (type === undefined) return block ? '{ $0 }' : '$0';
  if (typeof type === 'object') return 'form' in type ? '"$0"' : `\${1|${type.words.join(',')}|}`;
  switch (type) {
    case 'text':
      return '"$0"';
    case 'texts':
      return '["$0"]';
    case 'flag':
      return '${1|true,false|}';
    case 'references':
      return '[$0]';
    default:
      return '$0';
  }
}

/** What the value of a setting may be, where that is a word. */
export function settingValues(marked: Marked, shape: SettingShape, index: number): readonly Completion[] {
  const type = shape.values[index];
  if (type === undefined) return [];
  if (typeof type === 'object') return 'form' in type ? [] : wordsOf(type.words);
  if (type === 'flag') return wordsOf(['true', 'false'], 'keyword');
  return type === 'references' ? providerNames(marked) : [];
}

/** Whether a node is a qualified name. */
export function isQualified(node: AnyNode | undefined): node is ast.QualifiedName {
  return node !== undefined && node.kind === undefined && 'parts' in node && !('raw' in node);
}
