// How a policy is coloured before the language server has looked at it: words of the lexer's own tables, as Monaco's tokenizer takes
// them. The server's semantic tokens come on top.

import type { languages } from 'monaco-editor/editor';
import words from 'rdp:words';

/** A tokenizer for policies. */
export const rdpTokens: languages.IMonarchLanguage = {
  declarations: words.declarations,
  clauses: words.clauses,
  joining: words.joining,
  reserved: words.reserved,
  units: words.units,
  tokenizer: {
    root: [
      [/\/\/\/.*$/, 'comment.doc'],
      [/\/\/.*$/, 'comment'],
      [/re"/, { token: 'regexp', next: '@regex' }],
      [/"/, { token: 'string', next: '@text' }],
      [/\bowasp(?:\.\w+)+/, 'constant'],
      [/\d[\d_]*(?:\.\d+)?(?:[smhd]|[KMG]i?B)?\b/, 'number'],
      [
        /^(\s*)([a-z_]\w*)/,
        ['', { cases: { '@declarations': 'keyword', '@clauses': 'keyword.clause', '@default': 'identifier' } }],
      ],
      [/[a-z_]\w*(?=\()/, { cases: { '@joining': 'keyword.clause', '@default': 'function' } }],
      [
        /[a-z_]\w*/,
        {
          cases: {
            '@reserved': 'constant',
            '@joining': 'keyword.clause',
            '@units': 'number',
            '@declarations': 'keyword',
            '@default': 'identifier',
          },
        },
      ],
      [/[A-Z]\w*/, 'type'],
      [/->|&&|\|\||[=!<>]=|[<>!+\-*/%?:|]/, 'operator'],
      [/[{}()[\],.]/, 'delimiter'],
    ],
    text: [
      [/\\./, 'string.escape'],
      [/\{[^}"]*\}/, 'string.hole'],
      [/[^"\\{]+/, 'string'],
      [/"/, { token: 'string', next: '@pop' }],
      [/./, 'string'],
    ],
    regex: [
      [/\\./, 'regexp.escape'],
      [/[()[\]{}|*+?^$]/, 'regexp.mark'],
      [/[^"\\()[\]{}|*+?^$]+/, 'regexp'],
      [/"/, { token: 'regexp', next: '@pop' }],
    ],
  },
};

/** JSON and YAML alike: keys, texts, numbers, words. */
export const documentTokens: languages.IMonarchLanguage = {
  tokenizer: {
    root: [
      [/#.*$/, 'comment'],
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'key'],
      [/"(?:[^"\\]|\\.)*"?/, 'string'],
      [/'[^']*'/, 'string'],
      [/[\w./-]+(?=:(?:\s|$))/, 'key'],
      [/\b(?:true|false|null)\b/, 'constant'],
      [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s,\]}]|$)/, 'number'],
      [/[\w@./-]+/, 'identifier'],
      [/[{}[\],:]/, 'delimiter'],
    ],
  },
};
