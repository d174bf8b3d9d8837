// Each token of every policy in the repository has a scope that fits its kind, and each kind of token is met. Which of two readings
// a word has is asked of the parser: a small word that is a name in the tree is a name on the screen.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse, walk } from '@rdp/language';
import { classify } from '../../language/src/syntax/classify.ts';
import { isNameLike } from '../../language/src/syntax/token-kinds.ts';
import * as t from '../../language/src/syntax/tokens.ts';
import { scopesOf } from './tokenize.ts';

const root = join(import.meta.dirname, '..', '..');
const policies = execFileSync('git', ['ls-files', '*.rdp'], { cwd: root, encoding: 'utf8' }).trim().split('\n');

const keyword = /^(?:keyword\.(?:control|other|operator\.word)|storage\.(?:type|modifier))/;
const name = /^(?:variable|entity|support|constant\.other|keyword\.other\.unit)/;

/** Spellings of literals that no policy of the repository has. */
const literals = `package literals
set numbers = [0, 1u, 0x1Fu, 1_000, 1.5, .5, 1e3, 1.5E-3, 1h30m, 1.5s, 500ms]
set texts = ["a", 'b', r"\\d", R'c', """d "e"
f""", '''g''']
set bytes = [b"a", B'\\xff', br"\\d", Rb'c', b"""d"""]
pattern all = re"[^"a]" re'a\\'b' re"""a"b
c"""
`;

/** What the innermost scope of a token of this kind looks like. */
function scopeFor(token: t.Token, reading: 'keyword' | 'name'): RegExp {
  const type = token.tokenType;
  if (type === t.StringToken) return /^(?:string\.|punctuation\.definition\.string|storage\.type\.string)/;
  if (type === t.BytesToken) return /^(?:string\.quoted\.(?:raw\.)?bytes|storage\.type\.string)/;
  if (type === t.RegexToken) return /^(?:string\.regexp|storage\.type\.string)/;
  if (type === t.DurationLiteral) return /^constant\.numeric\.duration/;
  if (type === t.DateLiteral) return /^constant\.other\.date/;
  if (type === t.IntLiteral || type === t.UintLiteral || type === t.FloatLiteral) return /^constant\.numeric\.rdp/;
  if (type === t.QuotedName) return /^variable\.other\.quoted/;
  if (type === t.In || type === t.NotIn) return reading === 'name' ? name : keyword;
  if (type.CATEGORIES?.includes(t.BinaryOperator) === true)
    return /^(?:keyword\.operator|punctuation\.definition\.typeparameters)/;
  if (isNameLike(type)) return reading === 'keyword' ? keyword : name;
  if (type.CATEGORIES?.includes(t.Word) === true) return reading === 'name' ? name : /^constant\.language/;
  return /^(?:punctuation|keyword\.operator)/;
}

/** What `text` has in the wrong colour, and the kinds that it has at all. */
async function check(path: string, text: string): Promise<{ wrong: readonly string[]; kinds: ReadonlySet<string> }> {
  const file = { path, text };
  const parsed = parse(file);
  const names = new Set<number>();
  walk(parsed.ast, (node) => {
    if (('text' in node && !('kind' in node)) || node.kind === 'name') names.add(node.start);
  });
  const words = new Map(
    classify(file, parsed.tokens)
      .flatMap(({ input }) => input)
      .filter(({ tokenType }) => /^(?:Declaration|Clause|Test|Apply)_/.test(tokenType.name))
      .map((token) => [token.startOffset, token]),
  );
  const scopesAt = await scopesOf(text);
  const wrong: string[] = [];
  const kinds = new Set<string>();
  const broken = parsed.diagnostics.length > 0;
  for (const raw of parsed.tokens) {
    const token = words.get(raw.startOffset) ?? raw;
    const type = token.tokenType;
    // What the parser does not make sense of has no one colour.
    if (type === t.Unknown || (broken && isWord(type))) continue;
    kinds.add(type.name);
    const isName = names.has(token.startOffset) || type === t.Name;
    const expected = words.has(token.startOffset) ? keyword : scopeFor(token, isName ? 'name' : 'keyword');
    const scopes = scopesAt(token.startOffset);
    const own = scopes.findLast(
      (scope) => scope !== 'source.rdp' && !scope.startsWith('punctuation.definition.string'),
    );
    if (own === undefined || !expected.test(own)) {
      const line = text.slice(0, token.startOffset).split('\n').length;
      wrong.push(`${path}:${line} ${type.name} ${token.image.slice(0, 20)}: ${own} is not ${expected.source}`);
    }
  }
  for (const { kind, start, end } of parsed.comments) {
    kinds.add(kind);
    const expected = kind === 'doc' ? 'comment.line.documentation.rdp' : 'comment.line.double-slash.rdp';
    if (!scopesAt(start).includes(expected) || !scopesAt(end - 1).includes(expected)) {
      wrong.push(`${path}:${text.slice(0, start).split('\n').length} ${kind}: ${scopesAt(start).join(' ')}`);
    }
  }
  return { wrong, kinds };
}

/** The policies of a file: case files have several, and documents between them; where the cursor stands is taken out before. */
function textsOf(text: string): readonly string[] {
  return text.split(/^\/\/ ---\n/m).flatMap((chunk) => {
    const parts = chunk.split(/^\/\/- \/(.+)\n/m);
    return parts.filter((_, index) => index % 2 === 0 && (index === 0 || parts[index - 1]?.endsWith('.rdp')));
  });
}

function isWord(type: t.Token['tokenType']): boolean {
  return (
    type.CATEGORIES?.includes(t.Word) === true ||
    type.CATEGORIES?.includes(t.Name) === true ||
    type === t.Name ||
    /_/.test(type.name)
  );
}

test('every token has a scope that fits its kind', async (assert) => {
  const wrong: string[] = [];
  const kinds = new Set<string>();
  for (const path of policies) {
    for (const [index, text] of textsOf(readFileSync(join(root, path), 'utf8').replaceAll('$0', '')).entries()) {
      const found = await check(`${path}, part ${index + 1}`, text);
      wrong.push(...found.wrong);
      for (const kind of found.kinds) kinds.add(kind);
    }
  }
  const found = await check('literals', literals);
  for (const kind of found.kinds) kinds.add(kind);
  assert.deepEqual([...wrong, ...found.wrong], []);
  // The last three are no kinds of their own: what the parser never sees, and two groups of kinds.
  const unmet = t.vocabulary.filter((type) => !kinds.has(type.name)).map((type) => type.name);
  assert.deepEqual(unmet.toSorted(), ['BinaryOperator', 'Unknown', 'Word']);
});

test('parts of literals have scopes of their own', async (assert) => {
  const part = async (text: string, piece: string): Promise<string | undefined> => {
    const scopes = await scopesOf(text);
    return scopes(text.indexOf(piece)).at(-1);
  };
  const rule = (clause: string): string => `defend A on B.c {\n  ${clause}\n}\n`;
  assert.is(await part(rule('block 403 "x {count} y"'), 'count'), 'variable.other.rdp');
  assert.is(await part(rule('block "x {{count"'), '{{'), 'constant.character.escape.rdp');
  assert.is(await part(rule('message "{last(4, \'a\')}"'), 'last'), 'entity.name.function.rdp');
  assert.is(await part(rule('redact X with "[{kind}]"'), 'kind'), 'variable.other.rdp');
  assert.is(await part('test "a" on B.c { given { text: "{count}" } }', 'count'), 'string.quoted.double.rdp');
  assert.is(await part('set a = ["\\u00e9"]', '\\u00e9'), 'constant.character.escape.rdp');
  assert.is(await part('set a = ["\\q"]', '\\q'), 'invalid.illegal.escape.rdp');
  assert.is(await part('set a = [r"\\n"]', '\\n'), 'string.quoted.raw.rdp');
  assert.is(await part(rule('limit 20 requests per 1m by client.ip'), 'requests'), 'keyword.other.unit.rdp');
  assert.is(await part('pattern a = re"(?i)b{2,4}"', '(?i)'), 'punctuation.definition.group.regexp.rdp');
  assert.is(await part('pattern a = re"(?i)b{2,4}"', '{2,4}'), 'keyword.operator.quantifier.regexp.rdp');
  assert.is(await part('pattern a = re"[^a-z]"', 'a-z'), 'constant.other.character-class.set.regexp.rdp');
  assert.is(await part('pattern a = re"\\bx"', '\\b'), 'keyword.control.anchor.regexp.rdp');
  assert.is(await part('fn f(host: sensitive string) -> bool = a', 'sensitive'), 'storage.modifier.rdp');
  assert.is(await part('fn f(host: sensitive string) -> bool = a', 'bool'), 'support.type.rdp');
  assert.is(await part('type A {\n  b: [llm.Prompt] = []\n}', 'Prompt'), 'entity.name.type.rdp');
});

test('a brace that is missing ends with the next declaration at the margin', async (assert) => {
  const text = 'defend A on B.c {\n  when x\n\ndetect D on B.c {\n  severity high\n}\n';
  const scopes = await scopesOf(text);
  assert.is(scopes(text.indexOf('detect')).at(-1), 'storage.type.rdp');
  assert.is(scopes(text.indexOf('severity')).at(-1), 'keyword.control.clause.rdp');
});
