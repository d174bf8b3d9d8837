// Which kind an object is of, from the values of its discriminating fields: the narrowest that rules name.

import { tagOfExchange } from '@rdp/language';
import type { UnionLayout } from '../ir.ts';

/** The kind; undefined when it is none that a rule names. `values`: of the discriminators, numbers in decimal. */
export function chooseVariant(
  { union, variants }: UnionLayout,
  values: ReadonlyMap<string, string>,
): UnionLayout['variants'][number] | undefined {
  const texts = union.discriminators.map((name) => values.get(name) ?? '');
  let tag = union.choice ? tagOfExchange(union.choice, texts) : texts;
  for (; tag.length > 0; tag = tag.slice(0, -1)) {
    const found = variants.find(({ variant }) => isTag(variant.tag, tag));
    if (found) return found;
  }
  return undefined;
}

/** Whether what has the tag `narrow` is also of the kind with the tag `wide`. */
export function isWithin(narrow: readonly string[], wide: readonly string[]): boolean {
  return isTag(narrow.slice(0, wide.length), wide);
}

function isTag(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}
