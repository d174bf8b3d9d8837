// The rules of a pack, ahead of any grammar: where each starts and ends, whatever is wrong with the one ahead of it, and its
// keywords. A rule in a pack is read as one at the top level is; what stands between rules is left to the grammar.

import { diagnose } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/suggest.ts';
import type { SourceFile } from '../source/source-file.ts';
import { repairBrackets } from './brackets.ts';
import { findClauses, openBody, replacement, retype, spanOf } from './classify-body.ts';
import { isNameLike } from './token-kinds.ts';
import * as t from './tokens.ts';
import type { Token } from './tokens.ts';

/** The tokens of a pack with those of its rules balanced, and their keywords told from names. */
export function readyRules(file: SourceFile, pack: readonly Token[], diagnostics: Diagnostic[]): readonly Token[] {
  const tokens = openBody(file, pack, t.ruleVerbs, diagnostics);
  const starts = ruleStarts(tokens);
  const result = tokens.slice(0, starts[0] ?? tokens.length);
  for (const [nth, start] of starts.entries()) {
    const next = starts[nth + 1] ?? tokens.length;
    const end = endOfRule(file, tokens.slice(start, next)) + start;
    for (const token of readyRule(file, tokens.slice(start, end), diagnostics)) result.push(token);
    for (const token of tokens.slice(end, next)) result.push(token);
  }
  return result;
}

/** Indexes of the first tokens of rules: `defend Name on event`, behind the opening brace of the pack. */
function ruleStarts(tokens: readonly Token[]): readonly number[] {
  const open = tokens.findIndex((token) => token.tokenType === t.LeftBrace);
  return [...tokens.keys()].filter((at) => open >= 0 && at > open && startsRule(tokens, at));
}

function startsRule(tokens: readonly Token[], at: number): boolean {
  const [verb, name, on, event, brace] = tokens.slice(at, at + 5);
  if (verb === undefined || name === undefined || on?.tokenType !== t.On || event === undefined) return false;
  if (!isNameLike(verb.tokenType) || !isNameLike(name.tokenType) || !isNameLike(event.tokenType)) return false;
  const before = tokens[at - 1]?.tokenType;
  if (!verb.lineStart && before !== t.LeftBrace && before !== t.RightBrace) return false;
  // A misspelt verb has the whole shape of a rule.
  return t.ruleVerbs.has(verb.image) || brace?.tokenType === t.LeftBrace;
}

/** How many of `tokens` are the rule: up to the brace that closes it, or to the one that must be the pack's. */
function endOfRule(file: SourceFile, tokens: readonly Token[]): number {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.tokenType === t.LeftBrace) depth++;
    else if (token.tokenType === t.RightBrace) depth--;
    if (depth === 0 && token.tokenType === t.RightBrace) return index + 1;
  }
  const last = tokens.at(-1);
  const margin = last !== undefined && (file.text[last.startOffset - 1] ?? '\n') === '\n';
  return last?.tokenType === t.RightBrace && margin ? tokens.length - 1 : tokens.length;
}

function readyRule(file: SourceFile, tokens: readonly Token[], diagnostics: Diagnostic[]): readonly Token[] {
  const [head] = tokens;
  if (head === undefined) return tokens;
  let keyword = head.image;
  if (!t.ruleVerbs.has(keyword)) {
    const place = spanOf(file, head);
    const near = nearestName(keyword, t.ruleVerbs.keys());
    const extra = near === undefined ? {} : replacement(place, near);
    diagnostics.push(diagnose('unknown-declaration', place, { found: `\`${keyword}\`` }, extra));
    if (near === undefined) return [];
    keyword = near;
  }
  const input = repairBrackets(file, openBody(file, tokens, t.ruleKeywords, diagnostics), diagnostics);
  input[0] = retype(head, t.ruleVerbs.get(keyword) ?? head.tokenType);
  return findClauses(file, input, t.ruleKeywords, keyword, diagnostics);
}
