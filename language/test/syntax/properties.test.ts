// What holds of every text: it lexes into tiles, parses without a throw, and formats without loss.

import test from 'ava';
import fc from 'fast-check';
import { format } from '../../src/syntax/format.ts';
import { lex } from '../../src/syntax/lex.ts';
import { parse, parseExpression } from '../../src/syntax/parse.ts';
import { printTree } from '../../src/syntax/print.ts';
import { tokenEnd } from '../../src/syntax/tokens.ts';
import { walk } from '../../src/syntax/walk.ts';
import { jumble, mutatedPolicy, policies } from './corpus.ts';

const anyText = fc.oneof(mutatedPolicy, jumble, fc.string({ unit: 'binary', maxLength: 200 }));
const path = 'policy.rdp';

test('tokens, comments and white space tile the text', (t) => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { tokens, comments } = lex({ path, text });
      const pieces = [
        ...tokens.map((token) => ({ start: token.startOffset, end: tokenEnd(token), text: token.image })),
        ...comments.map((comment) => ({ ...comment, text: text.slice(comment.start, comment.end) })),
      ].sort((a, b) => a.start - b.start);
      let end = 0;
      for (const piece of pieces) {
        if (piece.start < end || piece.end <= piece.start) return false;
        if (text.slice(piece.start, piece.end) !== piece.text) return false;
        if (!/^[ \t\r\n\f\ufeff]*$/.test(text.slice(end, piece.start))) return false;
        end = piece.end;
      }
      return /^[ \t\r\n\f\ufeff]*$/.test(text.slice(end));
    }),
  );
  t.pass();
});

test('a comment ends where editors go on in a new line', (t) => {
  for (const ending of ['\n', '\r\n', '\r']) {
    const text = `// c${ending}set a = ["b"]`;
    const { tokens, comments } = lex({ path, text });
    t.deepEqual(
      comments.map(({ start, end }) => text.slice(start, end)),
      ['// c'],
    );
    t.is(tokens[0]?.image, 'set');
  }
});

test('every text gives a tree whose ranges lie inside it, and diagnostics that do too', (t) => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { ast, diagnostics } = parse({ path, text });
      let inside = true;
      walk(ast, (node) => {
        if (node.start < 0 || node.end > text.length || node.start > node.end) inside = false;
      });
      return (
        inside &&
        diagnostics.every(
          ({ span, message }) =>
            span.start >= 0 && span.start <= span.end && span.end <= text.length && !message.includes('\n'),
        )
      );
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a broken declaration leaves its neighbours whole', (t) => {
  fc.assert(
    fc.property(jumble, (text) => {
      const before = 'package shop\n\nset first = [1]\n\n';
      const after = '\n\ndetect Last on Chat.request {\n  severity low\n}\n';
      // A string of three quotes may run to the end of the file.
      if (text.includes('"""') || text.includes("'''")) return true;
      const { ast } = parse({ path, text: before + text + after });
      const last = ast.decls.at(-1);
      return ast.decls[0]?.name.text === 'first' && last?.kind === 'detect' && last.clauses.length === 1;
    }),
  );
  t.pass();
});

test('any text is an expression or has a diagnostic', (t) => {
  fc.assert(
    fc.property(jumble, (text) => {
      const { expr, diagnostics } = parseExpression({ path, text });
      return expr.kind !== 'hole' || diagnostics.length > 0;
    }),
  );
  t.pass();
});

test('formatting keeps the meaning and every comment, and does nothing the second time', (t) => {
  const changed = fc.oneof(mutatedPolicy, fc.constantFrom(...policies).chain(respaced));
  fc.assert(
    fc.property(changed, (text) => {
      const file = { path, text };
      const formatted = format(file);
      if (!('text' in formatted)) return formatted.diagnostics.length > 0;
      const again = format({ path, text: formatted.text });
      const [before, after] = [parse(file), parse({ path, text: formatted.text })];
      const words = (parsed: typeof before): string =>
        parsed.tokens.map((token) => token.image.replace(/\s+/g, ' ')).join(' ');
      return (
        'text' in again &&
        again.text === formatted.text &&
        printTree(after.ast) === printTree(before.ast) &&
        words(after) === words(before) &&
        after.comments.length === before.comments.length
      );
    }),
    { numRuns: 200 },
  );
  t.pass();
});

/** The policy with other white space: spaces doubled or left out where words do not meet, lines joined or indented. */
function respaced(text: string): fc.Arbitrary<string> {
  const { tokens, comments } = lex({ path, text });
  const pieces = [
    ...tokens.map((token) => ({ start: token.startOffset, end: tokenEnd(token), comment: false })),
    ...comments.map((comment) => ({ start: comment.start, end: comment.end, comment: true })),
  ].sort((a, b) => a.start - b.start);
  return fc.array(fc.constantFrom('', ' ', '   ', '\t', 'same'), { minLength: 40, maxLength: 40 }).map((spaces) => {
    let result = '';
    let end = 0;
    for (const [i, piece] of pieces.entries()) {
      const gap = text.slice(end, piece.start);
      const space = spaces[i % spaces.length] ?? 'same';
      // Only spaces inside a line change: a line break is the author's choice, and ends a setting.
      result += gap === ' ' && space !== 'same' && space !== '' ? space : gap;
      result += text.slice(piece.start, piece.end);
      end = piece.end;
    }
    return `${result}\n\n\n`;
  });
}
