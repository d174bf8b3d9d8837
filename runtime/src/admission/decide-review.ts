// The body of a request → the AdmissionReview that answers it, with what is counted and logged of it on the way. The same for
// every door.
//
// INVARIANT: the policy decides on the bytes as they came. What is asked of a cluster beforehand (the object's namespace) is put in
// front of them, and a review that needs it and cannot have it is a failure. A dry run leaves no trace but its counts.

import { Buffer } from 'node:buffer';

import type { Decision } from '../contract/index.ts';
import { failedDecision } from '../enforce/failure.ts';
import type { LogLines } from '../telemetry/log-lines.ts';
import { mergeDecisions } from './merge-decisions.ts';
import { answerReview, refuseReview, type AnswerPolicy, type ReviewPhase, type Verdict } from './review-answer.ts';
import { readEnvelope, type ReviewEnvelope } from './review-envelope.ts';
import type { ReviewMetrics } from './review-metrics.ts';

/** What decisions are written to the log: all, those that are more than a plain `allow`, none. */
export type LoggedDecisions = 'all' | 'notable' | 'none';

export interface ReviewerOptions {
  readonly decide: (entrypoint: string, document: Uint8Array) => Decision;
  /** Entrypoints that decide on admission in the bundle in force. */
  readonly entrypoints: () => readonly string[];
  readonly revision: () => string | undefined;
  readonly policy: AnswerPolicy;
  readonly namespaces: NamespaceLookup;
  readonly metrics: ReviewMetrics;
  readonly log: LogLines;
  readonly logged: LoggedDecisions;
}

/** Gives the object of a namespace as JSON; `unneeded` when no rule reads it. */
export interface NamespaceLookup {
  readonly need: () => 'needed' | 'unneeded';
  readonly find: (name: string) => Uint8Array | undefined;
  /** Asks for one that is not known; resolves either way. */
  readonly fetch: (name: string) => Promise<void>;
}

export interface ReviewRequest {
  readonly phase: ReviewPhase;
  /** Only this entrypoint; all for admission when undefined. */
  readonly entrypoint: string | undefined;
  readonly body: Uint8Array;
  /** `performance.now()` when the request began. */
  readonly began: number;
}

/** What to answer with. */
export interface ReviewReply {
  readonly status: 200 | 400 | 413 | 429 | 504;
  /** JSON. */
  readonly text: string;
}

export interface Reviewer {
  readonly review: (request: ReviewRequest) => ReviewReply;
  /** Whether reviews may have to wait for what they need of the cluster. */
  readonly mayWait: () => boolean;
  /** Something to wait for before a body is reviewed; nothing most of the time. */
  readonly prepare: (body: Uint8Array) => Promise<void> | undefined;
}

const reviewVersion = 'admission.k8s.io/v1';
const nothingReviewed = '{"error":"the body is no AdmissionReview"}';

/** Makes what answers reviews. */
export function createReviewer(options: ReviewerOptions): Reviewer {
  const { metrics, policy, namespaces } = options;
  const review = ({ phase, entrypoint, body, began }: ReviewRequest): ReviewReply => {
    const envelope = readEnvelope(body, 'head');
    if (envelope === undefined || envelope.uid === '') {
      metrics.rejected('no_review');
      return { status: 400, text: nothingReviewed };
    }
    if (envelope.apiVersion !== reviewVersion || envelope.reviewKind !== 'AdmissionReview') {
      metrics.rejected('other_version');
      return {
        status: 200,
        text: refuseReview(envelope.uid, 400, `only ${reviewVersion} AdmissionReview is answered`),
      };
    }
    const document = withNamespace(body, envelope, namespaces);
    const decision =
      document === undefined
        ? failedDecision('bundle_unavailable', `the namespace \`${envelope.namespace}\` is not known to the enforcer`)
        : decideOn(document, entrypoint, options);
    const answer = answerReview({ phase, envelope, decision, document: document ?? body, policy });
    const seconds = (performance.now() - began) / 1000;
    metrics.reviewed({ envelope, verdict: answer.verdict, phase, seconds });
    if (options.logged !== 'none' && (options.logged === 'all' || isNotable(decision, answer.verdict)))
      logDecision(options, { phase, envelope, decision, verdict: answer.verdict, seconds, body });
    return { status: 200, text: answer.text };
  };
  return {
    review,
    mayWait: () => namespaces.need() === 'needed',
    prepare: (body) => {
      if (namespaces.need() === 'unneeded') return undefined;
      const envelope = readEnvelope(body, 'head');
      if (envelope === undefined || !hasNamespace(envelope)) return undefined;
      return namespaces.find(envelope.namespace) === undefined ? namespaces.fetch(envelope.namespace) : undefined;
    },
  };
}

/** Namespaces are in none, though requests for them name one. */
function hasNamespace({ namespace, kind, group }: ReviewEnvelope): boolean {
  return namespace !== '' && !(kind === 'Namespace' && group === '');
}

function decideOn(document: Uint8Array, entrypoint: string | undefined, options: ReviewerOptions): Decision {
  const names = entrypoint === undefined ? options.entrypoints() : [entrypoint];
  const [first = 'admission', ...rest] = names; // without a bundle, or one for admission, the enforcer says so
  const decision = options.decide(first, document);
  return rest.length === 0
    ? decision
    : mergeDecisions([decision, ...rest.map((name) => options.decide(name, document))]);
}

/** The document with the object's namespace in front of the request; undefined when that is needed and not known. */
function withNamespace(
  body: Uint8Array,
  envelope: ReviewEnvelope,
  namespaces: NamespaceLookup,
): Uint8Array | undefined {
  if (namespaces.need() === 'unneeded' || !hasNamespace(envelope)) return body;
  const { namespace, requestStart } = envelope;
  const object = namespaces.find(namespace);
  if (object === undefined) return undefined;
  return Buffer.concat([
    body.subarray(0, requestStart),
    Buffer.from('"namespaceObject":'),
    object,
    Buffer.from(','),
    body.subarray(requestStart),
  ]);
}

function isNotable(decision: Decision, verdict: Verdict): boolean {
  return verdict !== 'allowed' || decision.action !== 'allow' || decision.because !== undefined;
}

interface Logged {
  readonly phase: ReviewPhase;
  readonly envelope: ReviewEnvelope;
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly seconds: number;
  readonly body: Uint8Array;
}

/** Names, places and outcomes; no text of the object, and no facts, which may hold some. */
function logDecision(options: ReviewerOptions, { phase, envelope, decision, verdict, seconds, body }: Logged): void {
  const dryRun = envelope.dryRun ?? readEnvelope(body, 'whole')?.dryRun ?? false;
  const { findings, observed, because, records, flows } = decision;
  options.log.write({
    level: verdict === 'failed_closed' || verdict === 'failed_open' ? 'error' : 'info',
    event: 'decision',
    phase,
    uid: envelope.uid,
    operation: envelope.operation,
    group: envelope.group,
    version: envelope.version,
    kind: envelope.kind,
    namespace: envelope.namespace,
    name: envelope.name,
    dryRun,
    verdict,
    action: decision.action,
    reason: decision.reason,
    status: decision.status,
    problem: decision.reason === undefined ? undefined : decision.message,
    rules: because?.map(({ rule }) => rule),
    findings: findings?.map(({ rule, severity }) => ({ rule, severity })),
    observed: observed?.map(({ rule, action, mode }) => ({ rule, action, mode })),
    records: dryRun || phase === 'mutate' ? undefined : records,
    flows: dryRun || phase === 'mutate' ? undefined : flows,
    revision: options.revision(),
    seconds: Number(seconds.toFixed(6)),
    bytes: body.length,
  });
}
