// Address, type and body of a request → which review is asked for, and the reply to one that cannot be decided on.

import { refuseReview, type ReviewPhase } from './review-answer.ts';
import { readEnvelope } from './review-envelope.ts';
import type { ReviewReply } from './decide-review.ts';
import type { Rejection } from './review-metrics.ts';

/** Where a review is asked for. */
export interface ReviewRoute {
  readonly phase: ReviewPhase;
  /** Undefined for all that decide on admission. */
  readonly entrypoint: string | undefined;
  /** Milliseconds that the API server waits. */
  readonly timeout: number;
}

/** The longest that an API server waits for a webhook. */
const longestTimeout = 30_000;

/** `/validate` and `/mutate`, with an entrypoint behind them or none. */
export function routeOf(url: string): ReviewRoute | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  const [, phase, entrypoint] = /^\/(validate|mutate)(?:\/([\w./-]+))?$/.exec(path) ?? [];
  if (phase !== 'validate' && phase !== 'mutate') return undefined;
  return { phase, entrypoint, timeout: timeoutOf(query) };
}

/** API servers send `timeout=10s`. */
function timeoutOf(query: string): number {
  const [, amount, unit] = /(?:^|&)timeout=(\d{1,6}(?:\.\d+)?)(m?s)(?:&|$)/.exec(query) ?? [];
  if (amount === undefined) return longestTimeout;
  return Math.min(longestTimeout, Number(amount) * (unit === 's' ? 1000 : 1));
}

/** Whether the type is JSON in UTF-8. */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '');
}

/** Says no to the review that the body's head belongs to; to a body without one by the status alone. */
export function undecidedReply(head: Uint8Array, why: Rejection): ReviewReply {
  const [status, message] = answers.get(why) ?? busy;
  const envelope = readEnvelope(head, 'head');
  if (envelope === undefined || envelope.uid === '') return { status, text: JSON.stringify({ error: message }) };
  return { status: 200, text: refuseReview(envelope.uid, status, message) };
}

const busy = [429, 'the policy server holds as many reviews as it can'] as const;
const answers: ReadonlyMap<Rejection, readonly [ReviewReply['status'], string]> = new Map([
  ['too_large', [413, 'the review is larger than the policy server takes']],
  ['late', [504, 'the review took longer to arrive than the API server waits']],
]);
