// A decision on an AdmissionReview → the AdmissionReview that answers it.
//
// INVARIANT: only `allow` and what is carried out here lets a request through. What the policy did not decide itself (no bundle, a
// trap, no memory, an expression without a value) follows the failure policy; in an exempt namespace it never refuses, so that a
// cluster can be repaired. No text of the object gets into an answer but through a rule's own message.

import type { Decision } from '../contract/index.ts';
import { boundedLine, boundedWarnings } from './bounded-text.ts';
import { objectPatch, type PatchOperation } from './json-patch.ts';
import { missingChange } from './missing-change.ts';
import { quarantinePatch } from './quarantine.ts';
import type { ReviewEnvelope } from './review-envelope.ts';

/** Which webhook asks: one that may change objects, or the one that sees them as they will be stored. */
export type ReviewPhase = 'mutate' | 'validate';

/** How a review ended. */
export type Verdict = 'allowed' | 'patched' | 'refused' | 'malformed' | 'failed_closed' | 'failed_open';

export interface AnswerPolicy {
  /** What becomes of a request that the policy could not decide on; the API server does the same when nobody answers. */
  readonly failure: 'fail' | 'ignore';
  /** Namespaces in which a failure never refuses: the enforcer's own and the system's. */
  readonly exempt: ReadonlySet<string>;
}

export interface ReviewAnswer {
  readonly verdict: Verdict;
  /** The AdmissionReview, JSON. */
  readonly text: string;
}

export interface AnswerRequest {
  readonly phase: ReviewPhase;
  readonly envelope: ReviewEnvelope;
  readonly decision: Decision;
  /** What was decided on, byte for byte. */
  readonly document: Uint8Array;
  readonly policy: AnswerPolicy;
}

/** Bytes of an audit annotation and of the message of a refusal; etcd and clients would take more. */
const annotationLimit = 4096;
const messageLimit = 1024;

/** Why there is no decision of the policy's own. The other reasons are the document's fault, or the policy's word. */
const failures: ReadonlySet<string | undefined> = new Set([
  'evaluation_error',
  'out_of_memory',
  'unknown_entrypoint',
  'bundle_unavailable',
  'internal_error',
]);

const reasonOfStatus: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [409, 'Conflict'],
  [413, 'RequestEntityTooLarge'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

/** Answers a review. */
export function answerReview(request: AnswerRequest): ReviewAnswer {
  const { decision, envelope, policy, phase } = request;
  if (isPlain(decision)) return { verdict: 'allowed', text: reviewText(envelope.uid, allowed) };
  const isFailure = failures.has(decision.reason);
  const spared = policy.exempt.has(envelope.namespace) && (isFailure || decision.reason === 'malformed_input');
  if (spared || (isFailure && policy.failure === 'ignore')) return failedOpen(request);
  if (isFailure) return refusal(request, 'failed_closed', decision.status ?? 500, decision.message ?? '');
  if (decision.reason === 'malformed_input') return refusal(request, 'malformed', 400, malformedMessage(decision));
  if (phase === 'mutate') return changed(request);
  if (decision.action === 'block') return refusal(request, 'refused', decision.status ?? 403, decision.message ?? '');
  if (decision.approvals !== undefined) {
    const by = [...new Set(decision.approvals.map((approval) => approval.by))].join(', ');
    return refusal(request, 'refused', 403, `this needs the approval of ${by}`);
  }
  const missing = missingChange(decision, request.document) ?? missingLabel(request);
  if (missing !== undefined)
    return refusal(request, 'refused', 422, `the policy's change of \`${missing}\` is not in the object`);
  return { verdict: 'allowed', text: reviewText(envelope.uid, { ...allowed, ...remarks(request) }) };
}

/** An answer to a review that was not decided on, because of how it came: too large, of another version. */
export function refuseReview(uid: string, status: number, message: string): string {
  return reviewText(uid, { allowed: false, status: statusOf(status, message, undefined) });
}

interface Response {
  readonly allowed: boolean;
  readonly status?: unknown;
  readonly patchType?: 'JSONPatch';
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

const allowed: Response = { allowed: true };
const head = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":';

function reviewText(uid: string, response: Response): string {
  const members = response === allowed ? '"allowed":true}' : JSON.stringify(response).slice(1);
  return `${head}${JSON.stringify(uid)},${members}}`;
}

/** The decisions that most reviews end in. */
function isPlain(decision: Decision): boolean {
  if (decision.action !== 'allow') return false;
  for (const key in decision) if (key !== 'version' && key !== 'action') return false;
  return true;
}

/** What refuses is the validating webhook's to say, which sees the object after all changes, ours among them. */
function changed(request: AnswerRequest): ReviewAnswer {
  const { uid } = request.envelope;
  const change = changesOf(request);
  if (change.kind === 'impossible') return refusal(request, 'refused', 422, change.reason);
  if (change.operations.length === 0) return { verdict: 'allowed', text: reviewText(uid, allowed) };
  const patch = Buffer.from(JSON.stringify(change.operations)).toString('base64');
  const rules = ruleNames([
    ...(request.decision.patches ?? []),
    ...(request.decision.edits ?? []),
    ...(request.decision.quarantine ?? []),
  ]);
  const response = { ...allowed, patchType: 'JSONPatch', patch, auditAnnotations: { changed: rules } } as const;
  return { verdict: 'patched', text: reviewText(uid, response) };
}

/** Where the object or its pods have not the label that puts them into quarantine. */
function missingLabel({ decision, document }: AnswerRequest): string | undefined {
  if (decision.quarantine === undefined) return undefined;
  const patch = quarantinePatch(document);
  return patch.kind === 'patch' ? patch.operations[0]?.path : 'metadata';
}

function changesOf({ decision, document }: AnswerRequest): ReturnType<typeof objectPatch> {
  const change = objectPatch(decision, document);
  if (change.kind === 'impossible' || decision.quarantine === undefined) return change;
  const more = quarantinePatch(document);
  if (more.kind === 'impossible') return more;
  const operations: readonly PatchOperation[] = [...change.operations, ...more.operations];
  return { kind: 'patch', operations };
}

function refusal(request: AnswerRequest, verdict: Verdict, status: number, message: string): ReviewAnswer {
  const response: Response = {
    allowed: false,
    status: statusOf(status, message, causesOf(request.decision)),
    ...remarks(request),
  };
  return { verdict, text: reviewText(request.envelope.uid, response) };
}

function failedOpen(request: AnswerRequest): ReviewAnswer {
  const reason = request.decision.reason ?? 'internal_error';
  const response: Response = {
    ...allowed,
    warnings: boundedWarnings([`policy was not enforced: ${reason}: ${request.decision.message ?? ''}`]),
    auditAnnotations: { 'not-enforced': reason },
  };
  return { verdict: 'failed_open', text: reviewText(request.envelope.uid, response) };
}

function malformedMessage({ message, path, field }: Decision): string {
  const what = field === undefined ? (message ?? 'malformed') : `\`${field}\` is missing`;
  return `the policy cannot read the review: ${what}${path === undefined ? '' : ` at \`${path}\``}`;
}

function statusOf(code: number, message: string, causes: readonly unknown[] | undefined): unknown {
  return {
    status: 'Failure',
    message: boundedLine(message === '' ? 'refused by policy' : message, messageLimit),
    reason: reasonOfStatus.get(code) ?? 'Forbidden',
    ...(causes === undefined ? {} : { details: { causes } }),
    code,
  };
}

/** Findings that name a place, for clients that show causes. */
function causesOf({ findings = [] }: Decision): readonly unknown[] | undefined {
  const causes = findings.slice(0, 16).map(({ rule, message, matches }) => ({
    reason: rule,
    ...(message === undefined ? {} : { message: boundedLine(message, messageLimit) }),
    ...(matches?.[0] === undefined ? {} : { field: boundedLine(matches[0].path, messageLimit) }),
  }));
  return causes.length === 0 ? undefined : causes;
}

/** Warnings for the user, and what the audit log keeps. */
function remarks({ decision }: AnswerRequest): Pick<Response, 'warnings' | 'auditAnnotations'> {
  const { observed = [], findings = [], alerts = [], limits = [], because = [] } = decision;
  const warnings = boundedWarnings(
    observed
      .filter(({ mode }) => mode === 'warn')
      .map(({ rule, action, message }) =>
        message === undefined ? `${rule} would ${action} this` : `${rule}: ${message}`,
      ),
  );
  const annotations: Readonly<Record<string, string>> = {
    alerts: ruleNames(alerts),
    findings: findings.map(({ rule, severity }) => `${rule}:${severity}`).join(','),
    'not-applied': ruleNames(limits),
    observed: observed.map(({ rule, action, mode }) => `${rule}:${action}:${mode}`).join(','),
    rules: ruleNames(because),
  };
  const said = Object.entries(annotations)
    .filter(([, text]) => text !== '')
    .map(([key, text]) => [key, boundedLine(text, annotationLimit)] as const);
  return {
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(said.length === 0 ? {} : { auditAnnotations: Object.fromEntries(said) }),
  };
}

function ruleNames(entries: readonly { readonly rule: string }[]): string {
  return [...new Set(entries.map(({ rule }) => rule))].join(',');
}
