// A file → what each of its words is, for colours: from the tree and the tokens alone, so that a file with faults has its
// colours too. What stands in text templates is told apart from the text around it.

import type { AnyNode, ast, Workspace } from '@rdp/language';
import { forEachChild } from '@rdp/language';
import { regexTokens, type RegexPartKind } from './regex-parts.ts';

/** What a word is; the names are those of the protocol. */
export const tokenTypes = [
  'namespace',
  'type',
  'class',
  'enumMember',
  'event',
  'function',
  'method',
  'parameter',
  'property',
  'variable',
  'keyword',
  'comment',
  'string',
  'number',
  'regexp',
  'operator',
] as const;
export type TokenKind = (typeof tokenTypes)[number];

/** What may be said beside it; a set of bits in this order. */
export const tokenModifiers = ['declaration', 'documentation', 'readonly'] as const;
export type TokenModifier = (typeof tokenModifiers)[number];

export interface SemanticToken {
  readonly start: number;
  readonly end: number;
  readonly kind: TokenKind;
  readonly modifiers: readonly TokenModifier[];
}

interface Role {
  readonly kind: TokenKind;
  readonly modifiers: readonly TokenModifier[];
}

/** The tokens between two offsets, in their order; they do not overlap, and one may go over several lines. */
export function semanticTokens(
  snapshot: Workspace,
  path: string,
  range: { readonly start: number; readonly end: number },
): readonly SemanticToken[] {
  const parsed = snapshot.parsed(path);
  if (parsed === undefined) return [];
  const isIn = ({ start, end }: { readonly start: number; readonly end: number }): boolean =>
    end > range.start && start < range.end;
  const { roles, holes } = rolesIn(parsed.ast, isIn);
  const found: SemanticToken[] = [];
  for (const token of parsed.tokens) {
    const place = { start: token.startOffset, end: token.endOffset + 1 };
    if (!isIn(place)) continue;
    const role = roles.get(place.start) ?? roleOfToken(token.tokenType.name);
    if (role === undefined) continue;
    if (role.kind === 'regexp') found.push(...regexRoles(parsed.file.text, place));
    else if (role.kind === 'string') found.push(...aroundHoles(place, role, holes, roles));
    else found.push({ ...place, ...role });
  }
  for (const comment of parsed.comments) {
    if (!isIn(comment)) continue;
    const { start, end } = comment;
    found.push({ start, end, kind: 'comment', modifiers: comment.kind === 'doc' ? ['documentation'] : [] });
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** What a token is whatever it stands for; undefined for punctuation. A word that stands for nothing is a keyword. */
function roleOfToken(type: string): Role | undefined {
  if (punctuation.has(type)) return undefined;
  if (type === 'StringToken' || type === 'BytesToken') return plain('string');
  if (type === 'RegexToken') return plain('regexp');
  if (type.endsWith('Literal')) return plain('number');
  if (operators.has(type)) return plain('operator');
  return type === 'Unknown' ? undefined : plain('keyword');
}

const punctuation: ReadonlySet<string> = new Set([
  'Dot',
  'QuestionDot',
  'Comma',
  'Colon',
  'LeftParen',
  'RightParen',
  'LeftBracket',
  'RightBracket',
  'LeftBrace',
  'RightBrace',
]);

const operators: ReadonlySet<string> = new Set([
  'OrOr',
  'AndAnd',
  'EqualEqual',
  'NotEqual',
  'Less',
  'LessEqual',
  'Greater',
  'GreaterEqual',
  'Plus',
  'Minus',
  'Star',
  'Slash',
  'Percent',
  'QuestionQuestion',
  'Bang',
  'Question',
  'Equal',
  'Arrow',
  'Pipe',
]);

const regexKinds: Readonly<Record<RegexPartKind, TokenKind>> = {
  literal: 'regexp',
  escape: 'enumMember',
  class: 'type',
  any: 'type',
  anchor: 'keyword',
  quantifier: 'operator',
  group: 'operator',
  choice: 'operator',
};

/** A regular expression part by part, its quotes in the colour of plain text; parts of one colour in a row are one. */
function regexRoles(text: string, place: { readonly start: number; readonly end: number }): readonly SemanticToken[] {
  const parts = regexTokens(text, place).map(({ start, end, kind }) => ({ start, end, kind: regexKinds[kind] }));
  const whole = [
    { start: place.start, end: parts[0]?.start ?? place.end, kind: 'regexp' as const },
    ...parts,
    { start: parts.at(-1)?.end ?? place.end, end: place.end, kind: 'regexp' as const },
  ];
  const joined: SemanticToken[] = [];
  for (const { start, end, kind } of whole) {
    const last = joined.at(-1);
    if (start === end) continue;
    if (last?.kind === kind && last.end === start) joined[joined.length - 1] = { ...last, end };
    else joined.push({ start, end, kind, modifiers: [] });
  }
  return joined;
}

function plain(kind: TokenKind): Role {
  return { kind, modifiers: [] };
}

interface Roles {
  /** By the offset at which the word begins. */
  readonly roles: ReadonlyMap<number, Role>;
  /** Expressions in texts, in order. */
  readonly holes: readonly { readonly start: number; readonly end: number; readonly words: readonly number[] }[];
}

function rolesIn(tree: ast.File, isIn: (node: AnyNode) => boolean): Roles {
  const roles = new Map<number, Role>();
  const holes: { start: number; end: number; words: number[] }[] = [];
  const aliases = new Set(tree.imports.map((decl) => decl.alias?.text ?? decl.path.parts.at(-1)?.text));
  const lengths = new Map<number, number>();
  const add = (name: ast.Name | undefined, kind: TokenKind, ...modifiers: TokenModifier[]): void => {
    if (name === undefined || name.text === '' || name.end === name.start) return;
    roles.set(name.start, { kind, modifiers });
    lengths.set(name.start, name.end - name.start);
  };
  const addPath = (path: ast.QualifiedName | undefined, last: TokenKind): void => {
    path?.parts.forEach((part, index) => add(part, index === path.parts.length - 1 ? last : 'namespace'));
  };
  const visit = (any: AnyNode): void => {
    if (!isIn(any) && any.kind !== 'file') return;
    const node = any as ast.File | ast.ImportDecl | ast.Decl | ast.Clause | ast.Expr | ast.TypeExpr | ast.Expectation; // by kind
    switch (node.kind) {
      case 'file':
        addPath(node.package, 'namespace');
        break;
      case 'import':
        addPath(node.path, 'namespace');
        add(node.alias, 'namespace');
        break;
      case 'surface':
        add(node.name, 'class', 'declaration');
        add(node.surfaceKind, 'type');
        break;
      case 'event':
        add(node.name, 'event', 'declaration');
        add(node.surfaceKind, 'type');
        break;
      case 'type':
      case 'inventory':
        add(node.name, 'type', 'declaration');
        break;
      case 'threats':
        addPath(node.edition, 'class');
        for (const { id } of node.entries) add(id, 'enumMember', 'declaration');
        break;
      case 'crosswalk':
        addPath(node.from, 'class');
        addPath(node.to, 'class');
        for (const pair of node.pairs) {
          add(pair.from, 'enumMember');
          add(pair.to, 'enumMember');
        }
        break;
      case 'provider':
        add(node.name, 'class', 'declaration');
        for (const { event } of node.mappings) add(event, 'event');
        break;
      case 'pack':
        add(node.name, 'class', 'declaration');
        add(node.surfaceKind, 'type');
        for (const { name } of node.params) add(name, 'parameter', 'declaration');
        break;
      case 'deploy':
        add(node.name, 'class', 'declaration');
        for (const { surface, via } of node.routes) {
          add(surface, 'class');
          add(via, 'enumMember');
        }
        break;
      case 'set':
      case 'data':
      case 'pattern':
      case 'classifier':
        if ('end' in node && 'name' in node) add(node.name, 'variable', 'declaration', 'readonly');
        if (node.kind === 'pattern' && node.body.kind === 'union') {
          for (const member of node.body.members) addPath(member, 'variable');
        }
        break;
      case 'fn':
        add(node.name, 'function', 'declaration');
        for (const { name } of node.params) add(name, 'parameter', 'declaration');
        break;
      case 'discover':
      case 'detect':
      case 'defend':
        add(node.name, 'function', 'declaration');
        addEvent(node.on);
        break;
      case 'exempt':
        add(node.name, 'function');
        break;
      case 'apply':
        addPath(node.pack, 'class');
        add(node.surface, 'class');
        if (node.name.start > (node.pack.parts.at(-1)?.start ?? 0)) add(node.name, 'class', 'declaration');
        break;
      case 'test':
        addEvent(node.on);
        if (node.given?.kind === 'file') addPath(node.given.as, 'class');
        break;
      case 'find':
        for (const pattern of node.patterns) addPath(pattern, 'variable');
        break;
      case 'severity':
        add(node.level, 'enumMember');
        break;
      case 'covers':
        for (const threat of node.threats) addPath(threat, 'enumMember');
        break;
      case 'record':
        addPath(node.inventory, 'type');
        break;
      case 'mode':
        add(node.mode, 'enumMember');
        break;
      case 'action':
        if (node.action.kind === 'redact' || node.action.kind === 'strip') add(node.action.rule, 'function');
        if (node.action.kind === 'redact' && node.action.with?.kind === 'call') add(node.action.with.name, 'function');
        break;
      case 'fires':
        addPath(node.rule, 'function');
        break;
      case 'outcome':
        add(node.outcome, 'enumMember');
        add(node.by, 'function');
        break;
      case 'named':
        if ('args' in node) addPath(node.name, 'type');
        break;
      case 'is':
      case 'construct':
        addPath(node.type, 'type');
        break;
      case 'name':
        if (!roles.has(node.name.start)) add(node.name, aliases.has(node.name.text) ? 'namespace' : 'variable');
        break;
      case 'member':
        if (!roles.has(node.name.start)) add(node.name, 'property');
        break;
      case 'call':
        if (!('callee' in node)) break; // a redaction: `mask("*")`
        if (node.callee.kind === 'name') add(node.callee.name, 'function');
        if (node.callee.kind === 'member') add(node.callee.name, 'method');
        break;
      default:
    }
    addNamed(any);
    forEachChild(any, visit);
  };
  const addEvent = (on: ast.EventRef): void => {
    add(on.surface, 'class');
    add(on.event, 'event');
  };
  /** Fields, settings, values of fields: named things without a kind. And the holes of templates. */
  const addNamed = (node: AnyNode): void => {
    if (node.kind === undefined && 'name' in node && isName(node.name) && !roles.has(node.name.start)) {
      add(node.name, 'property', ...('type' in node ? (['declaration'] as const) : []));
    }
    if (node.kind === undefined && 'parts' in node && 'raw' in node) {
      for (const part of (node as ast.Template).parts) {
        if (part.kind === 'value') holes.push({ start: part.expr.start, end: part.expr.end, words: [] });
      }
    }
  };
  visit(tree);
  holes.sort((a, b) => a.start - b.start);
  for (const hole of holes) {
    for (const start of roles.keys()) {
      if (start >= hole.start && start < hole.end) hole.words.push(start, start + (lengths.get(start) ?? 0));
    }
  }
  return { roles, holes };
}

function isName(value: unknown): value is ast.Name {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}

/** A text in pieces: what is text, and the names of the expressions in it. */
function aroundHoles(
  text: { readonly start: number; readonly end: number },
  role: Role,
  holes: Roles['holes'],
  roles: Roles['roles'],
): readonly SemanticToken[] {
  const inside = holes.filter((hole) => hole.start >= text.start && hole.end <= text.end);
  const pieces: SemanticToken[] = [];
  let at = text.start;
  for (const hole of inside) {
    if (hole.start > at) pieces.push({ start: at, end: hole.start, ...role });
    const words = hole.words.flatMap((start, index) =>
      index % 2 === 0 ? [{ start, end: hole.words[index + 1] ?? start, ...(roles.get(start) ?? role) }] : [],
    );
    pieces.push(...words.toSorted((a, b) => a.start - b.start));
    at = Math.max(at, hole.end);
  }
  if (at < text.end) pieces.push({ start: at, end: text.end, ...role });
  return pieces;
}
