// An expression as it is looked for in normalised views: a character that it writes out is read as the view reads texts, and
// a letter in any case. A set of more characters than a letter has forms stays what it is, so that `[A-Z]{2}` still asks for
// capitals; views hold few characters that it could miss.

import type { RegexNode } from '@rdp/language';
import { twinOf } from './view-table.ts';

/** A letter in its cases and with those that fold to the same; also what `[xX]` is. */
const most = 4;

/** `node` for views. */
export function treeInView(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return node;
    case 'set':
      return setInView(node);
    case 'sequence':
    case 'choice':
      return { ...node, parts: node.parts.map(treeInView) };
    case 'repeat':
      return { ...node, of: treeInView(node.of) };
  }
}

function setInView(node: RegexNode & { readonly kind: 'set' }): RegexNode {
  const size = node.ranges.reduce((total, [low, high]) => total + high - low + 1, 0);
  if (size > most) return node;
  const single = new Set<number>();
  const longer = new Map<string, RegexNode>();
  for (const [low, high] of node.ranges)
    for (let code = low; code <= high; code++) {
      const twin = twinOf(code);
      const [first] = twin === 'mark' ? [] : twin;
      if (first === undefined) longer.set('', { kind: 'empty' });
      else if (twin.length === 1) for (const form of casesOf(first)) single.add(form);
      else if (twin !== 'mark')
        longer.set(twin.join(), { kind: 'sequence', parts: twin.map((part) => setOf(casesOf(part))) });
    }
  const parts = [...(single.size > 0 ? [setOf([...single])] : []), ...longer.values()];
  const [only] = parts;
  return only && parts.length === 1 ? only : { kind: 'choice', parts };
}

function setOf(codes: readonly number[]): RegexNode {
  const ranges: [number, number][] = [];
  for (const code of codes.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return { kind: 'set', ranges };
}

/** A character and its other cases. */
function casesOf(code: number): readonly number[] {
  const char = String.fromCodePoint(code);
  const forms = [char, char.toLowerCase(), char.toUpperCase()].filter((form) => [...form].length === 1);
  return [...new Set(forms.map((form) => form.codePointAt(0) ?? code))];
}
