// Literals → TextMate rules: comments, strings of every spelling, regular expressions, numbers with units, durations. Holes of
// messages are coloured only where a text is a message; which texts are is said by the rules of clauses.

import { any, escapeRegex, include, type Repository, type Rule, scope, start } from './textmate-rules.ts';
import { durationUnits, unitWords } from './token-tables.ts';

/** Quotes, longer ones first: `"""` is no empty string and a quote. */
const quotes = ['"""', "'''", '"', "'"] as const;

const digits = '\\d[\\d_]*';
/** Classes with a name, such as `\\d` and `\\pL`. */
const shorthand = '\\\\[pP](?:\\{\\^?\\w+\\}|\\w)|\\\\[dDsSwW]';
const regexEscape = '\\\\(?:x\\{[0-9a-fA-F]+\\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)';
const durationUnit = `(?:${durationUnits.join('|')})`;

/** Comments, strings, numbers. */
export function literalPatterns(): Repository {
  return {
    comments: {
      patterns: [
        {
          match: '(///)(?!/).*$',
          ...scope('comment.line.documentation'),
          captures: { 1: scope('punctuation.definition.comment') },
        },
        {
          match: '(//).*$',
          ...scope('comment.line.double-slash'),
          captures: { 1: scope('punctuation.definition.comment') },
        },
      ],
    },
    literals: { patterns: include('regex', 'strings', 'quoted-name', 'numbers') },
    regex: {
      patterns: quotes.map((quote) =>
        text(quote, 're', 'string.regexp', [characterClass(quote), ...include('regex-parts')]),
      ),
    },
    strings: {
      patterns: [
        ...quotes.map((quote) => text(quote, '[bB][rR]|[rR][bB]', 'string.quoted.raw.bytes', [])),
        ...quotes.map((quote) => text(quote, '[bB]', 'string.quoted.bytes', include('escapes'))),
        ...quotes.map((quote) => text(quote, '[rR]', 'string.quoted.raw', [])),
        ...quotes.map((quote) => text(quote, '', `string.quoted.${kindOf(quote)}`, include('escapes'))),
      ],
    },
    messages: {
      comment: 'Strings whose holes are filled in.',
      patterns: [
        ...quotes.map((quote) => text(quote, '[rR]', 'string.quoted.raw', holes(quote))),
        ...quotes.map((quote) =>
          text(quote, '', `string.quoted.${kindOf(quote)}`, [...include('escapes'), ...holes(quote)]),
        ),
      ],
    },
    escapes: {
      patterns: [
        {
          match: '\\\\(?:[abfnrtv\\\\"\'`?]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})',
          ...scope('constant.character.escape'),
        },
        { match: '\\\\.', ...scope('invalid.illegal.escape') },
      ],
    },
    'regex-parts': {
      patterns: [
        { match: '\\\\[bBAzZ]|[\\^$]', ...scope('keyword.control.anchor.regexp') },
        { match: shorthand, ...scope('constant.other.character-class.escape.regexp') },
        { match: regexEscape, ...scope('constant.character.escape.regexp') },
        { match: '[*+?]\\??|\\{\\d+(?:,\\d*)?\\}\\??', ...scope('keyword.operator.quantifier.regexp') },
        { match: '\\|', ...scope('keyword.operator.or.regexp') },
        { match: '\\((?:\\?(?:P?<\\w+>|[imsU-]*:|[imsU-]+\\)))?|\\)', ...scope('punctuation.definition.group.regexp') },
      ],
    },
    'quoted-name': { match: '(`)[^`\\n]*(`)', ...scope('variable.other.quoted') },
    numbers: {
      patterns: [
        {
          match: `${start}${digits}(?:\\.${digits})?${durationUnit}(?:${digits}(?:\\.${digits})?${durationUnit})*(?![A-Za-z_])`,
          ...scope('constant.numeric.duration'),
        },
        {
          match: `${start}(0[xX][0-9a-fA-F_]*[uU]?|${digits}(?:\\.${digits})?(?:[eE][+-]?\\d+)?[uU]?)(?:[ \\t]*${any(unitWords)})?(?!\\w)`,
          captures: { 1: scope('constant.numeric'), 2: scope('keyword.other.unit') },
        },
        { match: `(?<![\\w\`])\\.${digits}(?:[eE][+-]?\\d+)?(?!\\w)`, ...scope('constant.numeric') },
      ],
    },
  };
}

/** A string literal. Those of one quote end with their line, whatever is in them. */
function text(quote: string, prefix: string, kind: string, patterns: readonly Rule[]): Rule {
  const open = escapeRegex(quote);
  return {
    begin: prefix === '' ? open : `${start}(${prefix})(${open})`,
    end: quote.length === 3 ? open : `${open}|$`,
    ...scope(kind),
    beginCaptures:
      prefix === ''
        ? { 0: scope('punctuation.definition.string.begin') }
        : { 1: scope('storage.type.string'), 2: scope('punctuation.definition.string.begin') },
    endCaptures: { 0: scope('punctuation.definition.string.end') },
    patterns,
  };
}

function kindOf(quote: string): string {
  if (quote.length === 3) return 'triple';
  return quote === '"' ? 'double' : 'single';
}

/** `{expression}` of a message, and the doubled braces that are braces. */
function holes(quote: string): readonly Rule[] {
  return [
    { match: '\\{\\{|\\}\\}', ...scope('constant.character.escape') },
    {
      begin: '\\{',
      end: `\\}|(?=${quote})|$`,
      ...scope('meta.interpolation'),
      beginCaptures: { 0: scope('punctuation.section.interpolation.begin') },
      endCaptures: { 0: scope('punctuation.section.interpolation.end') },
      contentName: 'source.rdp.embedded',
      patterns: include('expression'),
    },
  ];
}

/** `[^a-z]`; the literal's quote ends it, as it ends the literal. */
function characterClass(quote: string): Rule {
  return {
    begin: '(\\[)(\\^)?\\]?',
    end: `\\]|(?=${quote})|$`,
    ...scope('constant.other.character-class.set.regexp'),
    beginCaptures: {
      1: scope('punctuation.definition.character-class.regexp'),
      2: scope('keyword.operator.negation.regexp'),
    },
    endCaptures: { 0: scope('punctuation.definition.character-class.regexp') },
    patterns: [
      { match: `\\[:\\^?\\w+:\\]|${shorthand}`, ...scope('constant.other.character-class.escape.regexp') },
      { match: regexEscape, ...scope('constant.character.escape.regexp') },
      { match: '(?<=[^\\[^])-(?=[^\\]])', ...scope('keyword.operator.range.regexp') },
    ],
  };
}
