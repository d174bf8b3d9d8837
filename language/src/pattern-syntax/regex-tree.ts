// The tree of a regular expression after its syntax is gone: sets of code points, sequence, choice, repetition, assertions.
// Groups capture nothing, because only where a match starts and ends is ever asked; the one that is named `match` says just
// that, by two marks. Flags and case are worked out.

/** Code points as `[low, high]` pairs, inclusive, sorted, apart from one another; never a surrogate. */
export type Ranges = readonly (readonly [number, number])[];

export type RegexNode =
  | { readonly kind: 'empty' }
  /** One code point out of a set; of the empty set: never. */
  | { readonly kind: 'set'; readonly ranges: Ranges }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  /** The earlier part is preferred. */
  | { readonly kind: 'choice'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly of: RegexNode;
      readonly min: number;
      /** undefined: without end */
      readonly max: number | undefined;
      readonly greedy: boolean;
    }
  | { readonly kind: 'assert'; readonly what: Assertion };

/**
 * Word characters are ASCII letters, digits and `_`; lines end at `\n`. The marks always hold: what stands between them on the
 * way through the expression is the match, and what stands before and behind it is only asked for.
 */
export type Assertion =
  'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge' | 'match-start' | 'match-end';

/** Code points of the longest match; undefined when there is no bound. */
export function longestMatch(node: RegexNode): number | undefined {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return 0;
    case 'set':
      return 1;
    case 'sequence':
      return node.parts.reduce<number | undefined>((sum, part) => {
        const length = longestMatch(part);
        return sum === undefined || length === undefined ? undefined : sum + length;
      }, 0);
    case 'choice':
      return node.parts.reduce<number | undefined>((most, part) => {
        const length = longestMatch(part);
        return most === undefined || length === undefined ? undefined : Math.max(most, length);
      }, 0);
    case 'repeat': {
      const length = longestMatch(node.of);
      if (length === 0) return 0;
      return length === undefined || node.max === undefined ? undefined : length * node.max;
    }
  }
}

/** How many marks of a match's start are in the expression, and whether one of them is repeated. */
export function countMarks(node: RegexNode): { readonly marks: number; readonly repeated: boolean } {
  switch (node.kind) {
    case 'empty':
    case 'set':
      return { marks: 0, repeated: false };
    case 'assert':
      return { marks: node.what === 'match-start' ? 1 : 0, repeated: false };
    case 'sequence':
    case 'choice': {
      const counts = node.parts.map(countMarks);
      return {
        marks: counts.reduce((sum, { marks }) => sum + marks, 0),
        repeated: counts.some(({ repeated }) => repeated),
      };
    }
    case 'repeat': {
      const { marks } = countMarks(node.of);
      return { marks, repeated: marks > 0 };
    }
  }
}

/** Whether the expression can match nothing at all (assertions count as nothing). */
export function matchesEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return true;
    case 'set':
      return false;
    case 'sequence':
      return node.parts.every(matchesEmpty);
    case 'choice':
      return node.parts.some(matchesEmpty);
    case 'repeat':
      return node.min === 0 || matchesEmpty(node.of);
  }
}
