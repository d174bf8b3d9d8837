// From a rule's finds to its matches: places in the document, sorted, each once. A text that does not stand in the document
// (the default of a field that is missing) has no places, so no matches.

import type { CorePattern, CoreRule, CoreView } from '@rdp/language';
import { viewOf } from '../../pattern/normalize-text.ts';
import type { TextMatch } from '../../pattern/search-text.ts';
import { compareText } from './compare-values.ts';
import { type Context, evaluate, whereOf } from './evaluate.ts';
import { candidatesOf } from './find.ts';
import { decodeCharAt } from './json-scan.ts';
import type { FoundMatch } from './rule-outcome.ts';
import { fail, type Origin, type StringValue } from './value.ts';

/** The matches of all finds of `rule` in the document `bytes`; raises `EvaluationError`. */
export function findMatches(rule: CoreRule, bytes: Uint8Array, ctx: Context): readonly FoundMatch[] {
  const found: FoundMatch[] = [];
  for (const find of rule.finds) {
    const texts = evaluate(find.texts, ctx);
    for (const text of texts.kind === 'list' ? texts.items : fail('no_such_overload')) {
      if (text.kind !== 'string' || !text.origin) continue;
      for (const pattern of find.patterns)
        for (const { start, end } of spansIn(find.view, text.value, pattern, whereOf(pattern, ctx)))
          found.push(place(pattern.kind, text, text.origin, bytes, start, end));
    }
  }
  found.sort((a, b) => a.from - b.from || a.to - b.to || compareText(a.kind, b.kind));
  return found.filter((match, i) => {
    const before = found[i - 1];
    return !before || before.from !== match.from || before.to !== match.to || before.kind !== match.kind;
  });
}

/** The places of a pattern in a text: those of the text that a match in its view stands for. */
function spansIn(
  view: CoreView,
  text: string,
  pattern: CorePattern,
  where: ((match: string) => boolean) | undefined,
): readonly TextMatch[] {
  if (view === 'plain') return candidatesOf(pattern, text, where);
  const { points, places } = viewOf(text, view);
  return candidatesOf(pattern, points.map((code) => String.fromCodePoint(code)).join(''), where).flatMap((match) => {
    const covered = places.slice(match.start, match.end);
    const start = covered.reduce((least, { from }) => Math.min(least, from), Number.MAX_SAFE_INTEGER);
    const end = covered.reduce((most, { to }) => Math.max(most, to), 0);
    return start < end ? [{ start, end }] : [];
  });
}

function place(
  kind: string,
  text: StringValue,
  origin: Origin,
  bytes: Uint8Array,
  start: number,
  end: number,
): FoundMatch {
  const part = [...text.value].slice(start, end).join('');
  const [from, to] = [byteOf(origin, bytes, start), byteOf(origin, bytes, end)];
  return { kind, path: origin.path, start, end, from, to, text: part };
}

/** The byte at which code point `index` of a string stands in the document. */
function byteOf(origin: Origin, bytes: Uint8Array, index: number): number {
  let at = origin.start;
  for (let i = 0; i < index; i++) at += decodeCharAt(bytes, at)?.length ?? 1;
  return at;
}
