// The native scanners that benches compare with, as TypeScript sees them; `bench/peers` has their sources.

import { nativePeer, type Available } from '../native-peer.ts';
import { gitleaksRules, type SecretRule } from './gitleaks-rules.ts';
import type { Span } from './pattern-policy.ts';

/** A compiled set of expressions inside a peer. */
export type Handle = number & { readonly handle: unique symbol };

/** Results: number of the expression, begin, end in bytes; three items a match. What has no room is counted, not written. */
export type Room = Uint32Array;

export interface Hyperscan {
  /** Indices of the expressions that it compiles; `spans` 1 for begins of matches too, 0 for ends alone. */
  readonly usable: (expressions: readonly string[], spans: 0 | 1) => readonly number[];
  readonly compile: (expressions: readonly string[], spans: 0 | 1) => Handle;
  readonly release: (handle: Handle) => void;
  /** Number of matches. All ends of a match are reported, not only the last. */
  readonly scan: (handle: Handle, text: Uint8Array, room: Room) => number;
}

export interface Re2 {
  readonly compile: (expressions: readonly string[]) => Handle;
  /** How many expressions occur. */
  readonly occurring: (handle: Handle, text: Uint8Array) => number;
  /** Matches of those that occur. */
  readonly spans: (handle: Handle, text: Uint8Array, room: Room) => number;
  /** Matches of each expression by itself. */
  readonly oracle: (handle: Handle, text: Uint8Array, room: Room) => number;
}

/** Hyperscan, built from Debian's package. */
export function hyperscan(): Available<Hyperscan> {
  return nativePeer({ name: 'hyperscan', library: { debian: 'libhyperscan-dev', link: 'hs' } });
}

/** RE2, built from Debian's package. */
export function re2(): Available<Re2> {
  return nativePeer({ name: 're2', library: { debian: 'libre2-dev', link: 're2' } });
}

/** What is missing of these, if anything. */
export function missing(...wanted: readonly (() => Available<unknown>)[]): string | undefined {
  const needs = wanted.map((get) => get()).flatMap((got) => (got.kind === 'missing' ? [got.needs] : []));
  return needs.length === 0 ? undefined : needs.join(' and ');
}

/** What `needs` has shown to be there. */
export function present<T>(available: Available<T>): T {
  if (available.kind === 'missing') throw new Error(`needs ${available.needs}`);
  return available.peer;
}

/** The rules of gitleaks. */
export function rules(): readonly SecretRule[] {
  return present(gitleaksRules());
}

/** Room for many matches. */
export function roomForMatches(): Room {
  return new Uint32Array(3 << 20);
}

/** The matches in `room`, as ours are told. */
export function spansIn(room: Room, count: number): readonly Span[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: `p${room[i * 3]}`,
    start: room[i * 3 + 1] ?? 0,
    end: room[i * 3 + 2] ?? 0,
  }));
}

/** Spans as sorted texts, to compare. */
export function spanList(spans: readonly Span[]): readonly string[] {
  return spans.map(({ kind, start, end }) => `${kind.slice(kind.lastIndexOf('.') + 1)} ${start}-${end}`).toSorted();
}

/** Throws where two lists of spans differ. */
export function sameSpans(what: string, ours: readonly string[], theirs: readonly string[]): void {
  const here = new Set(ours);
  const there = new Set(theirs);
  const extra = ours.filter((span) => !there.has(span));
  const lacking = theirs.filter((span) => !here.has(span));
  if (extra.length > 0 || lacking.length > 0)
    throw new Error(
      `${what}: ours alone ${extra.slice(0, 5).join(', ')}; theirs alone ${lacking.slice(0, 5).join(', ')}`,
    );
}
