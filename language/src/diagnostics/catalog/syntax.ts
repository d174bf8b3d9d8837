// The diagnostics of lexer and parser: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const syntaxCatalog = {
  'unexpected-character': {
    severity: 'error',
    message: 'unexpected character {character}',
  },
  'unterminated-string': {
    severity: 'error',
    message: 'this string has no closing {quote}',
    note: 'a string in one pair of quotes ends on its own line; three quotes span lines',
  },
  'invalid-escape': {
    severity: 'error',
    message: '`{escape}` is no escape sequence',
    help: 'write `\\\\` for a backslash, or use a raw string: r"…"',
  },
  'invalid-number': {
    severity: 'error',
    message: '`{text}` is not a number',
  },
  'expected-syntax': {
    severity: 'error',
    message: 'expected {expected}, found {found}',
  },
  'unclosed-bracket': {
    severity: 'error',
    message: 'expected `{closing}`, found {found}',
  },
  'unmatched-bracket': {
    severity: 'error',
    message: '`{bracket}` closes nothing',
  },
  'misplaced-header': {
    severity: 'error',
    message: '`{keyword}` must stand ahead of all declarations',
  },
  'unknown-declaration': {
    severity: 'error',
    message: 'a declaration cannot start with {found}',
  },
  'unknown-clause': {
    severity: 'error',
    message: 'unknown clause `{clause}` in {owner}',
  },
  'ambiguous-operators': {
    severity: 'error',
    message: '`??` beside `&&` or `||` needs parentheses',
    note: 'readers disagree on what `a ?? false && b` means, and a policy must have one meaning',
    help: 'write `(a ?? false) && b`',
  },
  'repeated-given': {
    severity: 'error',
    message: 'this test has more than one `given`',
    help: 'write one test for each document',
  },
  'unclosed-hole': {
    severity: 'error',
    message: 'this `{brace}` in a message has no {missing}',
    help: 'write `{brace}{brace}` for the character itself',
  },
  'too-deep': {
    severity: 'error',
    message: 'this is nested more than {limit} levels deep',
  },
} as const;
