// Policies → a concrete tree that editors can query, tolerant of what is being typed. It follows the grammar in docs/language.md; what
// a word means there is settled by where it stands, and here by the parser's state, because keywords are extracted from names. Only
// settings end with their line, so a line break is a token in their states and white space in all others. Leaves to the language
// server what needs names and types.

/* global grammar, seq, choice, optional, repeat, repeat1, token, prec, field, alias */

const precedence = {
  conditional: 1,
  coalesce: 2,
  or: 3,
  and: 4,
  compare: 5,
  add: 6,
  multiply: 7,
  unary: 8,
  postfix: 9,
};

/** One or more with commas between, and perhaps one after the last. */
const list = (rule) => seq(rule, repeat(seq(',', rule)), optional(','));

/** Settings or routes: a line each, or commas between; braces end one as well. */
const lines = (rule) => repeat1(seq(rule, optional(choice('\n', ','))));

/** A string literal; `content` is what may stand between the quotes. */
const quoted = (prefix, content) =>
  choice(
    ...['"""', "'''", '"', "'"].map((quote) =>
      seq(
        alias(prefix === '' ? quote : token(seq(prefix, quote)), '"'),
        repeat(content(quote)),
        alias(token.immediate(quote), '"'),
      ),
    ),
  );

/** Text up to the quote, a backslash, and whatever else has a meaning of its own. */
const plain = (quote, stops) => {
  const mark = quote[0];
  const inside = quote.length === 3 ? `[^${mark}\\\\${stops}]` : `[^${mark}\\\\${stops}\\n]`;
  const lone = quote.length === 3 ? `|${mark}[^${mark}\\\\${stops}]|${mark}${mark}[^${mark}\\\\${stops}]` : '';
  return token.immediate(prec(1, new RegExp(`(?:${inside}${lone})+`)));
};

export default grammar({
  name: 'rdp',

  word: ($) => $.identifier,

  extras: ($) => [/[\s\uFEFF]/, $.doc_comment, $.comment],

  supertypes: ($) => [$.declaration, $.clause, $.expression, $.type],

  inline: ($) => [$._value],

  // Behind a field's type, `at` is its place on the wire or the next field's name.
  conflicts: ($) => [[$.field]],

  rules: {
    source_file: ($) => repeat($.declaration),

    doc_comment: () => token(prec(1, /\/\/\/([^/\n][^\n]*)?/)),
    comment: () => token(/\/\/[^\n]*/),

    // ---------------------------------------------------------------- declarations

    declaration: ($) =>
      choice(
        $.package,
        $.import,
        $.use,
        $.surface,
        $.event,
        $.type_declaration,
        $.inventory,
        $.threats,
        $.crosswalk,
        $.provider,
        $.set,
        $.data,
        $.pattern,
        $.classifier,
        $.function,
        $.rule,
        $.exempt,
        $.pack,
        $.apply,
        $.test,
        $.deploy,
      ),

    package: ($) => seq('package', field('path', $.path)),
    import: ($) => seq('import', field('path', $.path), optional(seq('as', field('alias', $.identifier)))),
    use: ($) => seq('use', field('kind', $.identifier), field('file', $.string)),

    surface: ($) =>
      seq('surface', field('name', $.identifier), ':', field('kind', $.identifier), field('body', $.settings)),

    event: ($) =>
      seq(
        'event',
        field('name', $.identifier),
        'on',
        field('kind', $.identifier),
        optional(seq('at', field('wire', $.string))),
        field('body', alias($._event_body, $.fields)),
      ),
    _event_body: ($) => seq('{', repeat(choice($.field, $.derived_field)), '}'),
    type_declaration: ($) =>
      seq('type', field('name', $.identifier), choice(field('body', $.fields), seq('=', field('alias', $.type)))),
    inventory: ($) => seq('inventory', field('name', $.identifier), field('body', $.fields)),

    fields: ($) => seq('{', repeat($.field), '}'),
    field: ($) =>
      seq(
        $._field_name,
        field('type', $.type),
        optional(seq('at', field('wire', $.string))),
        optional(seq('=', field('default', $.expression))),
        optional(','),
      ),
    _field_name: ($) => choice(seq(field('name', $._key), ':'), field('name', alias($._operator_key, $.identifier))),
    derived_field: ($) =>
      seq('let', field('name', $._key), ':', field('type', $.type), '=', field('value', $.expression), optional(',')),

    threats: ($) => seq('threats', field('edition', $.path), '{', repeat($.threat), '}'),
    threat: ($) =>
      seq(field('id', $.identifier), field('title', $.string), optional(field('settings', $.settings)), optional(',')),
    crosswalk: ($) => seq('crosswalk', field('from', $.path), '->', field('to', $.path), '{', repeat($.pair), '}'),
    pair: ($) => seq(field('from', $.identifier), '->', field('to', $.identifier), optional(',')),

    provider: ($) =>
      seq('provider', field('name', $.identifier), '{', optional(lines(choice($.setting, $.mapping))), '}'),
    mapping: ($) => seq('map', field('event', $.identifier), field('fields', $.map)),

    set: ($) =>
      seq(
        'set',
        field('name', $.identifier),
        optional(seq(':', field('type', $.type))),
        '=',
        field('value', $.expression),
      ),
    data: ($) => seq('data', field('name', $.identifier), ':', field('type', $.type), 'from', field('file', $.string)),

    pattern: ($) =>
      seq(
        'pattern',
        field('name', $.identifier),
        '=',
        field('body', $._pattern_body),
        optional(seq('where', field('where', $.expression))),
        optional(seq('near', list($.string), 'within', field('within', $.expression))),
        optional(field('settings', $.settings)),
      ),
    _pattern_body: ($) => choice(repeat1($.regex), $.words, $.every, seq($.path, repeat(seq('|', $.path)))),
    words: ($) => seq('words', '[', optional(list($.string)), ']'),
    every: () => '*',
    classifier: ($) =>
      seq('classifier', field('name', $.identifier), 'from', field('file', $.string), optional(lines($.setting))),

    function: ($) =>
      seq(
        'fn',
        field('name', $.identifier),
        field('parameters', $.parameters),
        optional(seq('->', field('result', $.type))),
        '=',
        field('body', $.expression),
      ),
    parameters: ($) => seq('(', optional(list($.parameter)), ')'),
    parameter: ($) =>
      seq(field('name', $.identifier), ':', field('type', $.type), optional(seq('=', field('default', $.expression)))),

    rule: ($) =>
      seq(
        field('verb', choice('discover', 'detect', 'defend')),
        field('name', $.identifier),
        'on',
        field('event', $.event_name),
        field('body', $.clauses),
      ),
    exempt: ($) => seq('exempt', field('rule', $.path), field('body', $.clauses)),
    pack: ($) =>
      seq(
        'pack',
        field('name', $.identifier),
        optional(field('parameters', $.parameters)),
        'on',
        field('kind', $.identifier),
        '{',
        repeat($.rule),
        '}',
      ),
    apply: ($) =>
      seq(
        'apply',
        field('pack', $.path),
        'to',
        field('surface', $.identifier),
        optional(seq('as', field('alias', $.identifier))),
        optional(field('settings', $.settings)),
      ),
    event_name: ($) =>
      choice(field('event', $.identifier), seq(field('surface', $.identifier), '.', field('event', $.identifier))),

    // ---------------------------------------------------------------- clauses

    clauses: ($) => seq('{', repeat($.clause), '}'),

    clause: ($) =>
      choice(
        $.when,
        $.find,
        $.score,
        $.threshold,
        $.severity,
        $.covers,
        $.message,
        $.record,
        $.flow,
        $.mode,
        $.until,
        $.owner,
        $.reason,
        $.block,
        $.redact,
        $.strip,
        $.limit,
        $.quarantine,
        $.approve,
        $.permit,
        $.change,
        $.alert,
      ),

    when: ($) => seq('when', field('condition', $.expression)),
    find: ($) => seq('find', $.path, repeat(seq(',', $.path)), 'in', field('target', $.expression)),
    score: ($) => seq('score', field('points', $.expression), 'when', field('condition', $.expression)),
    threshold: ($) => seq('threshold', field('points', $.expression)),
    severity: ($) => seq('severity', field('level', $.identifier)),
    covers: ($) => seq('covers', $.path, repeat(seq(',', $.path))),
    message: ($) => seq('message', field('text', $.template)),
    record: ($) => seq('record', field('inventory', $.path), field('fields', $.map)),
    flow: ($) => seq('flow', field('from', $.expression), '->', field('to', $.expression)),
    mode: ($) => seq('mode', field('mode', $.identifier)),
    until: ($) => seq('until', field('date', $.date)),
    owner: ($) => seq('owner', field('owner', $.string)),
    reason: ($) => seq('reason', field('reason', $.string)),
    block: ($) => prec.right(seq('block', optional(field('status', $.number)), optional(field('message', $.template)))),
    redact: ($) => seq('redact', field('rule', $.path), optional(seq('with', field('with', $._redaction)))),
    _redaction: ($) => choice($.template, $.masking),
    masking: ($) => prec.right(seq(field('name', $.identifier), optional(field('arguments', $.arguments)))),
    strip: ($) => seq('strip', field('rule', $.path)),
    limit: ($) =>
      seq(
        'limit',
        field('amount', $.expression),
        optional(alias($.identifier, $.unit)),
        'per',
        field('per', $.expression),
        'by',
        field('by', $.expression),
        optional(seq('at', field('input', $.expression), ',', field('output', $.expression))),
        optional(seq('on_error', field('on_error', $.identifier))),
      ),
    quarantine: ($) => seq('quarantine', field('target', $.expression)),
    approve: ($) => seq('approve', 'by', field('by', $.expression)),
    permit: () => 'permit',
    change: ($) => seq('set', field('target', $.expression), '=', field('value', $.expression)),
    alert: ($) => prec.right(seq('alert', optional(field('message', $.template)))),

    // ---------------------------------------------------------------- tests

    test: ($) => seq('test', field('title', $.string), 'on', field('event', $.event_name), field('body', $.test_body)),
    test_body: ($) => seq('{', repeat(choice($.given, $.expect)), '}'),
    given: ($) =>
      seq(
        'given',
        choice(field('input', $.map), seq('file', field('file', $.string), optional(seq('as', field('as', $.path))))),
      ),
    expect: ($) => seq('expect', $._expectation, repeat(seq(',', $._expectation))),
    _expectation: ($) => choice($.expected_rule, $.expected_text),
    expected_rule: ($) => seq(optional('not'), field('name', $.path), optional(seq('by', field('rule', $.path)))),
    expected_text: ($) =>
      seq(optional('not'), 'redacted', field('target', $._postfix_target), '==', field('text', $.string)),

    // ---------------------------------------------------------------- settings and deployment

    deploy: ($) => seq('deploy', field('name', $.identifier), '{', optional(lines(choice($.setting, $.route))), '}'),
    route: ($) =>
      seq(
        field('surface', $.identifier),
        'via',
        field('enforcer', $.identifier),
        optional(field('settings', $.settings)),
      ),
    settings: ($) => seq('{', optional(lines($.setting)), '}'),
    setting: ($) =>
      prec.right(seq(field('name', $.identifier), repeat($._value), optional(field('settings', $.settings)))),
    _value: ($) =>
      choice($.path, $.number, $.quantity, $.duration, $.string, $.boolean, $.null, $.none, $.list, $.negative),
    negative: ($) => seq('-', choice($.number, $.quantity, $.duration)),

    // ---------------------------------------------------------------- types

    type: ($) => choice($.named_type, $.list_type, $.optional_type, $.sensitive_type),
    named_type: ($) => prec.right(seq(field('name', $.path), optional($.type_arguments))),
    type_arguments: ($) => seq('<', $.type, repeat(seq(',', $.type)), '>'),
    list_type: ($) => seq('[', $.type, ']'),
    optional_type: ($) => prec.left(1, seq($.type, '?')),
    sensitive_type: ($) => seq('sensitive', $.type),

    // ---------------------------------------------------------------- expressions

    expression: ($) => choice($.conditional, $.binary, $.is, $.unary, $._postfix_target),

    _postfix_target: ($) =>
      choice(
        $.member,
        $.index,
        $.each,
        $.call,
        $.construct,
        $.parenthesized,
        $.list,
        $.map,
        $.name,
        $.rooted_name,
        $.string,
        $.bytes,
        $.regex,
        $.number,
        $.quantity,
        $.duration,
        $.boolean,
        $.null,
        $.none,
      ),

    conditional: ($) =>
      prec.right(
        precedence.conditional,
        seq(field('condition', $.expression), '?', field('then', $.expression), ':', field('else', $.expression)),
      ),

    binary: ($) =>
      choice(
        ...[
          ['??', precedence.coalesce],
          ['||', precedence.or],
          ['&&', precedence.and],
          [choice('==', '!=', '<', '<=', '>', '>=', 'in', seq('not', 'in')), precedence.compare],
          [choice('+', '-'), precedence.add],
          [choice('*', '/', '%'), precedence.multiply],
        ].map(([operator, level]) =>
          prec.left(level, seq(field('left', $.expression), field('operator', operator), field('right', $.expression))),
        ),
      ),
    is: ($) => prec.left(precedence.compare, seq(field('value', $.expression), 'is', field('type', $.path))),
    unary: ($) => prec(precedence.unary, seq(field('operator', choice('!', '-')), field('operand', $.expression))),

    member: ($) =>
      prec(
        precedence.postfix,
        seq(field('of', $._postfix_target), choice('.', '?.', '.?'), field('name', $._property)),
      ),
    index: ($) =>
      prec(
        precedence.postfix,
        seq(field('of', $._postfix_target), '[', optional('?'), field('index', $.expression), ']'),
      ),
    each: ($) => prec(precedence.postfix, seq(field('of', $._postfix_target), '[', '*', ']')),
    call: ($) =>
      prec(
        precedence.postfix,
        seq(field('callee', choice($.name, $.rooted_name, $.member)), field('arguments', $.arguments)),
      ),
    arguments: ($) => seq('(', optional(list($.expression)), ')'),
    construct: ($) => prec(precedence.postfix, seq(field('type', choice($.name, $.member)), field('fields', $.map))),

    parenthesized: ($) => seq('(', $.expression, ')'),
    list: ($) => seq('[', optional(list(seq(optional('?'), $.expression))), ']'),
    map: ($) => seq('{', repeat($.entry), '}'),
    entry: ($) =>
      seq(
        choice(
          seq(optional('?'), field('key', choice($.expression, $.quoted_name)), ':'),
          field('key', alias($._operator_key, $.identifier)),
        ),
        field('value', $.expression),
        optional(','),
      ),

    name: ($) => $.identifier,
    rooted_name: ($) => prec(precedence.postfix, seq('.', $.identifier)),

    // ---------------------------------------------------------------- words and literals

    path: ($) => prec.left(seq($.identifier, repeat(seq('.', $._part)))),
    _key: ($) => choice($._word, alias('at', $.identifier)),
    // `in:` is a key where `in` could go on with the value above it.
    _operator_key: () => token(prec(1, /(in|is)[ \t]*:/)),
    _word: ($) => choice($.identifier, $.quoted_name),
    _part: ($) => choice($.identifier, alias($.quoted_name, $.identifier)),
    _property: ($) => choice(alias($.identifier, $.property), alias($.quoted_name, $.property)),
    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,
    quoted_name: () => /`[^`\n]*`/,

    boolean: () => choice('true', 'false'),
    null: () => 'null',
    none: () => 'none',

    number: () =>
      token(
        choice(
          /0[xX][0-9a-fA-F_]+[uU]?/,
          /[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?[uU]?/,
          /\.[0-9][0-9_]*([eE][+-]?[0-9]+)?/,
        ),
      ),
    duration: () => token(prec(1, /([0-9][0-9_]*(\.[0-9][0-9_]*)?(ns|us|ms|s|m|h|d))+/)),
    date: () => token(prec(2, /[0-9]{4}-[0-9]{2}-[0-9]{2}/)),
    quantity: ($) => prec(1, seq(field('amount', $.number), field('unit', $.unit))),
    unit: () => choice('tokens', 'requests', 'usd', 'B', 'KB', 'MB', 'GB', 'KiB', 'MiB', 'GiB'),

    string: ($) =>
      choice(
        quoted('', (quote) => choice(alias(plain(quote, ''), $.text), $.escape)),
        quoted(/[rR]/, (quote) => alias(raw(quote), $.text)),
      ),
    template: ($) =>
      choice(
        quoted('', (quote) =>
          choice(
            alias(plain(quote, '{}'), $.text),
            $.escape,
            alias(token.immediate(choice('{{', '}}')), $.escape),
            $.hole,
          ),
        ),
        quoted(/[rR]/, (quote) =>
          choice(alias(rawPart(quote), $.text), alias(token.immediate(choice('{{', '}}')), $.escape), $.hole),
        ),
      ),
    hole: ($) => seq(token.immediate('{'), $.expression, '}'),
    bytes: ($) =>
      choice(
        quoted(/[bB]/, (quote) => choice(alias(plain(quote, ''), $.text), $.escape)),
        quoted(/[bB][rR]|[rR][bB]/, (quote) => alias(raw(quote), $.text)),
      ),
    regex: ($) => quoted('re', (quote) => alias(regexText(quote), $.regex_text)),
    escape: () => token.immediate(/\\([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|[^\n])/),
  },
});

/** All of a literal in which a backslash is a backslash. */
function raw(quote) {
  const mark = quote[0];
  return token.immediate(
    prec(
      1,
      quote.length === 3
        ? new RegExp(`(?:[^${mark}]|${mark}[^${mark}]|${mark}${mark}[^${mark}])+`)
        : new RegExp(`[^${mark}\\n]+`),
    ),
  );
}

/** As `raw`, up to a brace. */
function rawPart(quote) {
  const mark = quote[0];
  return token.immediate(
    prec(
      1,
      quote.length === 3
        ? new RegExp(`(?:[^${mark}{}]|${mark}[^${mark}{}]|${mark}${mark}[^${mark}{}])+`)
        : new RegExp(`[^${mark}{}\\n]+`),
    ),
  );
}

/** A regular expression: a backslash keeps the quote behind it. */
function regexText(quote) {
  const mark = quote[0];
  return token.immediate(
    prec(
      1,
      quote.length === 3
        ? new RegExp(`(?:[^${mark}\\\\]|\\\\[^\\n]|${mark}[^${mark}\\\\]|${mark}${mark}[^${mark}\\\\])+`)
        : new RegExp(`(?:[^${mark}\\\\\\n]|\\\\[^\\n])+`),
    ),
  );
}
