// A pattern → what is to be said of it: its expression, how long its matches can be (which is how much of a stream is held
// back), what it asks of a candidate, its examples.

import { longestMatch, patternNode, type CorePattern, type PolicySymbol, type ast } from '@rdp/language';

/** Paragraphs about a pattern, in Markdown. */
export function patternFacts(symbol: PolicySymbol): readonly string[] {
  const { binding } = symbol;
  const decl = symbol.declaration?.decl;
  const patterns = binding?.kind === 'pattern' ? binding.patterns : [];
  const facts: string[] = [];
  const [only] = patterns;
  if (only && patterns.length === 1) facts.push(expressionOf(only.body));
  else if (patterns.length > 1) facts.push(`One of ${patterns.length} patterns.`);
  const longest = holdBack(patterns);
  if (patterns.length > 0) facts.push(longestText(longest));
  if (decl?.kind === 'pattern') facts.push(...settingFacts(decl, symbol));
  return facts;
}

/** Code points of the longest match of any; undefined where a match has no bound. */
export function holdBack(patterns: readonly CorePattern[]): number | undefined {
  let most = 0;
  for (const { body } of patterns) {
    const node = patternNode(body);
    if (node === undefined) continue;
    const longest = longestMatch(node);
    if (longest === undefined) return undefined;
    most = Math.max(most, longest);
  }
  return most;
}

function longestText(longest: number | undefined): string {
  return longest === undefined
    ? 'A match has no longest, so a response with it cannot stream.'
    : `The longest match has ${longest} ${longest === 1 ? 'character' : 'characters'}; a stream holds back that many.`;
}

function expressionOf(body: CorePattern['body']): string {
  if (body.kind === 'regex') {
    const text = body.regex.length > 300 ? `${body.regex.slice(0, 299)}…` : body.regex;
    return `\`\`\`regex\n${text}\n\`\`\``;
  }
  const words = body.words.slice(0, 6).map((word) => `\`${word}\``);
  return `Words: ${words.join(', ')}${body.words.length > 6 ? ` and ${body.words.length - 6} more` : ''}.`;
}

function settingFacts(decl: ast.PatternDecl, { declaration }: PolicySymbol): readonly string[] {
  const text = declaration?.unit.file.text ?? '';
  const facts: string[] = [];
  if (decl.where) facts.push(`A candidate counts where \`${text.slice(decl.where.start, decl.where.end)}\`.`);
  if (decl.near) {
    const words = decl.near.words.slice(0, 6).map(({ value }) => `\`${value}\``);
    facts.push(`It asks for one of ${words.join(', ')} nearby.`);
  }
  const listed = (name: string): readonly string[] =>
    decl.settings
      .filter((setting) => setting.name.text === name)
      .map(({ values }) => values.map((value) => (value.kind === 'string' ? value.value : '')).join(''));
  const examples = listed('example').slice(0, 3);
  if (examples.length > 0) facts.push(`Matches in ${examples.map((one) => `\`${one}\``).join(', ')}.`);
  const counter = listed('counterexample').slice(0, 3);
  if (counter.length > 0) facts.push(`None in ${counter.map((one) => `\`${one}\``).join(', ')}.`);
  facts.push(...listed('source').map((source) => `Source: ${source}`));
  return facts;
}
