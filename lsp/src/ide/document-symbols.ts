// A file → its outline: declarations, and what has a name inside of them; and the declarations of a whole project by a word.

import type { ast, SourceFile, Span, Workspace } from '@rdp/language';
import type { Steps } from './steps.ts';

/** What a symbol is. */
export type OutlineKind =
  | 'surface'
  | 'event'
  | 'type'
  | 'list'
  | 'entry'
  | 'value'
  | 'pattern'
  | 'function'
  | 'rule'
  | 'test'
  | 'pack'
  | 'field';

export interface OutlineSymbol {
  readonly name: string;
  /** The words ahead of it: `detect on Chat.request`. */
  readonly detail: string;
  readonly kind: OutlineKind;
  /** The whole declaration. */
  readonly extent: Span;
  /** Its name. */
  readonly span: Span;
  readonly children: readonly OutlineSymbol[];
}

/** The outline of a file, in the order of its text. */
export function documentSymbols(snapshot: Workspace, path: string): readonly OutlineSymbol[] {
  const parsed = snapshot.parsed(path);
  return parsed === undefined ? [] : parsed.ast.decls.flatMap((decl) => symbolOf(parsed.file, decl));
}

/** A symbol of a project, and what it is declared in. */
export interface FoundSymbol {
  readonly symbol: OutlineSymbol;
  readonly container: string;
}

/** The declarations of a project whose names have the letters of `query` in their order; all, when it is empty. */
export function* workspaceSymbols(snapshot: Workspace, query: string): Steps<readonly FoundSymbol[]> {
  const wanted = query.toLowerCase();
  const found: FoundSymbol[] = [];
  for (const { path } of snapshot.project.files) {
    const parsed = snapshot.parsed(path);
    const container = parsed?.ast.package?.parts.map(({ text }) => text).join('.') ?? '';
    for (const decl of parsed?.ast.decls ?? []) {
      if (parsed === undefined) continue;
      for (const symbol of symbolOf(parsed.file, decl)) {
        const all = [{ symbol, container }, ...inside(symbol, container)];
        found.push(...all.filter((each) => hasLetters(each.symbol.name.toLowerCase(), wanted)));
      }
      yield;
    }
  }
  return found;
}

/** Rules of packs and threats of lists are looked for too; fields are many, and found by their type. */
function inside(symbol: OutlineSymbol, container: string): readonly FoundSymbol[] {
  return symbol.children
    .filter(({ kind }) => kind === 'rule' || kind === 'entry')
    .map((child) => ({ symbol: child, container: `${container}.${symbol.name}` }));
}

function hasLetters(name: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function symbolOf(file: SourceFile, decl: ast.Decl): readonly OutlineSymbol[] {
  const { kind, detail, children } = describe(decl);
  const extent = spanOf(file, decl);
  const name = nameOf(decl);
  if (name.text === '') return [];
  return [
    {
      name: name.text,
      detail,
      kind,
      extent,
      // An invented name may stand outside of what was read.
      span: spanOf(file, name),
      children: children.flatMap((child) =>
        'kind' in child
          ? symbolOf(file, child)
          : child.name.text === ''
            ? []
            : [
                {
                  name: child.name.text,
                  detail: child.detail,
                  kind: child.as,
                  extent: spanOf(file, child.extent),
                  span: spanOf(file, child.name),
                  children: [],
                },
              ],
      ),
    },
  ];
}

function nameOf(decl: ast.Decl): ast.Name {
  if (decl.kind === 'threats' || decl.kind === 'crosswalk') {
    const path = decl.kind === 'threats' ? decl.edition : decl.from;
    return { text: path.parts.map(({ text }) => text).join('.'), start: path.start, end: path.end };
  }
  if (decl.kind === 'use') return { ...decl.name, text: decl.path.value || decl.name.text };
  return decl.name;
}

interface Part {
  readonly name: ast.Name;
  readonly detail: string;
  readonly as: OutlineKind;
  readonly extent: ast.Node;
}

interface Description {
  readonly kind: OutlineKind;
  readonly detail: string;
  readonly children: readonly (Part | ast.RuleDecl)[];
}

function describe(decl: ast.Decl): Description {
  const plain = (kind: OutlineKind, detail: string = decl.kind): Description => ({ kind, detail, children: [] });
  switch (decl.kind) {
    case 'surface':
      return plain('surface', `surface ${decl.surfaceKind.text}`);
    case 'event':
      return {
        kind: 'event',
        detail: `event on ${decl.surfaceKind.text}`,
        children: [...decl.fields, ...decl.derived].map(fieldOf),
      };
    case 'type':
    case 'inventory':
      return { kind: 'type', detail: decl.kind, children: decl.fields.map(fieldOf) };
    case 'threats':
      return {
        kind: 'list',
        detail: 'threats',
        children: decl.entries.map(({ id, title }) => ({
          name: id,
          detail: title.value,
          as: 'entry',
          extent: { start: id.start, end: title.end },
        })),
      };
    case 'crosswalk':
      return plain('list');
    case 'provider':
      return plain('surface');
    case 'set':
    case 'data':
    case 'classifier':
    case 'use':
      return plain('value');
    case 'pattern':
      return plain('pattern');
    case 'fn':
      return plain('function', `fn(${decl.params.map(({ name }) => name.text).join(', ')})`);
    case 'discover':
    case 'detect':
    case 'defend':
      return plain('rule', `${decl.kind} on ${onOf(decl.on)}`);
    case 'exempt':
      return plain('rule');
    case 'pack':
      return { kind: 'pack', detail: `pack on ${decl.surfaceKind.text}`, children: decl.rules };
    case 'apply':
      return plain('pack', `apply to ${decl.surface.text}`);
    case 'test':
      return plain('test', `test on ${onOf(decl.on)}`);
    case 'deploy':
      return plain('pack');
  }
}

function fieldOf(field: ast.FieldDecl | ast.DerivedField): Part {
  return { name: field.name, detail: '', as: 'field', extent: field };
}

function onOf({ surface, event }: ast.EventRef): string {
  return surface.text === '' ? event.text : `${surface.text}.${event.text}`;
}

function spanOf(file: SourceFile, { start, end }: { readonly start: number; readonly end: number }): Span {
  return { file, start, end };
}
