// What may stand behind a dot: fields of a record or object, what a package has, facets of a rule, methods and macros of a
// type. Behind an optional value the dot becomes `?.`.

import {
  describeType,
  isMethodOf,
  printType,
  vocabulary,
  type Binding,
  type Field,
  type PackageSymbols,
  type RecordType,
  type TextEdit,
  type Type,
  type ast,
} from '@rdp/language';
import { functionDoc } from '../function-docs.ts';
import { markdownOf, showSymbol } from '../show-symbol.ts';
import { hasAlias, importEdit } from './imports.ts';
import { propose, type Completion, type CompletionKind } from './item.ts';
import type { Marked } from './marked.ts';
import { fits } from './names.ts';

type Member = ast.Expr & { readonly kind: 'member' };

/** What may stand in the place of the name of `member`. */
export function membersOf(marked: Marked, member: Member, wanted: Type | undefined): readonly Completion[] {
  const { recorder } = marked.inspector;
  const last = member.of.kind === 'name' || member.of.kind === 'member' ? member.of.name : undefined;
  const binding = last && recorder.bindings.get(last);
  if (binding?.kind === 'package') return packageMembers(marked, binding);
  if (binding?.kind === 'rule') return ruleFacets();
  if (binding === undefined && member.of.kind === 'name') {
    const unknown = membersToImport(marked, member.of.name.text);
    if (unknown.length > 0) return unknown;
  }
  const type = recorder.types.get(member.of);
  if (type === undefined || type.kind === 'unknown') {
    return member.of.kind === 'name' ? functionsOf(member.of.name.text) : [];
  }
  const inner = type.kind === 'optional' ? type.of : type;
  // In a chain that has begun, what follows is only reached when all before it is there.
  const also =
    type.kind === 'optional' && !member.optional && !isChained(member.of) ? questionMark(marked, member) : [];
  const items = [...fieldsOf(marked, inner, wanted), ...methodsOf(inner)].map((item) => ({ ...item, also }));
  const onOptional = type.kind === 'optional' && !member.optional ? optionalMethods() : [];
  return [...items, ...onOptional];
}

/** The functions of a namespace of the language: `math.abs`. */
function functionsOf(namespace: string): readonly Completion[] {
  const names = new Map<string, string>();
  for (const { name, receiver, params, result } of vocabulary().functions) {
    const isIn = receiver === undefined && name.startsWith(`${namespace}.`);
    if (isIn) names.set(name.slice(namespace.length + 1), `(${params.join(', ')}) -> ${result}`);
  }
  if (namespace === 'optional') names.set('of', '(value) -> optional').set('none', '() -> optional');
  if (namespace === 'cel') names.set('bind', '(name, value, result)');
  return [...names].map(([name, detail]) =>
    propose(name, 'function', { rank: 'near', detail, snippet: `${name}($0)`, document: () => functionDoc(name) }),
  );
}

/** What a package of the library has that the file does not import, each with the import. */
export function membersToImport(
  marked: Marked,
  alias: string,
  only?: ReadonlySet<ast.Decl['kind']>,
): readonly Completion[] {
  const { inspector, unit } = marked;
  const path = `std.${alias}`;
  const symbols = inspector.package(path);
  if (symbols === undefined || hasAlias(unit, alias) || inspector.scopeOf(unit).lookup(alias)) return [];
  const also = [importEdit(unit, path)];
  if (only?.has('threats')) {
    const lists = symbols.declared.flatMap(({ decl }) =>
      decl.kind === 'threats' ? [decl.edition.parts[0]?.text ?? ''] : [],
    );
    return [...new Set(lists)].map((list) => propose(list, 'package', { rank: 'near', detail: path, also }));
  }
  return [...symbols.values.values()]
    .filter(({ decl }) => only === undefined || only.has(decl.kind))
    .map(({ decl }) => {
      const detail = firstSentence(decl.doc) ?? decl.kind;
      const snippet = decl.kind === 'fn' ? { snippet: `${decl.name.text}($0)` } : {};
      const kind = memberKinds[decl.kind] ?? 'value';
      return propose(decl.name.text, kind, { rank: 'near', detail, also, document: () => decl.doc, ...snippet });
    });
}

/** `.` to `?.` */
function questionMark({ word }: Marked, member: Member): readonly TextEdit[] {
  const dot = word.file.text.lastIndexOf('.', word.start - 1);
  if (dot < member.of.end - 1 && dot < member.of.end) return [];
  return [{ span: { file: word.file, start: dot, end: dot }, text: '?' }];
}

/** Whether there is a `?.` or `[?…]` in the chain that `expr` ends. */
function isChained(expr: ast.Expr): boolean {
  switch (expr.kind) {
    case 'member':
    case 'index':
      return expr.optional || isChained(expr.of);
    case 'call':
      return isChained(expr.callee);
    default:
      return false;
  }
}

/** The fields of a record, or those that objects of any kind have. */
export function fieldsOf(marked: Marked, type: Type, wanted: Type | undefined): readonly Completion[] {
  const record = type.kind === 'record' ? type.record : type.kind === 'union' ? type.union.base : undefined;
  if (record === undefined) return [];
  return [...record.fields().values()].map((field) => {
    const own = typeOf(field);
    const isWanted = wanted !== undefined && wanted.kind !== 'bool' && fits(own, wanted);
    return propose(field.name, 'field', {
      rank: isWanted ? 'wanted' : 'near',
      detail: printType(own),
      document: () => fieldDoc(marked, field, record),
    });
  });
}

function typeOf(field: Field): Type {
  return field.presence === 'optional' ? { kind: 'optional', of: field.type } : field.type;
}

/** What is known of a field. */
export function fieldDoc({ inspector }: Marked, field: Field, record: RecordType): string {
  return markdownOf(showSymbol(inspector, inspector.symbolOfField({ field, record })));
}

const memberKinds: Readonly<Partial<Record<ast.Decl['kind'], CompletionKind>>> = {
  set: 'constant',
  data: 'value',
  pattern: 'constant',
  classifier: 'constant',
  fn: 'function',
  type: 'type',
  provider: 'value',
  pack: 'rule',
  surface: 'value',
};

/** What a package, or a namespace in one, has; `only` leaves out the rest. */
export function packageMembers(
  { inspector }: Marked,
  binding: Binding & { readonly kind: 'package' },
  only?: ReadonlySet<ast.Decl['kind']>,
): readonly Completion[] {
  const symbols = inspector.package(binding.name);
  return [...binding.members.names()].flatMap((name): readonly Completion[] => {
    const decl = symbols?.values.get(name)?.decl;
    if (decl && only && !only.has(decl.kind)) return [];
    const document = (): string | undefined => {
      const found = binding.members.lookup(name);
      const symbol = found && inspector.symbolOf(name, found);
      return symbol && markdownOf(showSymbol(inspector, symbol));
    };
    if (decl === undefined) {
      if (only && name === 'provider_of') return [];
      if (name === 'provider_of') {
        return [
          propose(name, 'function', {
            rank: 'near',
            detail: '(host) -> string?',
            snippet: 'provider_of($0)',
            document,
          }),
        ];
      }
      const doc = threatTitle(inspector, binding.name, name);
      const kind = doc === undefined ? kindOfMember(binding, symbols, name) : 'constant';
      return [propose(name, kind, { rank: 'near', detail: doc ?? '', document })];
    }
    const kind = memberKinds[decl.kind] ?? 'value';
    const detail = firstSentence(decl.doc) ?? decl.kind;
    return decl.kind === 'fn'
      ? [propose(name, kind, { rank: 'near', detail, snippet: `${name}($0)`, document })]
      : [propose(name, kind, { rank: 'near', detail, document })];
  });
}

/** What is no declaration of a package: a rule of an applied pack, a type of Kubernetes, an edition of threats. */
function kindOfMember(
  { members }: Binding & { readonly kind: 'package' },
  symbols: PackageSymbols | undefined,
  name: string,
): CompletionKind {
  if (symbols !== undefined) return /^[A-Z]/.test(name) ? 'type' : 'package';
  const found = members.lookup(name)?.kind;
  return found === 'package' || found === 'type' ? found : 'rule';
}

function threatTitle(inspector: Marked['inspector'], edition: string, id: string): string | undefined {
  const [first, second, ...list] = edition.split('.');
  const symbols = inspector.package(`${first}.${second}`);
  for (const { decl } of symbols?.declared ?? []) {
    if (decl.kind !== 'threats' || decl.edition.parts.map(({ text }) => text).join('.') !== list.join('.')) continue;
    return decl.entries.find((entry) => entry.id.text === id)?.title.value;
  }
  return undefined;
}

function firstSentence(doc: string): string | undefined {
  const [line = ''] = doc.split('\n');
  const end = line.indexOf('. ');
  const text = end < 0 ? line : line.slice(0, end + 1);
  return text === '' ? undefined : text;
}

function ruleFacets(): readonly Completion[] {
  const facets = [
    ['matches', 'list of matches', 'What it found: each with text, kind and place.'],
    ['count', 'int', 'How many matches it has.'],
    ['score', 'int', 'The points that it reached.'],
  ] as const;
  return facets.map(([name, detail, doc]) => propose(name, 'field', { rank: 'near', detail, document: () => doc }));
}

/** Methods and macros of values of a type. */
function methodsOf(type: Type): readonly Completion[] {
  const names = new Map<string, { readonly detail: string; readonly snippet: string }>();
  const { functions } = vocabulary();
  for (const { name, receiver, params, result } of functions) {
    if (receiver === undefined || names.has(name) || !isMethodOf(name, type)) continue;
    const snippet = params.length === 0 ? `${name}()` : `${name}($0)`;
    names.set(name, { detail: `(${params.join(', ')}) -> ${result}`, snippet });
  }
  if (type.kind === 'list' || type.kind === 'set' || type.kind === 'map' || type.kind === 'dyn') {
    for (const name of loopMacros) names.set(name, { detail: 'macro', snippet: `${name}(\${1:x}, $0)` });
    names.set('size', { detail: '() -> int', snippet: 'size()' });
  }
  if (type.kind === 'string') {
    names.set('matches', { detail: '(pattern) -> bool', snippet: 'matches($0)' });
    names.set('contains_any', { detail: '(texts) -> bool', snippet: 'contains_any($0)' });
    names.set('score', { detail: '(classifier) -> float', snippet: 'score($0)' });
    names.set('size', { detail: '() -> int', snippet: 'size()' });
  }
  return [...names].map(([name, { detail, snippet }]) =>
    propose(name, 'method', { rank: 'language', detail, snippet, document: () => functionDoc(name) }),
  );
}

const loopMacros = ['exists', 'all', 'exists_one', 'filter', 'map'] as const;

function optionalMethods(): readonly Completion[] {
  return ['orValue', 'hasValue'].map((name) =>
    propose(name, 'method', {
      rank: 'language',
      detail: 'of the optional',
      snippet: name === 'hasValue' ? 'hasValue()' : 'orValue($0)',
      document: () => functionDoc(name),
    }),
  );
}

/** The kinds that `is` may ask of a value of `type`. */
export function kindsOf(type: Type | undefined): readonly Completion[] {
  const inner = type?.kind === 'optional' ? type.of : type;
  if (inner?.kind !== 'union') return [];
  const { union } = inner;
  const names = [...union.variantNames()];
  return names.map((name) =>
    propose(name, 'kind', {
      // `apps.v1.Deployment` is also plain `Deployment`, which is what is meant mostly.
      rank: name.includes('.') && union.choice === undefined ? 'far' : 'near',
      detail: union.choice ? 'route' : 'kind',
      document: () => {
        const variant = union.variant(name);
        if (variant === undefined) return undefined;
        const fields = [...variant.record.fields().values()].slice(0, 12);
        const lines = fields.map((field) => `- \`${field.name}\`: ${describeType(typeOf(field))}`);
        return [variant.doc ?? variant.record.doc, lines.join('\n')].filter((part) => part !== '').join('\n\n');
      },
    }),
  );
}
