// What counts against limits, as a port: in memory or in Valkey/Redis. A charge names who pays how much of which limit; a store
// takes all charges of a call or none.
//
// INVARIANT: what a store says was within the limit was, for all who ask the same store at the same time. A store that cannot tell
// says so; what then becomes of the call is the rule's word and not the store's.

/** One limit that one call counts against. Amounts are whole: requests, tokens, millionths of a dollar, bytes. */
export interface Charge {
  /** Identity of the limit: the entrypoint that it is a part of, and its rule. */
  readonly scope: string;
  readonly rule: string;
  /** Who pays. */
  readonly key: string;
  readonly unit: string;
  /** What may be taken in any `window`. */
  readonly amount: number;
  /** Seconds. */
  readonly window: number;
  /** What this call takes; 0 where only the end will tell, and then something must be left. */
  readonly cost: number;
}

/** A limit after a call was counted, or was not. */
export interface LimitState {
  readonly charge: Charge;
  /** What can still be taken now; 0 when settled costs went beyond the amount. */
  readonly remaining: number;
  /** Seconds until something comes free, or, of a charge that did not fit, until it would. */
  readonly reset: number;
}

export type TakeOutcome =
  | { readonly kind: 'within'; readonly states: readonly LimitState[] }
  /** Nothing was taken. `over` are those that did not fit. */
  | { readonly kind: 'over'; readonly over: readonly LimitState[]; readonly states: readonly LimitState[] }
  /** Nothing is known; what may have been taken stays taken. */
  | { readonly kind: 'unavailable'; readonly why: string };

export interface LimitStore {
  /** Counts all charges or none. Answers at once where it can. `now` is the caller's, in milliseconds of `performance.now`. */
  readonly take: (charges: readonly Charge[], now: number) => TakeOutcome | Promise<TakeOutcome>;
  /** What charges came to in the end, in their order; what goes beyond the limit stays a debt until its window has passed. `states` are those that `take` gave. */
  readonly settle: (states: readonly LimitState[], costs: readonly number[], now: number) => void | Promise<void>;
  /** Why nothing can be counted at the moment. */
  readonly problem: () => string | undefined;
  readonly close: () => Promise<void>;
}
