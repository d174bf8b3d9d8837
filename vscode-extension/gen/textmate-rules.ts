// The shape of a TextMate rule, and the pieces that all rules are made of. Regular expressions are Oniguruma's.

/** One rule of a TextMate grammar. */
export interface Rule {
  readonly comment?: string;
  readonly name?: string;
  readonly contentName?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly Rule[];
  readonly include?: string;
}

/** What becomes of the groups of a match. */
export type Captures = Readonly<Record<number, Pick<Rule, 'name' | 'patterns'>>>;

/** Rules by name. */
export type Repository = Readonly<Record<string, Rule>>;

/** A name, as the lexer has it. */
export const name = '[A-Za-z_]\\w*';

/** Names with dots between. */
export const path = `${name}(?:\\s*\\.\\s*${name})*`;

/** Where a word starts that is no member and no part of a longer one. */
export const start = '(?<![\\w.`])';

/** One of `words`, whole, as a group. */
export function any(words: readonly string[]): string {
  return `(${words.join('|')})\\b`;
}

/** A scope of ours. */
export function scope(name: string): { readonly name: string } {
  return { name: `${name}.rdp` };
}

/** References to rules of the repository. */
export function include(...names: readonly string[]): readonly Rule[] {
  return names.map((rule) => ({ include: `#${rule}` }));
}

/** `text` as a regular expression that matches it alone. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
