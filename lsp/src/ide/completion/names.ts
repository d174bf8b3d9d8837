// Names that an expression may begin with: what the event has, variables, rules, what the package declares, imports, functions;
// those of the wanted type first.

import {
  describeType,
  dotted,
  importAlias,
  isRule,
  printType,
  vocabulary,
  type Binding,
  type Scope,
  type Type,
  type ast,
} from '@rdp/language';
import { functionDoc } from '../function-docs.ts';
import { markdownOf, showSymbol } from '../show-symbol.ts';
import { hasAlias, importEdit } from './imports.ts';
import { propose, type Completion, type CompletionKind, type Rank } from './item.ts';
import { isMark, type Marked } from './marked.ts';

/** Names for an expression, in `scope`, where a value of type `wanted` is asked for. */
export function expressionNames(marked: Marked, scope: Scope, wanted: Type | undefined): readonly Completion[] {
  const own = ownNames(marked);
  const seen = new Set<string>();
  // A rule cannot name itself.
  const self = marked.declared && isRule(marked.declared.decl) ? marked.declared.decl.name.text : undefined;
  const items: Completion[] = [];
  for (const name of scope.names()) {
    if (seen.has(name) || isMark({ text: name }) || name.includes(' ') || name === self) continue;
    seen.add(name);
    const declared = own.get(name);
    const item = (declared && declaredName(marked, declared, wanted)) ?? localName(marked, scope, name, wanted);
    if (item) items.push(item);
  }
  return [...items, ...literals(wanted), ...functionNames(), ...packagesToImport(marked, seen)];
}

type DeclKind = ast.Decl['kind'];

/** What the package declares and imports, which need not be bound to be offered. */
function ownNames({ inspector, unit }: Marked): ReadonlyMap<string, OwnName> {
  const names = new Map<string, OwnName>();
  for (const decl of unit.tree.imports) names.set(importAlias(decl), { kind: 'import', path: dotted(decl.path) });
  for (const [name, { decl }] of inspector.package(unit.package)?.values ?? []) names.set(name, { kind: 'decl', decl });
  return names;
}

type OwnName = { readonly kind: 'import'; readonly path: string } | { readonly kind: 'decl'; readonly decl: ast.Decl };

/** Declarations that an expression can name. */
const inExpressions: ReadonlyMap<DeclKind, CompletionKind> = new Map([
  ['set', 'constant'],
  ['data', 'value'],
  ['fn', 'function'],
  ['pattern', 'constant'],
  ['classifier', 'constant'],
  ['type', 'type'],
]);

function declaredName(marked: Marked, own: OwnName, wanted: Type | undefined): Completion | undefined {
  if (own.kind === 'import') return packageItem(marked, own.path, 'declared');
  const { decl } = own;
  const kind = inExpressions.get(decl.kind);
  if (kind === undefined || isMark(decl.name)) return undefined;
  const { text } = decl.name;
  const rank: Rank = isWanted(decl, wanted) ? 'wanted' : 'declared';
  const document = (): string | undefined => documentOf(marked, text);
  if (decl.kind === 'fn') {
    return propose(text, kind, { rank, detail: signatureOf(marked, decl), snippet: `${text}($0)`, document });
  }
  return propose(text, kind, { rank, detail: decl.kind, document });
}

function signatureOf({ unit }: Marked, decl: ast.FnDecl): string {
  const textOf = ({ start, end }: ast.Node): string => unit.file.text.slice(start, end);
  const params = decl.params.map(({ name, type }) => `${name.text}: ${textOf(type)}`).join(', ');
  return `(${params})${decl.result ? ` -> ${textOf(decl.result)}` : ''}`;
}

/** Whether a declaration is by its kind what is asked for. */
function isWanted(decl: ast.Decl, wanted: Type | undefined): boolean {
  return decl.kind === 'set' && (wanted?.kind === 'set' || wanted?.kind === 'list');
}

/** What the name means in its file, told when it is asked for. */
function documentOf({ inspector, unit }: Marked, name: string): string | undefined {
  const binding = inspector.scopeOf(unit).lookup(name);
  const symbol = binding && inspector.symbolOf(name, binding);
  return symbol && markdownOf(showSymbol(inspector, symbol));
}

/** Fields of the event, variables, parameters, rules. */
function localName(
  { inspector }: Marked,
  scope: Scope,
  name: string,
  wanted: Type | undefined,
): Completion | undefined {
  const binding = scope.lookup(name);
  if (binding === undefined) return undefined;
  const document = (): string | undefined => {
    const symbol = inspector.symbolOf(name, binding);
    return symbol && markdownOf(showSymbol(inspector, symbol));
  };
  const type = binding.kind === 'value' ? binding.core.type : undefined;
  if (type !== undefined) {
    const rank: Rank = wanted && fits(type, wanted) ? 'wanted' : 'near';
    const kind = binding.kind === 'value' && binding.core.op === 'local' ? 'variable' : 'field';
    return propose(name, kind, { rank, detail: printType(type), document });
  }
  if (binding.kind === 'rule') {
    return propose(name, 'rule', { rank: wanted?.kind === 'bool' ? 'wanted' : 'near', detail: 'rule', document });
  }
  if (binding.kind === 'package') return propose(name, 'package', { rank: 'declared', detail: 'rules of a pack' });
  return callable(name, binding, document);
}

function callable(name: string, binding: Binding, document: () => string | undefined): Completion | undefined {
  if (binding.kind !== 'fn' && binding.kind !== 'lookup' && binding.kind !== 'intrinsic') return undefined;
  return propose(name, 'function', { rank: 'declared', detail: 'function', snippet: `${name}($0)`, document });
}

/** Whether a value of `type` is what `wanted` asks for, or may be once it is known to be there. */
export function fits(type: Type, wanted: Type): boolean {
  const from = type.kind === 'optional' ? type.of : type;
  const to = wanted.kind === 'optional' ? wanted.of : wanted;
  if (from.kind === 'unknown' || to.kind === 'unknown') return false;
  if (from.kind === 'string') return to.kind === 'string';
  return describeType(from) === describeType(to);
}

function literals(wanted: Type | undefined): readonly Completion[] {
  if (wanted?.kind === 'optional') return [propose('none', 'keyword', { rank: 'wanted', detail: 'nothing there' })];
  if (wanted?.kind !== 'bool') return [];
  return ['true', 'false'].map((label) => propose(label, 'keyword', { rank: 'language', detail: 'bool' }));
}

/** Functions of the language by their plain or namespaced names, once each. */
function functionNames(): readonly Completion[] {
  const names = new Map<string, string>();
  for (const { name, receiver, params, result } of vocabulary().functions) {
    if (receiver === undefined && !names.has(name)) names.set(name, `(${params.join(', ')}) -> ${result}`);
  }
  const own = [
    ['has', '(field) -> bool'],
    ['normalized', '(text) -> text'],
    ['texts', '(json) -> list<string>'],
  ] as const;
  for (const [name, detail] of own) names.set(name, detail);
  return [...names].map(([name, detail]) =>
    propose(name, 'function', {
      rank: 'language',
      detail,
      snippet: `${name}($0)`,
      document: () => functionDoc(name.split('.').at(-1) ?? name),
    }),
  );
}

/** Packages of the library, each with the import that it needs. */
export function packagesToImport(marked: Marked, known: ReadonlySet<string>): readonly Completion[] {
  const { inspector, unit } = marked;
  return inspector.packageNames().flatMap((path) => {
    const alias = path.split('.').at(-1) ?? path;
    // What has three parts is part of a package that gathers it.
    const isDoor = path.startsWith('std.') && path.split('.').length === 2;
    if (!isDoor || known.has(alias) || hasAlias(unit, alias) || path === unit.package) return [];
    return [{ ...packageItem(marked, path, 'far'), also: [importEdit(unit, path)] }];
  });
}

/** A package under the name that a file has for it. */
export function packageItem({ inspector, unit }: Marked, path: string, rank: Rank): Completion {
  const decl = unit.tree.imports.find((each) => dotted(each.path) === path);
  const alias = decl ? importAlias(decl) : (path.split('.').at(-1) ?? path);
  return propose(alias, 'package', {
    rank,
    detail: path,
    document: () => inspector.package(path)?.units.find(({ tree }) => tree.doc !== '')?.tree.doc,
  });
}
