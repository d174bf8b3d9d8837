// What every entrypoint returns: the decision, version 1. Keys stand in the order of these members; empty arrays are left
// out. Compiler and runtime share this and nothing else. Plain data.

/** From weakest to strongest; the strongest of a decision is its `action`. */
export const actionsByStrength = ['allow', 'alert', 'redact', 'limit', 'quarantine', 'approve', 'block'] as const;
export type ActionName = (typeof actionsByStrength)[number];

/** Why a decision blocks without a rule that says so. */
export type BlockReason =
  | 'malformed_input' // the document is no JSON or has not the event's shape
  | 'evaluation_error' // an expression had no value (overflow, division by zero, no such key)
  | 'default_deny' // nothing permits on a surface with `default deny`
  | 'out_of_memory' // the document or its facts do not fit into the module's memory
  | 'unknown_entrypoint'
  | 'bundle_unavailable' // nothing could be loaded or verified
  | 'internal_error';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** A place in the input: JSON Pointer, code points of the decoded text, bytes of the document (both half-open). */
export interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: readonly [number, number];
}

export interface Match extends Place {
  readonly kind: string;
}
export interface Edit extends Place {
  readonly text: string;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly covers?: readonly string[];
  readonly message?: string;
  readonly score?: number;
  readonly matches?: readonly Match[];
}

export interface Limit {
  readonly rule: string;
  readonly key: string;
  readonly unit: string;
  readonly amount: number;
  /** seconds */
  readonly window: number;
  readonly cost?: number;
  /** Millionths of a dollar for a million tokens, in and out; with `usd`. */
  readonly price?: readonly [number, number];
  /** There when a call that nobody can count passes; otherwise it is refused. */
  readonly on_error?: 'allow';
}

/** Tokens of a response as its provider counted them. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
  /** Tokens that the provider does not count in `input` (a cache's), or not in `output` (thoughts). */
  readonly more_input: number;
  readonly more_output: number;
}

export interface Decision {
  readonly version: 1;
  readonly action: ActionName;
  readonly reason?: BlockReason;
  readonly status?: number;
  readonly message?: string;
  /** Of a malformed document: JSON Pointer of the value at fault, and the byte of the document where it begins. */
  readonly path?: string;
  readonly byte?: number;
  /** Of a malformed document that lacks a field (`missing_field`): its name in the object at `path`. */
  readonly field?: string;
  readonly findings?: readonly Finding[];
  readonly edits?: readonly (Edit & { readonly rule: string })[];
  readonly limits?: readonly Limit[];
  readonly approvals?: readonly { readonly rule: string; readonly by: string }[];
  readonly quarantine?: readonly { readonly rule: string; readonly target: string }[];
  readonly alerts?: readonly { readonly rule: string; readonly message?: string }[];
  readonly patches?: readonly {
    readonly rule: string;
    readonly op: 'add' | 'replace';
    /** JSON Pointer within the object, not the review. */
    readonly path: string;
    readonly value: unknown;
  }[];
  readonly records?: readonly {
    readonly rule: string;
    readonly kind: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
  readonly flows?: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
  readonly observed?: readonly {
    readonly rule: string;
    readonly action: ActionName;
    readonly mode: 'observe' | 'warn';
    /** What the rule's block or alert would have said. */
    readonly message?: string;
  }[];
  readonly because?: readonly {
    readonly rule: string;
    readonly at: string;
    readonly facts?: Readonly<Record<string, unknown>>;
  }[];
  /** Of a response of a model, on surfaces with a limit of tokens or money. */
  readonly usage?: TokenUsage;
}
