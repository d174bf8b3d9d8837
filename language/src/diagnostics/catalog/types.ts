// The diagnostics about types of expressions: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const typeCatalog = {
  'texts-of-typed': {
    severity: 'error',
    message: '`texts` goes through untyped JSON, not {type}',
    help: 'name the texts: `prompts[*].text` goes through a list',
  },
  'unknown-name': {
    severity: 'error',
    message: 'unknown name `{name}`',
  },
  'unknown-field': {
    severity: 'error',
    message: '{type} has no field `{field}`',
  },
  'not-a-value': {
    severity: 'error',
    message: '`{name}` is {what}, not a value',
  },
  'unhandled-optional': {
    severity: 'error',
    message: '`{path}` may be missing',
    label: 'has the type `{type}`',
    help: 'read on with `?.`, give a fallback with `??`, or test `!= none` first',
  },
  'type-mismatch': {
    severity: 'error',
    message: '{found} where {expected} is needed',
  },
  'operator-mismatch': {
    severity: 'error',
    message: '`{operator}` does not work on {left} and {right}',
  },
  'unit-mismatch': {
    severity: 'error',
    message: '`{operator}` cannot mix {left} and {right}',
    note: 'quantities have units, and only amounts of one unit can be compared or added',
  },
  'invalid-quantity': {
    severity: 'error',
    message: '`{raw}` is no whole number of {smallest}',
  },
  'no-such-function': {
    severity: 'error',
    message: 'there is no function `{name}`',
  },
  'no-such-method': {
    severity: 'error',
    message: '{type} has no method `{name}`',
  },
  'wrong-arguments': {
    severity: 'error',
    message: '`{name}` cannot take ({found})',
    help: 'it takes {expected}',
  },
  'not-callable': {
    severity: 'error',
    message: '`{name}` is {what}, not a function',
  },
  'recursive-function': {
    severity: 'error',
    message: 'function `{name}` calls itself',
    note: 'functions are put in the place of their calls, so that every policy ends',
  },
  'expression-too-large': {
    severity: 'error',
    message: 'the calls in this expression expand to more than {limit} parts',
    note: 'functions are put in the place of their calls; functions that call one another several times multiply',
  },
  'sensitive-leak': {
    severity: 'error',
    message: 'sensitive text must not go into {place}',
    note: 'matched and prompt text is what the policy protects; a decision is written to logs',
    help: 'tell its size, or a part of it: `text.mask("*")`, `text.last(4)`',
  },
  'dynamic-pattern': {
    severity: 'error',
    message: 'the regular expression of `matches` must be written as a literal',
    note: 'patterns are compiled ahead of time, so that every one of them is known to be fast',
  },
  'invalid-pattern': {
    severity: 'error',
    message: 'invalid regular expression: {reason}',
  },
  'unneeded-fallback': {
    severity: 'warning',
    message: '`{path}` is never missing, so `{operator}` does nothing here',
  },
  'unneeded-none-test': {
    severity: 'warning',
    message: '`{path}` is never missing, so this test is always {outcome}',
  },
  'integer-out-of-range': {
    severity: 'error',
    message: '`{raw}` does not fit into 64 bits',
    help: 'the range is {range}',
  },
  'not-a-kind': {
    severity: 'error',
    message: '{type} has no kind `{name}`',
  },
  'invalid-key-type': {
    severity: 'error',
    message: 'a map cannot have {type} as a key',
    help: 'keys are bool, int, uint or string',
  },
  'not-iterable': {
    severity: 'error',
    message: '`{macro}` needs a list or a map, not {type}',
  },
  'invalid-macro': {
    severity: 'error',
    message: '`{macro}` is not called like this',
    help: 'write {usage}',
  },
  'not-a-text': {
    severity: 'error',
    message: '{type} cannot stand in {place}',
  },
  'missing-field': {
    severity: 'error',
    message: '`{type}` needs the field `{field}`',
  },
  'repeated-field': {
    severity: 'error',
    message: 'the field `{field}` is given twice',
  },
  'unknown-time-zone': {
    severity: 'error',
    message: '`{zone}` is not a time zone that policies know',
    note: 'named zones change with the time zone database, and a policy decides the same for ever',
    help: 'use `UTC` or an offset such as `+02:00`',
  },
  'misplaced-each': {
    severity: 'error',
    message: '`[*]` belongs to the text that `find` looks through',
    help: 'use `exists`, `all` or `map` to go through a list here',
  },
  'pattern-too-large': {
    severity: 'error',
    message: 'the pattern is too large: {reason}',
    note: 'a group that is repeated up to `n` times is written out `n` times; one set of characters, as in `[0-9]{1,64}`, is not',
    help: 'repeat less of it, or make several patterns of it and join them: `pattern all = one | two`',
  },
} as const;
