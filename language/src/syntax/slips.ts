// What is written out of habit from other languages, and what it is here: help, and the fix where there is one meaning only.
// INVARIANT: advice only; what is a fault stays one, and what is none is read as it stands.

import type { IToken } from 'chevrotain';
import type { DiagnosticExtra } from '../diagnostics/catalog.ts';
import type { Fix } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import * as t from './tokens.ts';
import { tokenEnd } from './tokens.ts';

/** Characters that mean nothing here, with what follows of the slip: up to where it goes, and advice. */
export function slipAt(
  file: SourceFile,
  text: string,
  at: number,
): { readonly end: number; readonly extra: DiagnosticExtra } | undefined {
  const span = (end: number): Fix['edits'][number]['span'] => ({ file, start: at, end });
  const mark = text.charAt(at);
  switch (mark) {
    case ';':
      return {
        end: at + 1,
        extra: {
          help: 'clauses, settings and declarations end without a sign',
          fixes: [{ title: 'remove the `;`', safety: 'safe', edits: [{ span: span(at + 1), text: '' }] }],
        },
      };
    case '#': {
      const end = text.indexOf('\n', at);
      return {
        end: end < 0 ? text.length : end,
        extra: {
          help: 'a comment begins with `//`',
          fixes: [{ title: 'write `//`', safety: 'safe', edits: [{ span: span(at + 1), text: '//' }] }],
        },
      };
    }
    case '&':
      return { end: at + 1, extra: { help: 'the operator is `&&`' } };
    case '“':
    case '”':
    case '„':
    case '‘':
    case '’':
      return { end: at + 1, extra: { help: 'texts stand in straight quotes: `"…"`' } };
    default:
      return undefined;
  }
}

/** Words of other languages that start a clause, by the clause that they are meant as. */
const clauseWords: ReadonlyMap<string, string> = new Map([
  ['if', 'when'],
  ['where', 'when'],
  ['condition', 'when'],
  ['deny', 'block'],
  ['reject', 'block'],
  ['forbid', 'block'],
  ['allow', 'permit'],
  ['search', 'find'],
  ['match', 'find'],
  ['mask', 'redact'],
  ['priority', 'severity'],
  ['level', 'severity'],
  ['description', 'message'],
  ['msg', 'message'],
  ['warn', 'alert'],
  ['assert', 'expect'],
  ['input', 'given'],
]);

/** Words of other languages that start a declaration, by the declaration that they are meant as. */
const declarationWords: ReadonlyMap<string, string> = new Map([
  ['const', 'set'],
  ['var', 'set'],
  ['function', 'fn'],
  ['func', 'fn'],
  ['def', 'fn'],
  ['include', 'import'],
  ['require', 'import'],
  ['module', 'package'],
  ['namespace', 'package'],
  ['regex', 'pattern'],
  ['struct', 'type'],
  ['rule', 'defend'],
  ['deny', 'defend'],
  ['policy', 'defend'],
]);

/** The clause that `word` is in another language, if it is one of `known`. */
export function clauseMeant(word: string, known: ReadonlyMap<string, unknown>): string | undefined {
  const meant = clauseWords.get(word);
  return meant !== undefined && known.has(meant) ? meant : undefined;
}

/** The declaration that `word` starts in another language. */
export function declarationMeant(word: string): string | undefined {
  return declarationWords.get(word);
}

/** Words and signs of other languages by the operator that they are meant as. */
export const operatorWords: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['=', '=='],
  ['|', '||'],
]);

const clauseKinds: ReadonlySet<unknown> = new Set([...t.ruleKeywords.values(), ...t.testKeywords.values()]);

/** A place where the grammar was not met: what stands there, behind what, and what was expected. */
interface Fault {
  readonly expected: string;
  readonly token: IToken;
  readonly previous: IToken;
}

/** What to do about a fault of the grammar, where it is a habit from elsewhere. */
export function slipOfFault(file: SourceFile, { token, previous, expected }: Fault): DiagnosticExtra {
  const span = { file, start: token.startOffset, end: tokenEnd(token) };
  const fix = (title: string, text: string, safety: Fix['safety']): Fix => ({ title, safety, edits: [{ span, text }] });
  const sign = token.image === ':' || token.image === '=';
  if (sign && clauseKinds.has(previous.tokenType)) {
    const help = `what belongs to \`${previous.image}\` follows it without a \`${token.image}\``;
    return { help, fixes: [fix(`remove the \`${token.image}\``, '', 'safe')] };
  }
  if (sign && expected.startsWith('a setting')) {
    const help = `a setting has its value behind its name, without a \`${token.image}\``;
    return { help, fixes: [fix(`remove the \`${token.image}\``, '', 'safe')] };
  }
  if (token.tokenType === t.StringToken) return slipOfString(token.image, { previous: previous.image, expected, fix });
  if (previous.image === 'not') return { help: 'the operator is `!`: `!condition`' };
  if (previous.image === '==' && token.image === '=') return { help: 'the operator is `==`' };
  if (previous.image === '<' && token.image === '>') return { help: 'the operator is `!=`' };
  const operator = /clause|`\)`|the end/.test(expected) ? operatorWords.get(token.image) : undefined;
  return operator === undefined ? {} : { help: `the operator is \`${operator}\`` };
}

/** A text where a name or a regular expression stands. */
function slipOfString(
  image: string,
  at: {
    readonly previous: string;
    readonly expected: string;
    readonly fix: (title: string, text: string, safety: Fix['safety']) => Fix;
  },
): DiagnosticExtra {
  const { previous, expected, fix } = at;
  if (expected.startsWith('re"')) {
    const regex = `re"${image.replaceAll(/^['"]+|['"]+$/g, '')}"`;
    const help = `a regular expression is written ${regex}; texts to look for as they stand, \`words [${image}]\``;
    return { help, fixes: [fix(`write \`${regex}\``, regex, 'unsafe')] };
  }
  const inner = image.slice(1, -1);
  if (expected !== 'a name' || !/^[A-Za-z_][\w.]*$/.test(inner)) return {};
  return { help: `write \`${previous} ${inner}\`, without quotes`, fixes: [fix(`write \`${inner}\``, inner, 'safe')] };
}
