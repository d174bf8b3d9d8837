// The kinds of tokens, for chevrotain's parser. Most words are contextual: the lexer calls them names (or one of the
// small words, which are names too), and `classify` turns those that start a declaration or clause into keywords.
// Says nothing of how text becomes tokens; `lex` does.

import { createToken, type IToken, type TokenType } from 'chevrotain';

/** A token of a file. `startOffset` is its first UTF-16 unit, `endOffset` its last (chevrotain's habit). */
export interface Token extends IToken {
  readonly image: string;
  readonly startOffset: number;
  readonly endOffset: number;
  /** Nothing but white space and comments stands ahead of it on its line. */
  readonly lineStart: boolean;
}

/** A comment. `doc` comments start with exactly three slashes. */
export interface Comment {
  readonly kind: 'line' | 'doc';
  readonly start: number;
  readonly end: number;
  /** Nothing but white space stands ahead of it on its line. */
  readonly lineStart: boolean;
}

/** The offset after the token's last character. */
export function tokenEnd(token: IToken): number {
  return (token.endOffset ?? token.startOffset - 1) + 1;
}

function kind(name: string, label: string, categories: TokenType[] = []): TokenType {
  return createToken({ name, label, categories });
}

// ---------------------------------------------------------------- words

/** Anything spelt like a name: allowed after a dot and as a key, where nothing else can stand. */
export const Word: TokenType = kind('Word', 'a name');
export const Name: TokenType = kind('Name', 'a name', [Word]);
/** A name in back-ticks, for keys that are no names: a.`x-y` */
export const QuotedName: TokenType = kind('QuotedName', 'a name', [Word]);

export const True: TokenType = kind('True', '`true`', [Word]);
export const False: TokenType = kind('False', '`false`', [Word]);
export const Null: TokenType = kind('Null', '`null`', [Word]);
export const None: TokenType = kind('None', '`none`', [Word]);

function smallWord(name: string): TokenType {
  return kind(name, `\`${name.toLowerCase()}\``, [Name]);
}
export const On: TokenType = smallWord('On');
export const From: TokenType = smallWord('From');
export const As: TokenType = smallWord('As');
export const At: TokenType = smallWord('At');
export const Where: TokenType = smallWord('Where');
export const Near: TokenType = smallWord('Near');
export const Within: TokenType = smallWord('Within');
export const With: TokenType = smallWord('With');
export const By: TokenType = smallWord('By');
export const Per: TokenType = smallWord('Per');
export const OnError: TokenType = kind('OnError', '`on_error`', [Name]);
export const Via: TokenType = smallWord('Via');
export const Not: TokenType = smallWord('Not');
export const Is: TokenType = smallWord('Is');
export const FileWord: TokenType = kind('File', '`file`', [Name]);
export const Let: TokenType = smallWord('Let');
export const Words: TokenType = smallWord('Words');
export const MapWord: TokenType = kind('Map', '`map`', [Name]);
export const Sensitive: TokenType = smallWord('Sensitive');
export const Redacted: TokenType = smallWord('Redacted');

// ---------------------------------------------------------------- operators and punctuation

export const BinaryOperator: TokenType = kind('BinaryOperator', 'an operator');
function operator(name: string, text: string): TokenType {
  return kind(name, `\`${text}\``, [BinaryOperator]);
}
export const OrOr: TokenType = operator('OrOr', '||');
export const AndAnd: TokenType = operator('AndAnd', '&&');
export const EqualEqual: TokenType = operator('EqualEqual', '==');
export const NotEqual: TokenType = operator('NotEqual', '!=');
export const Less: TokenType = operator('Less', '<');
export const LessEqual: TokenType = operator('LessEqual', '<=');
export const Greater: TokenType = operator('Greater', '>');
export const GreaterEqual: TokenType = operator('GreaterEqual', '>=');
export const Plus: TokenType = operator('Plus', '+');
export const Minus: TokenType = operator('Minus', '-');
export const Star: TokenType = operator('Star', '*');
export const Slash: TokenType = operator('Slash', '/');
export const Percent: TokenType = operator('Percent', '%');
export const QuestionQuestion: TokenType = operator('QuestionQuestion', '??');
export const In: TokenType = kind('In', '`in`', [BinaryOperator, Word]);
export const NotIn: TokenType = operator('NotIn', 'not in');

function mark(name: string, text: string): TokenType {
  return kind(name, `\`${text}\``);
}
export const Bang: TokenType = mark('Bang', '!');
export const Question: TokenType = mark('Question', '?');
export const QuestionDot: TokenType = mark('QuestionDot', '?.');
export const Dot: TokenType = mark('Dot', '.');
export const Comma: TokenType = mark('Comma', ',');
export const Colon: TokenType = mark('Colon', ':');
export const Equal: TokenType = mark('Equal', '=');
export const Arrow: TokenType = mark('Arrow', '->');
export const Pipe: TokenType = mark('Pipe', '|');
export const LeftParen: TokenType = mark('LeftParen', '(');
export const RightParen: TokenType = mark('RightParen', ')');
export const LeftBracket: TokenType = mark('LeftBracket', '[');
export const RightBracket: TokenType = mark('RightBracket', ']');
export const LeftBrace: TokenType = mark('LeftBrace', '{');
export const RightBrace: TokenType = mark('RightBrace', '}');

// ---------------------------------------------------------------- literals

export const IntLiteral: TokenType = kind('IntLiteral', 'a number');
export const UintLiteral: TokenType = kind('UintLiteral', 'a number');
export const FloatLiteral: TokenType = kind('FloatLiteral', 'a number');
export const DurationLiteral: TokenType = kind('DurationLiteral', 'a duration');
export const DateLiteral: TokenType = kind('DateLiteral', 'a date such as 2027-03-31');
export const StringToken: TokenType = kind('StringToken', 'a string');
export const BytesToken: TokenType = kind('BytesToken', 'bytes');
export const RegexToken: TokenType = kind('RegexToken', 're"…"');

/** Text that is no token; the parser never sees it. */
export const Unknown: TokenType = kind('Unknown', 'unknown text');

// ---------------------------------------------------------------- keywords by position

function keyword(word: string, name: string): TokenType {
  return kind(name, `\`${word}\``);
}

/** Words that start a declaration (or the header lines), by spelling. */
export const declarationKeywords: ReadonlyMap<string, TokenType> = new Map(
  [
    'package',
    'import',
    'use',
    'surface',
    'event',
    'type',
    'inventory',
    'threats',
    'crosswalk',
    'provider',
    'set',
    'data',
    'pattern',
    'classifier',
    'fn',
    'discover',
    'detect',
    'defend',
    'exempt',
    'test',
    'pack',
    'apply',
    'deploy',
  ].map((word) => [word, keyword(word, `Declaration_${word}`)]),
);

/** Words that start a clause that says what is done; the others say when, or say something. */
export const actionWords = [
  'block',
  'redact',
  'strip',
  'limit',
  'quarantine',
  'approve',
  'permit',
  'set',
  'alert',
] as const;

/** Words that start a clause of a rule, by spelling. */
export const ruleKeywords: ReadonlyMap<string, TokenType> = new Map(
  [
    'when',
    'find',
    'score',
    'threshold',
    'severity',
    'covers',
    'message',
    'record',
    'flow',
    'mode',
    'until',
    'owner',
    'reason',
    ...actionWords,
  ].map((word) => [word, keyword(word, `Clause_${word}`)]),
);

/** Words that start a part of a test, by spelling. */
export const testKeywords: ReadonlyMap<string, TokenType> = new Map(
  ['given', 'expect'].map((word) => [word, keyword(word, `Test_${word}`)]),
);

/** What a test may expect of a decision. */
export const outcomeNames = [
  'allowed',
  'blocked',
  'alerted',
  'limited',
  'quarantined',
  'needs_approval',
  'malformed',
] as const;

/** `to` between a pack and its surface; a name everywhere else. */
export const To: TokenType = keyword('to', 'Apply_to');

/** Words that start a rule in a pack, by spelling. */
export const ruleVerbs: ReadonlyMap<string, TokenType> = new Map(
  [...declarationKeywords].filter(([word]) => word === 'discover' || word === 'detect' || word === 'defend'),
);

/** Words with a token kind of their own wherever they stand. */
export const fixedWords: ReadonlyMap<string, TokenType> = new Map([
  ['true', True],
  ['false', False],
  ['null', Null],
  ['none', None],
  ['in', In],
  ['on', On],
  ['from', From],
  ['as', As],
  ['at', At],
  ['where', Where],
  ['near', Near],
  ['within', Within],
  ['with', With],
  ['by', By],
  ['per', Per],
  ['on_error', OnError],
  ['via', Via],
  ['not', Not],
  ['is', Is],
  ['file', FileWord],
  ['let', Let],
  ['words', Words],
  ['map', MapWord],
  ['sensitive', Sensitive],
  ['redacted', Redacted],
]);

/** Units that stand at the number, as in `1h30m`. */
export const durationUnits = ['ns', 'us', 'ms', 's', 'm', 'h', 'd'] as const;

/** Units that may follow a number. */
export const unitWords: ReadonlySet<string> = new Set([
  'tokens',
  'requests',
  'usd',
  'B',
  'KB',
  'MB',
  'GB',
  'KiB',
  'MiB',
  'GiB',
]);

/** Every kind, for the parser. */
export const vocabulary: TokenType[] = [
  Word,
  Name,
  QuotedName,
  BinaryOperator,
  ...fixedWords.values(),
  OrOr,
  AndAnd,
  EqualEqual,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  QuestionQuestion,
  NotIn,
  Bang,
  Question,
  QuestionDot,
  Dot,
  Comma,
  Colon,
  Equal,
  Arrow,
  Pipe,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  IntLiteral,
  UintLiteral,
  FloatLiteral,
  DurationLiteral,
  DateLiteral,
  StringToken,
  BytesToken,
  RegexToken,
  Unknown,
  ...declarationKeywords.values(),
  ...ruleKeywords.values(),
  ...testKeywords.values(),
  To,
];
