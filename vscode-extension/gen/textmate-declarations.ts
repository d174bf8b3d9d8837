// Declarations → TextMate rules: each is a region from its word to where its body ends, so that words inside mean what they mean there.
// A declaration at the left margin ends every region, so that a brace that is missing spoils one declaration and no more.

import { any, include, name, path, type Repository, type Rule, scope, start } from './textmate-rules.ts';
import { declarationWords, typeWords, verbs } from './token-tables.ts';

/** The left margin with a declaration on it; `set` is a clause as well, and unindented ones there are. */
export const nextDeclaration: string = `^(?=(?:${declarationWords.filter((word) => word !== 'set').join('|')})\\s+["\\w])`;

/** Rules for whatever stands outside of all braces. */
export function declarationPatterns(): Repository {
  const word = (text: string): string => `${start}(${text})\\s+`;
  const declaration = { 1: scope('storage.type') };
  const block = (inside: string): Rule => braces(include('comments', inside, 'expression'));
  /** From a declaration's word to behind its braces. */
  const region = (begin: string, captures: Rule['captures'], patterns: readonly Rule[]): Rule => ({
    begin,
    end: `(?<=\\})|${nextDeclaration}|(?=^\\S)`,
    beginCaptures: { ...declaration, ...captures },
    patterns: [...include('comments'), ...patterns],
  });
  const on: Rule = {
    match: `${start}(on)\\s+(${name})(?:\\s*(\\.)\\s*(${name}))?`,
    captures: {
      1: scope('keyword.other'),
      2: scope('entity.name.type'),
      3: scope('punctuation.accessor'),
      4: scope('entity.name.type'),
    },
  };
  const fieldsOf = (text: string): Rule =>
    region(`${word(text)}(${name})(?=\\s*(?:\\{|on\\b|$))`, { 2: scope('entity.name.type') }, [
      on,
      { match: `${start}(at)\\b`, ...scope('keyword.other') },
      block('fields'),
      ...include('strings'),
    ]);
  return {
    declarations: {
      patterns: [
        {
          match: `^\\s*(package|import)\\s+(${path})(?:\\s+(as)\\s+(${name}))?`,
          captures: {
            1: scope('keyword.control.import'),
            2: { patterns: include('namespace') },
            3: scope('keyword.other'),
            4: scope('entity.name.namespace'),
          },
        },
        {
          match: `${word('use')}(${name})(?=\\s*["'])`,
          captures: { 1: scope('keyword.control.import'), 2: scope('constant.other') },
        },
        region(`${word(verbs.join('|'))}(${name})(?=\\s*(?:on\\b|$))`, { 2: scope('entity.name.type') }, [
          on,
          block('clauses'),
        ]),
        region(`${word('exempt')}(${path})(?=\\s*(?:\\{|$))`, { 2: { patterns: include('type-name') } }, [
          block('clauses'),
        ]),
        region(`${word('test')}(?=["'])`, {}, [...include('strings'), on, block('test-parts')]),
        region(`${word('pack')}(${name})(?=\\s*(?:[({]|on\\b|$))`, { 2: scope('entity.name.type') }, [
          parameters(),
          on,
          braces(include('comments', 'declarations', 'expression')),
        ]),
        {
          begin: `${word('apply')}(${path})\\s+(to)\\s+(${name})(?:\\s+(as)\\s+(${name}))?`,
          end: `(?<=\\})|$|${nextDeclaration}`,
          beginCaptures: {
            ...declaration,
            2: { patterns: include('type-name') },
            3: scope('keyword.other'),
            4: scope('entity.name.type'),
            5: scope('keyword.other'),
            6: scope('entity.name.type'),
          },
          patterns: [...include('comments'), block('settings')],
        },
        fieldsOf('event|inventory'),
        fieldsOf('type'),
        {
          begin: `${word('type')}(${name})\\s*(=)`,
          end: '$',
          beginCaptures: { ...declaration, 2: scope('entity.name.type'), 3: scope('keyword.operator.assignment') },
          patterns: include('comments', 'types'),
        },
        {
          begin: `${word('fn')}(${name})(?=\\s*(?:\\(|$))`,
          end: '(?<!=)(?==(?!=))|^(?=\\S)',
          beginCaptures: { ...declaration, 2: scope('entity.name.function') },
          patterns: [...include('comments'), parameters(), ...include('annotation')],
        },
        {
          begin: `${word('set|data')}(${name})(?=\\s*:)`,
          end: `(?<![=!<>])(?==(?!=))|(?=\\bfrom\\b)|$`,
          beginCaptures: { ...declaration, 2: scope('variable.other.constant') },
          patterns: include('comments', 'annotation'),
        },
        {
          match: `${word('set|pattern|classifier')}(${name})(?=\\s*(?:=|from\\b))`,
          captures: { ...declaration, 2: scope('variable.other.constant') },
        },
        region(
          `${word('surface')}(${name})\\s*(:)\\s*(${name})`,
          { 2: scope('entity.name.type'), 3: scope('punctuation.separator'), 4: scope('support.type') },
          [block('settings')],
        ),
        region(`${word('provider')}(${name})(?=\\s*(?:\\{|$))`, { 2: scope('entity.name.type') }, [block('settings')]),
        region(`${word('deploy')}(${name})(?=\\s*(?:\\{|$))`, { 2: scope('entity.name.type') }, [block('settings')]),
        region(`${word('threats|crosswalk')}(${path})`, { 2: { patterns: include('type-name') } }, [
          braces([...include('comments', 'strings', 'punctuation'), { match: name, ...scope('constant.other') }]),
          ...include('punctuation', 'type-name'),
        ]),
        {
          comment: 'Parts of patterns, classifiers and data, which have no braces.',
          patterns: [
            { match: `${start}(from)\\b(?=\\s*["'])`, ...scope('keyword.other') },
            { match: `${start}(where)\\b(?=\\s*[\\w!(])`, ...scope('keyword.other') },
            { match: `${start}(near)\\b(?=\\s*["'])`, ...scope('keyword.other') },
            { match: `${start}(within)\\b(?=\\s+\\d)`, ...scope('keyword.other') },
            { match: `${start}(words)\\b(?=\\s*\\[)`, ...scope('keyword.other') },
          ],
        },
      ],
    },
    fields: {
      patterns: [
        {
          match: `${start}(let)\\s+(?=${name}\\s*:)`,
          captures: { 1: scope('keyword.other') },
        },
        {
          match: `${start}(at)\\b(?=\\s*["'])`,
          ...scope('keyword.other'),
        },
        {
          begin: `${start}(${name})\\s*(?=:)`,
          end: `(?=[,=}])|(?=\\bat\\s*["'])|(?=\\b${name}\\s*:)|$`,
          beginCaptures: { 1: scope('variable.other.property') },
          patterns: include('comments', 'annotation'),
        },
      ],
    },
    annotation: {
      comment: 'A type behind `:` or `->`.',
      begin: ':|->',
      end: `(?=[,=)}])|(?=\\b(?:at|from)\\s*["'])|(?=//)|(?=\\b${name}\\s*:)|$`,
      beginCaptures: { 0: scope('punctuation.separator.type') },
      patterns: include('types'),
    },
    types: {
      patterns: [
        { match: `${start}(sensitive)\\b(?=\\s*[\\w\\[])`, ...scope('storage.modifier') },
        { match: '\\?', ...scope('keyword.operator.optional') },
        { match: '>', ...scope('keyword.operator') },
        {
          begin: '<',
          end: '>|$',
          beginCaptures: { 0: scope('punctuation.definition.typeparameters.begin') },
          endCaptures: { 0: scope('punctuation.definition.typeparameters.end') },
          patterns: [{ match: ',', ...scope('punctuation.separator.comma') }, ...include('types')],
        },
        {
          begin: '\\[',
          end: '\\]|$',
          beginCaptures: { 0: scope('punctuation.section.brackets.begin') },
          endCaptures: { 0: scope('punctuation.section.brackets.end') },
          patterns: include('types'),
        },
        { match: `${start}${any(typeWords)}(?!\\s*\\.)`, ...scope('support.type') },
        ...include('type-name'),
      ],
    },
    namespace: {
      patterns: [
        { match: '\\.', ...scope('punctuation.accessor') },
        { match: name, ...scope('entity.name.namespace') },
      ],
    },
    settings: {
      comment: 'Settings, the mappings of providers, and who enforces a surface.',
      patterns: [
        {
          match: `${start}(map)\\s+(${name})(?=\\s*\\{)`,
          captures: { 1: scope('keyword.other'), 2: scope('entity.name.type') },
        },
        {
          match: `${start}(${name})\\s+(via)\\s+(${name})`,
          captures: { 1: scope('entity.name.type'), 2: scope('keyword.other'), 3: scope('support.type') },
        },
        {
          comment: 'The first word of a line, or behind a brace or comma.',
          match: `(?:^\\s*|(?<=[{,])\\s*)(?!map\\s+${name}\\s*\\{|${name}\\s+via\\b)(${name})(?=\\s+[\\w"'\\[{-]|\\s*$|\\s*[,}])`,
          captures: { 1: scope('variable.other.property') },
        },
        { ...braces(include('comments', 'settings', 'expression')) },
      ],
    },
  };

  function parameters(): Rule {
    return {
      begin: '\\(',
      end: `\\)|${nextDeclaration}`,
      beginCaptures: { 0: scope('punctuation.section.parens.begin') },
      endCaptures: { 0: scope('punctuation.section.parens.end') },
      patterns: [
        ...include('comments'),
        { match: `(${name})\\s*(?=:)`, captures: { 1: scope('variable.parameter') } },
        ...include('annotation', 'expression'),
      ],
    };
  }
}

/** A region in braces. */
function braces(patterns: readonly Rule[]): Rule {
  return {
    begin: '\\{',
    end: `\\}|${nextDeclaration}`,
    beginCaptures: { 0: scope('punctuation.section.block.begin') },
    endCaptures: { 0: scope('punctuation.section.block.end') },
    patterns,
  };
}
