// Where decisions are written down, as a port.
//
// INVARIANT: an entry has no text that a rule matched, no text of the document but facts and records, which cannot be sensitive.

/** Values of an entry; members that are undefined are left out. */
export type DecisionEntry = Readonly<Record<string, unknown>>;

export interface DecisionLog {
  /** Resolves when the entry is out of this process (`kept`), or will not be (`lost`). */
  readonly write: (entry: DecisionEntry) => Promise<'kept' | 'lost'>;
  /** Entries that were lost. */
  readonly lost: () => number;
  /** Writes what waits, for at most `milliseconds`, and ends. */
  readonly close: (milliseconds: number) => Promise<void>;
}
