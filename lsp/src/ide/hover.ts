// A place → what is to be said of what stands there: a name, a word of the language, a part of a regular expression.

import type { Span } from '@rdp/language';
import { keywordDoc } from './keyword-docs.ts';
import { regexPartAt } from './regex-parts.ts';
import { settingDoc } from './setting-docs.ts';
import { code, markdownOf, showSymbol } from './show-symbol.ts';
import type { At, OpenPlace } from './symbol-at.ts';
import { openPlace } from './symbol-at.ts';

/** Text in Markdown about a range. */
export interface Hover {
  readonly span: Span;
  readonly markdown: string;
  /** The rule that the name stands for, `shop.checkout.StopSecrets`: of it a compile says more. */
  readonly rule?: string;
}

/** What there is to say of what stands at a place. */
export function hoverAt(at: At): Hover | undefined {
  const place = openPlace(at);
  if (place === undefined) return undefined;
  const { inspector, unit, offset } = place;
  const name = inspector.nameAt(unit, offset);
  if (name) {
    const span = { file: unit.file, start: name.start, end: name.end };
    const { kind, container } = name.symbol;
    const rule = kind === 'rule' ? { rule: `${container}.${name.symbol.name}` } : {};
    return { span, markdown: markdownOf(showSymbol(inspector, name.symbol)), ...rule };
  }
  return regexHover(place) ?? wordHover(place, at);
}

function regexHover({ unit, offset }: OpenPlace): Hover | undefined {
  const part = regexPartAt(unit, offset);
  if (part === undefined) return undefined;
  const { start, end } = part;
  return { span: { file: unit.file, start, end }, markdown: part.doc };
}

function wordHover(place: OpenPlace, { snapshot, path }: At): Hover | undefined {
  const { unit, offset } = place;
  const tokens = snapshot.parsed(path)?.tokens ?? [];
  const token = tokens.find(({ startOffset, endOffset }) => startOffset <= offset && offset <= endOffset + 1);
  if (token === undefined || !/^[a-z_]\w*$/.test(token.image)) return undefined;
  const doc = settingDoc(place) ?? keywordDoc(token.image);
  if (doc === undefined) return undefined;
  const span = { file: unit.file, start: token.startOffset, end: token.endOffset + 1 };
  return { span, markdown: `${code(token.image)}\n\n${doc}` };
}
