// Calls that wait for a person, as a port. A call is asked about once, with what will be done, byte for byte; a grant is for that
// call alone.
//
// INVARIANT: without a grant in time nothing passes: a time-out, a lost store, a desk that is full and a client that leaves all end
// in a refusal. A call has one answer, the first.

/** What an approver is shown and answers. */
export interface Question {
  /** Unguessable. */
  readonly id: string;
  /** Who may answer, as rules name them; each of them has to grant. */
  readonly by: readonly string[];
  readonly rules: readonly string[];
  readonly entrypoint: string;
  /** SHA-256 of the document as it would go on, hexadecimal. */
  readonly digest: string;
  /** The document as it would go on, with what detections found covered. */
  readonly shown: string;
  readonly client: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Groups that have granted so far. */
  readonly granted: readonly string[];
}

/** How a wait ends. */
export type Answer =
  | { readonly kind: 'granted'; readonly by: readonly string[] }
  | { readonly kind: 'refused'; readonly by: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'left' }
  | { readonly kind: 'unavailable'; readonly why: string };

/** Who answers, and for which group. */
export interface Approver {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface ApprovalDesk {
  /** Waits for the answer; never rejects. */
  readonly ask: (question: Omit<Question, 'granted'>, signal: AbortSignal) => Promise<Answer>;
  /** `digest` is what the approver saw: another one grants nothing. */
  readonly grant: (id: string, digest: string, approver: Approver) => Promise<AnswerOutcome>;
  readonly refuse: (id: string, approver: Approver) => Promise<AnswerOutcome>;
  readonly list: () => Promise<readonly Question[]>;
  readonly find: (id: string) => Promise<Question | undefined>;
  /** Calls that wait here. */
  readonly waiting: () => number;
  readonly close: () => Promise<void>;
}

/** What became of an approver's answer. */
export type AnswerOutcome =
  | 'granted'
  | 'refused'
  /** Other groups have to grant, too. */
  | 'more_needed'
  /** No such question, or it is over. */
  | 'absent'
  /** The digest is of another action. */
  | 'other_action'
  /** The approver is in none of the groups that are asked. */
  | 'not_yours'
  | 'unavailable';
