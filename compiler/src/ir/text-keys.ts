// Where the texts of an expression come from: the same key for the same texts of one event, whether a find names them all
// (`prompts[*].text`) or a condition one after another (`prompts.exists(p, p.text.matches(…))`), so that they are searched together.
// INVARIANT: a key only brings patterns together; what is found in a text depends on the text alone. No key: the text is one that
// is made anew whenever it is asked for.

import type { CoreExpr, LocalId } from '@rdp/language';
import { structuralKey } from './expression-key.ts';

/** What a variable stands for: a value, or (`depth` 1) the elements of one. */
interface Bound {
  readonly expr: CoreExpr;
  readonly scope: TextScope;
  readonly depth: number;
}

/** The variables around an expression. */
export type TextScope = ReadonlyMap<LocalId, Bound>;

/** More steps than an expression that somebody wrote takes. */
const enoughSteps = 500;

/**
 * The keys of the texts that `expr` may be; with `depth` 1 those of its elements. `isShared`: whether the value is made once a
 * decision.
 */
export function textKeys(
  expr: CoreExpr,
  { scope, depth, isShared }: { readonly scope: TextScope; readonly depth: 0 | 1; readonly isShared: IsShared },
): readonly string[] {
  return [...new Set(keysOf({ isShared, left: enoughSteps }, expr, scope, depth))];
}

/** Whether an expression, which depends on the event alone, is evaluated once a decision. */
export type IsShared = (expr: CoreExpr) => boolean;

interface Walk {
  readonly isShared: IsShared;
  left: number;
}

function keysOf(walk: Walk, expr: CoreExpr, scope: TextScope, depth: number): readonly string[] {
  if (walk.left-- <= 0) return [];
  const inside = (of: CoreExpr, inner = scope, levels = 0): readonly string[] => keysOf(walk, of, inner, levels);
  const elements = '[]'.repeat(depth);
  switch (expr.op) {
    case 'input':
      return [`input${elements}`];
    case 'local': {
      const bound = scope.get(expr.id);
      return bound ? inside(bound.expr, bound.scope, depth + bound.depth) : [];
    }
    case 'let':
      return inside(expr.body, bind(scope, expr.id, expr.value), depth);
    case 'chain':
      return inside(expr.body, bind(scope, expr.id, expr.of), depth);
    case 'field':
      return inside(expr.of).map((key) => `${key}.${expr.field.name}${elements}`);
    case 'select-dyn':
      return inside(expr.of).map((key) => `${key}.${expr.name}${elements}`);
    case 'variant-cast':
    case 'some':
    case 'unwrap':
    case 'parameter':
    case 'from-dyn':
    case 'to-dyn':
      return inside(expr.of, scope, depth);
    case 'index':
    case 'index-optional':
      return inside(expr.of, scope, depth + 1);
    case 'or-else':
      return [...inside(expr.of, scope, depth), ...inside(expr.else, scope, depth)];
    case 'if':
      return [...inside(expr.then, scope, depth), ...inside(expr.else, scope, depth)];
    case 'list':
      return depth === 0 ? [] : expr.items.flatMap((item) => inside(item, scope, depth - 1));
    case 'loop':
      if (depth === 0) return [];
      if (expr.macro === 'filter') return inside(expr.range, scope, depth);
      return expr.macro === 'map' ? inside(expr.body, loopScope(expr, scope), depth - 1) : [];
    case 'rule-matches':
      return [`matches ${expr.rule}${elements}`];
    case 'call': {
      const [of] = expr.args;
      if (expr.builtin === 'list_flatten' && depth > 0 && of) return inside(of, scope, depth + 1);
      if (expr.builtin === 'dyn_texts' && depth > 0 && of)
        return inside(of).map((key) => `${key}.**${'[]'.repeat(depth - 1)}`);
      if ((expr.builtin === 'text_normalized' || expr.builtin === 'text_normalized_leet') && of)
        return inside(of).map((key) =>
          viewKey(expr.builtin === 'text_normalized' ? 'normalized' : 'normalized-leet', key),
        );
      return walk.isShared(expr) ? [`${structuralKey(expr)}${elements}`] : [];
    }
    default:
      return [];
  }
}

/** The key of a view of the texts with a key. */
export function viewKey(view: 'plain' | 'normalized' | 'normalized-leet', key: string): string {
  return view === 'plain' ? key : `${view} ${key}`;
}

/** The scope with one variable more, which stands for `expr`. */
export function bind(scope: TextScope, id: LocalId, expr: CoreExpr, depth: 0 | 1 = 0): TextScope {
  return new Map([...scope, [id, { expr, scope, depth }]]);
}

/** The scope inside a macro: the variable that is an element stands for the elements of the range. */
export function loopScope(expr: CoreExpr & { readonly op: 'loop' }, scope: TextScope): TextScope {
  if (expr.value !== undefined) return bind(scope, expr.value, expr.range, 1);
  return expr.range.type.kind === 'map' ? scope : bind(scope, expr.item, expr.range, 1);
}
