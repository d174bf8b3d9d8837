// What is counted of reviews, under the names that docs/admission.md lists.

import type { Metrics } from '../telemetry/metrics.ts';
import type { ReviewPhase, Verdict } from './review-answer.ts';
import type { ReviewEnvelope } from './review-envelope.ts';

/** Why a request got no decision. */
export type Rejection =
  | 'no_review'
  | 'other_version'
  | 'method'
  | 'path'
  | 'content_type'
  | 'too_large'
  | 'busy'
  | 'late'
  | 'aborted'
  | 'protocol';

export interface ReviewMetrics {
  readonly reviewed: (review: Reviewed) => void;
  readonly rejected: (why: Rejection) => void;
}

interface Reviewed {
  readonly envelope: ReviewEnvelope;
  readonly verdict: Verdict;
  readonly phase: ReviewPhase;
  readonly seconds: number;
}

/** Seconds. */
const bounds = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10];

/** Registers the families of reviews. */
export function reviewMetrics(metrics: Metrics): ReviewMetrics {
  const reviews = metrics.counter('rdp_admission_reviews_total', 'Reviews that were answered.', [
    'phase',
    'operation',
    'kind',
    'verdict',
  ]);
  const durations = metrics.histogram(
    'rdp_admission_review_duration_seconds',
    'From the first byte of a request to its answer.',
    ['phase'],
    bounds,
  );
  const rejected = metrics.counter('rdp_admission_rejected_requests_total', 'Requests without a decision.', ['reason']);
  return {
    reviewed: ({ envelope, verdict, phase, seconds }) => {
      reviews.add([phase, envelope.operation, envelope.kind, verdict]);
      durations.observe([phase], seconds);
    },
    rejected: (why) => rejected.add([why]),
  };
}
