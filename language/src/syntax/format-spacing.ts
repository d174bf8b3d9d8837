// Which white space stands between two tokens on one line. Most of it follows from the tokens; a few marks mean two
// things (`-`, `<`, `?`, `:`, `[`), and the tree says which. Line breaks are decided in `format`.

import type { TokenType } from 'chevrotain';
import type * as ast from './ast.ts';
import { endsExpression } from './token-kinds.ts';
import * as t from './tokens.ts';
import type { Token } from './tokens.ts';
import { walk } from './walk.ts';

/** Offsets of the marks whose meaning the tree knows. */
export interface MarkRoles {
  readonly unaryMinus: ReadonlySet<number>;
  /** `?` and `:` of `a ? b : c`. */
  readonly conditional: ReadonlySet<number>;
  /** `[` of `a[0]`. */
  readonly index: ReadonlySet<number>;
  /** `<` and `>` of `set<string>`. */
  readonly angle: ReadonlySet<number>;
  /** The dot of `.name`. */
  readonly rootDot: ReadonlySet<number>;
}

/** Finds the marks of `file`'s tree among its tokens. */
export function rolesOf(tree: ast.File, tokens: readonly Token[]): MarkRoles {
  const roles = {
    unaryMinus: new Set<number>(),
    conditional: new Set<number>(),
    index: new Set<number>(),
    angle: new Set<number>(),
    rootDot: new Set<number>(),
  };
  const after = (offset: number): number => tokens[firstFrom(tokens, offset)]?.startOffset ?? -1;
  walk(tree, (any) => {
    const node = any as ast.Expr | ast.TypeExpr; // other kinds share no tag with these
    switch (node.kind) {
      case 'unary':
        if (node.operator === '-') roles.unaryMinus.add(node.start);
        break;
      case 'conditional':
        roles.conditional.add(after(node.condition.end)).add(after(node.then.end));
        break;
      case 'index':
      case 'each':
        roles.index.add(after(node.of.end));
        break;
      case 'name':
        if (node.rooted) roles.rootDot.add(node.start);
        break;
      case 'named':
        if (node.args !== undefined && node.args.length > 0) roles.angle.add(after(node.name.end)).add(node.end - 1);
        break;
      default:
    }
    return undefined;
  });
  return roles;
}

function firstFrom(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a space stands between `left` and `right`; `beforeLeft` is the token ahead of both. */
export function hasSpace(left: Token, right: Token, beforeLeft: Token | undefined, roles: MarkRoles): boolean {
  const a = left.tokenType;
  const b = right.tokenType;
  if (b === t.Comma || b === t.RightParen || b === t.RightBracket) return false;
  if (a === t.LeftParen || a === t.LeftBracket || a === t.Bang || a === t.QuestionDot) return false;
  if (a === t.LeftBrace && b === t.RightBrace) return false;
  if (roles.rootDot.has(right.startOffset)) return a !== t.Minus || !roles.unaryMinus.has(left.startOffset);
  if (a === t.Dot || b === t.Dot || b === t.QuestionDot) return false;
  if (a === t.Minus && roles.unaryMinus.has(left.startOffset)) return false;
  if (roles.angle.has(right.startOffset)) return false;
  if (roles.angle.has(left.startOffset)) return a === t.Greater && !(b === t.Question);
  if (b === t.Colon) return roles.conditional.has(right.startOffset);
  if (b === t.Question) {
    if (roles.conditional.has(right.startOffset)) return true;
    // `[?x]` and `{?k: v}`
    return a === t.Comma || a === t.LeftBrace;
  }
  if (a === t.Question && !roles.conditional.has(left.startOffset)) {
    return beforeLeft !== undefined && endsType(beforeLeft);
  }
  if (b === t.LeftBracket) return !roles.index.has(right.startOffset);
  if (b === t.LeftParen) return !isCallee(left);
  return true;
}

function endsType(token: Token): boolean {
  return endsExpression(token) && token.tokenType !== t.LeftBracket;
}

/** Words directly ahead of `(` are functions, unless they are keywords. */
function isCallee(token: Token): boolean {
  const type: TokenType = token.tokenType;
  if (type === t.In || type === t.NotIn) return false;
  return type.CATEGORIES?.includes(t.Word) === true || type.CATEGORIES?.includes(t.Name) === true || type === t.Name;
}
