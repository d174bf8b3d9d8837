// The second opinion on matching: a search through an expression's tree as its definition says, over code points, by
// backtracking that never looks at one place of the expression twice at one place of the text (so it is linear in their
// product). The first way through, in order of preference, is the match. Shares nothing with the byte automaton.

import { type Assertion, matchesEmpty, type RegexNode } from '@rdp/language';

/** Half-open, in code points. */
export interface TextMatch {
  readonly start: number;
  readonly end: number;
}

/** A match, and where the expression ended: that is further where the group `match` says what of it is the match. */
interface Found extends TextMatch {
  readonly reach: number;
}

/** A place in an expression: what is tried here, and what follows. Identity is what counts. */
type Step =
  | { readonly kind: 'done' }
  | { readonly kind: 'node'; readonly node: RegexNode; readonly next: Step }
  /** In order of preference. */
  | { readonly kind: 'fork'; ways: readonly Step[] };

const programs = new WeakMap<RegexNode, Step>();

/** The leftmost match at or after `from`, the preferred one of those that begin there; undefined when there is none. */
export function findFirst(node: RegexNode, text: readonly number[], from: number): TextMatch | undefined {
  const found = searchFrom(node, text, from);
  return found && { start: found.start, end: found.end };
}

function searchFrom(node: RegexNode, text: readonly number[], from: number): Found | undefined {
  const program = programs.get(node) ?? expand(node, { kind: 'done' });
  programs.set(node, program);
  const seen = new Map<Step, Set<number>>();
  for (let start = from; start <= text.length; start++) {
    const found = tryAt(program, text, start, seen);
    if (found) return found;
  }
  return undefined;
}

/** All matches from the left that do not overlap; an empty match is none. */
export function findAll(node: RegexNode, text: readonly number[]): readonly TextMatch[] {
  const found: TextMatch[] = [];
  let from = 0;
  for (;;) {
    const match = searchFrom(node, text, from);
    if (!match) return found;
    const { start, end, reach } = match;
    if (end > start) found.push({ start, end });
    from = end > start ? reach : reach + 1;
  }
}

/** Choices and repetitions become forks, so that a step is a set or an assertion. */
function expand(node: RegexNode, next: Step): Step {
  switch (node.kind) {
    case 'empty':
      return next;
    case 'set':
    case 'assert':
      return { kind: 'node', node, next };
    case 'sequence':
      return node.parts.reduceRight((after, part) => expand(part, after), next);
    case 'choice':
      return { kind: 'fork', ways: node.parts.map((part) => expand(part, next)) };
    case 'repeat': {
      const fork = (into: Step): Step => ({ kind: 'fork', ways: node.greedy ? [into, next] : [next, into] });
      let entry = next;
      let required = node.min;
      if (node.max === undefined) {
        const loop: Step & { readonly kind: 'fork' } = { kind: 'fork', ways: [] };
        const body = expand(node.of, loop);
        loop.ways = node.greedy ? [body, next] : [next, body];
        entry = required > 0 ? body : matchesEmpty(node.of) ? fork(body) : loop;
        required = Math.max(required - 1, 0);
      } else for (let i = node.min; i < node.max; i++) entry = fork(expand(node.of, entry));
      for (let i = 0; i < required; i++) entry = expand(node.of, entry);
      return entry;
    }
  }
}

/** The preferred match that begins at `start`. `seen` has what was tried before, all in vain. */
function tryAt(program: Step, text: readonly number[], start: number, seen: Map<Step, Set<number>>): Found | undefined {
  // A mark is in no repetition, so what was marked last lies on the way that led to the end.
  const marks = new Map<Assertion, number>();
  const open: { readonly step: Step; readonly at: number }[] = [{ step: program, at: start }];
  for (let job = open.pop(); job; job = open.pop()) {
    const { step, at } = job;
    const places = seen.get(step) ?? new Set<number>();
    seen.set(step, places);
    if (places.has(at)) continue;
    places.add(at);
    if (step.kind === 'done')
      return { start: marks.get('match-start') ?? start, end: marks.get('match-end') ?? at, reach: at };
    if (step.kind === 'fork') for (const way of [...step.ways].reverse()) open.push({ step: way, at });
    else if (step.node.kind === 'assert') {
      if (step.node.what === 'match-start' || step.node.what === 'match-end') marks.set(step.node.what, at);
      if (holds(step.node.what, text, at)) open.push({ step: step.next, at });
    } else if (step.node.kind === 'set') {
      const code = text[at];
      if (code !== undefined && step.node.ranges.some(([low, high]) => code >= low && code <= high))
        open.push({ step: step.next, at: at + 1 });
    }
  }
  return undefined;
}

function holds(what: Assertion, text: readonly number[], at: number): boolean {
  switch (what) {
    case 'text-start':
      return at === 0;
    case 'text-end':
      return at === text.length;
    case 'line-start':
      return at === 0 || text[at - 1] === 10;
    case 'line-end':
      return at === text.length || text[at] === 10;
    case 'word-edge':
      return isWord(text[at - 1]) !== isWord(text[at]);
    case 'no-word-edge':
      return isWord(text[at - 1]) === isWord(text[at]);
    case 'match-start':
    case 'match-end':
      return true;
  }
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && code < 0x80 && /^\w$/.test(String.fromCharCode(code));
}
