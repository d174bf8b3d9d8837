// Which conditions ask for patterns in a text: `text.matches(…)`, and `text.contains_any([…])` of constants, which core has as a
// loop over the constants.

import { type Const, type CoreExpr, type CorePattern, coreChildren, type LocalId } from '@rdp/language';
import { compilePattern } from '../../pattern/compile-pattern.ts';

/** The text, and the patterns of which one is enough. */
export interface AskedPatterns {
  readonly of: CoreExpr;
  readonly patterns: readonly CorePattern[];
}

const known = new WeakMap<CoreExpr, AskedPatterns>();

/** What `expr` itself asks for; undefined when it is another expression. */
export function askedPatterns(expr: CoreExpr): AskedPatterns | undefined {
  if (expr.op === 'matches') return expr;
  if (expr.op !== 'loop' || expr.macro !== 'exists') return undefined;
  const before = known.get(expr);
  if (before) return before;
  const asked = asContainsAny(expr);
  if (asked) known.set(expr, asked);
  return asked;
}

/** `[…].exists(word, text.contains(word))` of constant words, none of them empty. */
function asContainsAny({
  range,
  item,
  value,
  filter,
  body,
}: CoreExpr & { readonly op: 'loop' }): AskedPatterns | undefined {
  if (value !== undefined || filter) return undefined;
  if (body.op !== 'call' || body.builtin !== 'string_contains') return undefined;
  const [of, word] = body.args;
  if (word?.op !== 'local' || word.id !== item || !of || dependsOn(of, item)) return undefined;
  const words = constItems(range).map((word) => word && wordOf(word));
  if (words.length === 0 || !words.every((text) => text !== undefined && text !== '')) return undefined;
  const regex = words.map((text = '') => text.replace(/[!-/:-@[-`{-~]/g, '\\$&')).join('|');
  const pattern = { kind: 'regex', regex } as const;
  if (compilePattern(pattern).kind === 'fault') return undefined;
  return {
    of,
    patterns: [{ kind: 'words', name: `contains:${regex}`, body: pattern, where: undefined, near: undefined }],
  };
}

function dependsOn(expr: CoreExpr, id: LocalId): boolean {
  return (expr.op === 'local' && expr.id === id) || coreChildren(expr).some((child) => dependsOn(child, id));
}

/** The constants of a list; undefined for what is none. */
function constItems(range: CoreExpr): readonly (Const | undefined)[] {
  if (range.op === 'const') return range.value.kind === 'list' ? range.value.items : [];
  if (range.op !== 'list' || range.optionals.length > 0) return [];
  return range.items.map((item) => (item.op === 'const' ? item.value : undefined));
}

function wordOf(word: Const): string | undefined {
  return word.kind === 'string' && !/\p{Surrogate}/u.test(word.value) ? word.value : undefined;
}
