// Whether a pattern has a longest match, asked without its tree where its text tells.

import test from 'ava';
import { longestMatch } from '../../src/pattern-syntax/regex-tree.ts';
import { isUnbounded, patternNode } from '../../src/semantic/pattern-node.ts';
import { stdFiles } from '../../src/std.generated.ts';
import { parse } from '../../src/syntax/parse.ts';

function agree(regex: string): boolean {
  const node = patternNode({ kind: 'regex', regex });
  return isUnbounded({ kind: 'regex', regex }) === (node !== undefined && longestMatch(node) === undefined);
}

test('every pattern of the library', (t) => {
  for (const file of stdFiles.filter(({ path }) => path.endsWith('.rdp')))
    for (const { kind, ...decl } of parse(file).ast.decls)
      if (kind === 'pattern' && 'body' in decl && 'regexes' in decl.body)
        t.true(agree(decl.body.regexes.map(({ pattern }) => pattern).join('')), file.path);
});

for (const regex of [
  'a{2,9}[*+]',
  'a{2,}',
  '[*+]a*',
  '[]+]a',
  '[]a]+b',
  '[^]*]b',
  '[[:alpha:]+]b+',
  '[[:alpha:]+]b',
  String.raw`\[a+]`,
  String.raw`\[a]+`,
  String.raw`[\]+]b`,
  String.raw`\Q[\E+]`,
  String.raw`\Qa+\E`,
  String.raw`\\+`,
  String.raw`\+`,
  String.raw`(?:a|b+)`,
  String.raw`\x{2b}`,
  '(a',
])
  test(regex, (t) => {
    t.true(agree(regex));
  });
