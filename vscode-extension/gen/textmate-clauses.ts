// Clauses of rules and parts of tests → TextMate rules. A clause's word is one directly inside the braces of its rule, and a name
// anywhere deeper; after an operator it is a name as well.

import { any, include, name, path, type Repository, type Rule, scope, start } from './textmate-rules.ts';
import { actionWords, joiningWords, outcomeWords, ruleWords, testWords } from './token-tables.ts';

const actions: ReadonlySet<string> = new Set(actionWords);

/** Not a key, member access, argument list or operand: what stands behind a word that starts a clause. */
const goesOn = '(?!\\s*(?:[.,)\\]=]|:(?!:)|\\?[.?]|[!=<>]=|&&|\\|\\|))';

/** Rules for what stands in the braces of rules and tests. */
export function clausePatterns(): Repository {
  const word = (text: string): string => `${start}(${text})\\b`;
  const messages: Rule = {
    comment: 'A message behind its word, or behind the status of a block.',
    begin: `${start}(?:(message|alert)|(block)(?:\\s+(\\d+))?|(with))\\s+(?=[rR]?["'])`,
    end: '(?<=["\'])|(?![rR]?["\'])',
    beginCaptures: {
      1: scope('keyword.control.clause'),
      2: scope('keyword.control.action'),
      3: scope('constant.numeric'),
      4: scope('keyword.other'),
    },
    patterns: include('messages'),
  };
  return {
    'clause-words': {
      patterns: [
        { match: `${start}${any(ruleWords.filter((text) => actions.has(text)))}`, ...scope('keyword.control.action') },
        { match: `${start}${any(ruleWords.filter((text) => !actions.has(text)))}`, ...scope('keyword.control.clause') },
      ],
    },
    clauses: {
      patterns: [
        messages,
        {
          match: `${word('severity|mode')}\\s+(${name})`,
          captures: { 1: scope('keyword.control.clause'), 2: scope('constant.other') },
        },
        {
          match: `${word('until')}\\s+(\\d{4}-\\d{2}-\\d{2})(?!\\w)`,
          captures: { 1: scope('keyword.control.clause'), 2: scope('constant.other.date') },
        },
        {
          match: `${word('find')}\\s+(${path}(?:\\s*,\\s*${path})*)\\s+(in)\\b`,
          captures: {
            1: scope('keyword.control.clause'),
            2: { patterns: include('punctuation', 'type-name') },
            3: scope('keyword.other'),
          },
        },
        {
          match: `${word('covers')}\\s+(${path}(?:\\s*,\\s*${path})*)`,
          captures: { 1: scope('keyword.control.clause'), 2: { patterns: include('punctuation', 'type-name') } },
        },
        {
          match: `${word('record')}\\s+(${path})(?=\\s*\\{)`,
          captures: { 1: scope('keyword.control.clause'), 2: { patterns: include('type-name') } },
        },
        {
          match: `${word('redact|strip')}\\s+(${path})`,
          captures: { 1: scope('keyword.control.action'), 2: { patterns: include('type-name') } },
        },
        {
          comment: 'A name that is spelt like a clause, behind a clause that takes an expression.',
          match: `${word('when|limit|score|threshold|quarantine|flow')}\\s+${any(ruleWords)}(?=\\s*(?:[.=<>!]|->|&&|\\|\\||per\\b|by\\b|when\\b))`,
          captures: { 1: { patterns: include('clause-words') }, 2: scope('variable.other') },
        },
        {
          match: `${start}(?:${ruleWords.join('|')})\\b${goesOn}`,
          captures: { 0: { patterns: include('clause-words') } },
        },
        {
          match: `${start}(on_error)\\s+(${name})`,
          captures: { 1: scope('keyword.other'), 2: scope('constant.other') },
        },
        {
          comment: 'Words between the parts of a clause.',
          match: `${start}${any([...joiningWords, 'in'])}(?=\\s+[\\w"'\\[(.])(?!\\s+(?:in|not|is)\\b)`,
          ...scope('keyword.other'),
        },
      ],
    },
    'test-parts': {
      patterns: [
        {
          match: `${word('given')}\\s+(file)\\b(?=\\s*["'])`,
          captures: { 1: scope('keyword.control.test'), 2: scope('keyword.other') },
        },
        { match: `${start}${any(testWords)}(?=\\s*[\\w{])`, ...scope('keyword.control.test') },
        {
          match: `${start}(as)\\s+(${path})`,
          captures: { 1: scope('keyword.other'), 2: { patterns: include('type-name') } },
        },
        { match: `${start}(not|redacted)\\b(?=\\s+\\w)`, ...scope('keyword.other') },
        {
          match: `${start}(${outcomeWords.join('|')})\\b(?:\\s+(by)\\s+(${path}))?`,
          captures: { 1: scope('constant.other'), 2: scope('keyword.other'), 3: { patterns: include('type-name') } },
        },
        { match: `${start}(by)\\b(?=\\s+\\w)`, ...scope('keyword.other') },
      ],
    },
  };
}
