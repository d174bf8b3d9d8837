// One proposal of completion, as plain data, and how proposals are ranked. What takes time to say is said when it is asked for.

import type { Span, TextEdit } from '@rdp/language';

export type CompletionKind =
  | 'constant'
  | 'event'
  | 'field'
  | 'function'
  | 'keyword'
  | 'kind'
  | 'method'
  | 'package'
  | 'property'
  | 'rule'
  | 'snippet'
  | 'text'
  | 'type'
  | 'unit'
  | 'value'
  | 'variable';

/**
 * How near a proposal is to what is wanted: of the wanted type, known only here, declared in the policy, part of the
 * language, to be imported first.
 */
export type Rank = 'wanted' | 'near' | 'declared' | 'language' | 'far';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly rank: Rank;
  /** Its type, or what it is. */
  readonly detail: string;
  /** What is written; `snippet` has places to fill in, `$1`, `${2:name}`, `$0`. */
  readonly insert: { readonly kind: 'text' | 'snippet'; readonly text: string };
  /** Edits elsewhere that come with it: an import, a `?`. */
  readonly also: readonly TextEdit[];
  /** In Markdown; made when it is asked for. */
  readonly document: () => string | undefined;
}

/** The proposals at a place, and the word that each of them replaces. */
export interface Completions {
  readonly replace: Span;
  readonly items: readonly Completion[];
}

/** A proposal of which `known` is known; it inserts its label unless that says otherwise. */
export function propose(
  label: string,
  kind: CompletionKind,
  known: {
    readonly rank: Rank;
    readonly detail?: string;
    readonly text?: string;
    readonly snippet?: string;
    readonly also?: readonly TextEdit[];
    readonly document?: () => string | undefined;
  },
): Completion {
  const { snippet, text } = known;
  return {
    label,
    kind,
    rank: known.rank,
    detail: known.detail ?? '',
    insert: snippet === undefined ? { kind: 'text', text: text ?? label } : { kind: 'snippet', text: snippet },
    also: known.also ?? [],
    document: known.document ?? (() => undefined),
  };
}
