// A place in a file → the ranges that widen around it: word, text without its quotes, expression, clause, declaration, file.

import { pathTo, type Workspace } from '@rdp/language';

export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The ranges around `offset`, the innermost first; each is wider than the one ahead of it. */
export function selectionsAt(snapshot: Workspace, path: string, offset: number): readonly Extent[] {
  const parsed = snapshot.parsed(path);
  if (parsed === undefined) return [];
  const { ast, tokens, comments, file } = parsed;
  const ranges: Extent[] = [{ start: 0, end: file.text.length }, ...pathTo(ast, offset)];
  for (const { start, end } of comments) if (covers({ start, end }, offset)) ranges.push({ start, end });
  for (const { startOffset, endOffset, tokenType } of tokens) {
    const word = { start: startOffset, end: endOffset + 1 };
    if (!covers(word, offset)) continue;
    ranges.push(word);
    const inner =
      tokenType.name === 'StringToken' || tokenType.name === 'RegexToken' ? withoutQuotes(file.text, word) : word;
    if (covers(inner, offset)) ranges.push(inner);
  }
  const sorted = ranges
    .filter((range) => range.end > range.start && covers(range, offset))
    .toSorted((a, b) => a.end - a.start - (b.end - b.start));
  // A range that only overlaps the one inside of it widens nothing.
  return sorted.reduce<Extent[]>((kept, range) => {
    const inner = kept.at(-1);
    const isWider =
      inner === undefined ||
      (range.start <= inner.start && range.end >= inner.end && range.end - range.start > inner.end - inner.start);
    return isWider ? [...kept, range] : kept;
  }, []);
}

function covers({ start, end }: Extent, offset: number): boolean {
  return start <= offset && offset <= end;
}

function withoutQuotes(text: string, { start, end }: Extent): Extent {
  const image = text.slice(start, end);
  const [, head = ''] = /^([a-z]*(?:"""|'''|"|'))/i.exec(image) ?? [];
  const quotes = head.replace(/^[a-z]*/i, '');
  return { start: start + head.length, end: image.endsWith(quotes) ? end - quotes.length : end };
}
