// A pattern → what is to be said of it: its expression, how long its matches can be (which is how much of a stream is held
// back), what it asks of a candidate, its examples.

import { libraryExamples } from './library-examples.generated.ts';
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
  const words = body.words.slice(0, 6).map(codeSpan);
  return `Words: ${words.join(', ')}${body.words.length > 6 ? ` and ${body.words.length - 6} more` : ''}.`;
}

function settingFacts(decl: ast.PatternDecl, { declaration }: PolicySymbol): readonly string[] {
  const text = declaration?.unit.file.text ?? '';
  const facts: string[] = [];
  if (decl.where) facts.push(`A candidate counts where ${codeSpan(text.slice(decl.where.start, decl.where.end))}.`);
  if (decl.near) {
    const words = decl.near.words.slice(0, 6).map(({ value }) => codeSpan(value));
    facts.push(`It asks for one of ${words.join(', ')} nearby.`);
  }
  const shown = exampleOf(decl, declaration?.unit.package ?? '');
  const listed = (name: string): readonly string[] =>
    shown.filter((setting) => setting.name === name).map(({ value }) => value);
  const examples = listed('example').slice(0, 3);
  if (examples.length > 0) facts.push(`Matches in ${examples.map(codeSpan).join(', ')}.`);
  const counter = listed('counterexample').slice(0, 3);
  if (counter.length > 0) facts.push(`None in ${counter.map(codeSpan).join(', ')}.`);
  facts.push(...listed('source').map((source) => `Source: ${source}`));
  return facts;
}

interface TextSetting {
  readonly name: string;
  readonly value: string;
}

/** The examples of a pattern, and where it comes from: as it says itself, or as the library said before it was built in. */
function exampleOf({ settings, name }: ast.PatternDecl, home: string): readonly TextSetting[] {
  const own = settings.map((setting) => ({
    name: setting.name.text,
    value: setting.values.map((value) => (value.kind === 'string' ? value.value : '')).join(''),
  }));
  return [...own, ...(libraryTexts().get(`${home}.${name.text}`) ?? [])];
}

let known: ReadonlyMap<string, readonly TextSetting[]> | undefined;

/** By package and name. */
function libraryTexts(): ReadonlyMap<string, readonly TextSetting[]> {
  known ??= new Map(
    libraryExamples()
      .split('\n')
      .map((line) => {
        const [pattern = '', ...parts] = line.split('\t');
        const settings = parts.flatMap((part, index) =>
          index % 2 === 1 ? [] : [{ name: part, value: (parts[index + 1] ?? '').replaceAll('\u001f', '') }],
        );
        return [pattern, settings] as const;
      }),
  );
  return known;
}

/** Text as it is, in Markdown: between more marks than it has. */
function codeSpan(text: string): string {
  const marks = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return text.includes('`') ? `${marks} ${text} ${marks}` : `${marks}${text}${marks}`;
}
