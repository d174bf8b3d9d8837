// A decision, and what is known of the call → what becomes of the call: it passes, with edits and headers, or it is refused, with
// a status and a reason. The port between doors (which know the wire) and outcomes (which know limits, approvals, quarantine, log).
//
// INVARIANT: a call passes only when everything its decision asks for was carried out. What cannot be carried out is a refusal,
// except where the rule itself says `on_error allow`.

import type { Decision } from '../contract/index.ts';
import type { DocumentEdit } from './edits.ts';

/** Who calls, as the door established it; what it does not know is the empty text. As in `std.identity`. */
export interface ClientFacts {
  readonly workload: string;
  readonly id: string;
  readonly ip: string;
  readonly subject: string;
}

/** What else a door knows of a call. Quarantine compares all of it, telemetry names it. */
export interface CallFacts {
  /** Host that is called, without port. */
  readonly host?: string;
  /** As the provider's file is named: `openai`. */
  readonly provider?: string;
  readonly model?: string;
  /** Name of an MCP server or of a store. */
  readonly server?: string;
  readonly tool?: string;
  readonly session?: string;
  readonly method?: string;
  /** Path without query. */
  readonly path?: string;
  /** Documented route, where there is one. */
  readonly route?: string;
}

/** Where a call stands in a trace (W3C trace context): hexadecimal ids. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
}

/** What a door gives along with a decision. */
export interface CallContext {
  /** Full name, with or without `/http`. */
  readonly entrypoint: string;
  readonly surface: string;
  readonly event: string;
  readonly client: ClientFacts;
  readonly call: CallFacts;
  /** What was decided on, byte for byte, for who needs it after all; places in the decision are places in it. */
  readonly document: () => Uint8Array;
  /** Bytes of the body on the wire; what a limit in bytes counts. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What deciding took. */
  readonly decideSeconds: number;
  /** Aborted when the client leaves; ends waits. */
  readonly signal: AbortSignal;
  /** The exchange that it belongs to, as telemetry has it. */
  readonly span?: SpanOfCall;
}

/** What carrying out tells the span of an exchange. */
export interface SpanOfCall {
  readonly trace: TraceContext;
  readonly decided: (decision: {
    readonly event: string;
    readonly action: string;
    readonly verdict: 'pass' | 'refuse';
    readonly reason?: string;
    readonly rule?: string;
  }) => void;
}

/** Tokens that a model's answer came to. */
export interface Usage {
  /** Undefined where nobody counted them: then the estimate of what went to the model stands. */
  readonly input: number | undefined;
  readonly output: number;
  /** `counted`: the provider did not say, and the door counted the texts that passed. */
  readonly from: 'provider' | 'counted';
}

/** Why a call was refused: the decision's own reason, or what became of carrying it out. */
export type RefusalReason =
  | 'policy' // a rule blocks
  | 'malformed_input'
  | 'default_deny'
  | 'policy_failure' // the decision is a failure's: evaluation error, no bundle, …
  | 'quarantine'
  | 'rate_limit'
  | 'limit_unavailable'
  | 'approval_refused'
  | 'approval_timeout'
  | 'approval_unavailable' // nobody can be asked, or too many wait
  | 'client_left'
  | 'audit_unavailable' // the decision cannot be logged, and `--audit block` holds
  | 'not_possible'; // the decision asks for what no HTTP door can do

export interface Passed {
  readonly kind: 'pass';
  /** In the order of the document; none when it goes on as it is. */
  readonly edits: readonly DocumentEdit[];
  /** For the response to the client; names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * What the call came to in the end. To be called once, whatever happens: with `undefined` when nobody knows, and then the estimate
   * stays; with zeros when the upstream was never reached.
   */
  readonly settle: (usage: Usage | undefined) => Promise<void>;
}

export interface Refused {
  readonly kind: 'refuse';
  readonly status: number;
  /** For the client: without facts, without text of the call. */
  readonly message: string;
  /** For the response to the client; names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: RefusalReason;
  /** The rule that refuses, where one does. */
  readonly rule: string | undefined;
}

export type Verdict = Passed | Refused;

/** What a door asks of outcomes. */
export interface Outcomes {
  /** Whether anything is in quarantine, or nobody knows: then a door finds out all that it can of a call. */
  readonly holding: () => boolean;
  /** Ahead of deciding, once workload, host, model or tool are known: a refusal when one of them is in quarantine. Logs it. */
  readonly held: (context: CallContext) => Refused | undefined;
  /** Carries the decision out and logs it. Waits for approvers and stores; never rejects. */
  readonly carryOut: (decision: Decision, context: CallContext) => Promise<Verdict>;
  /**
   * Carries out what is left of a decision on what has passed already, a response that streamed: holds, counts (a limit that is passed
   * is a debt) and logs. `cut`: the decision, or another one, ended it early. Never rejects.
   */
  readonly afterwards: (decision: Decision, context: CallContext, end: 'whole' | 'cut') => Promise<void>;
}

/** Tokens of text that nobody counted: one for every four characters, rounded up, as the language's `tokens` is. */
export function countedTokens(characters: number): number {
  return Math.ceil(characters / 4);
}
