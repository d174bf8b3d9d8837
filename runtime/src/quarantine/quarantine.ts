// Who may not call, or be called, until a person says otherwise; as a port. A target is the text that a rule's `quarantine` gave:
// a workload, a client, a model, a host, a tool.
//
// INVARIANT: a target is held from the moment that `hold` was called, also when it could not be made durable; only a person
// releases it.

/** A target in quarantine. */
export interface Held {
  readonly target: string;
  readonly rule: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface Quarantine {
  /** Whether what is held was read at all; until then nothing may pass. */
  readonly isKnown: () => boolean;
  /** The first of the targets that is held. Answers from memory. */
  readonly holds: (targets: readonly string[]) => Held | undefined;
  /** Holds it from now on; resolves when that is durable, to a reason when it is not. */
  readonly hold: (held: Held) => Promise<string | undefined>;
  /** Lets it go again, in the name of a person; `absent` when nothing is held under that name. */
  readonly release: (target: string, by: string) => Promise<'released' | 'absent' | 'unavailable'>;
  /** Oldest first. */
  readonly list: () => readonly Held[];
  /** Why it may not know all that is held. */
  readonly problem: () => string | undefined;
  readonly close: () => Promise<void>;
}
