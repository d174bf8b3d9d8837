// Logits of texts that were not learned from → the straight line that makes them probabilities, and the threshold that keeps
// false alarms at a rate.

import { logistic } from './score.ts';

/** A judged text. */
export interface Judged {
  readonly logit: number;
  readonly isPositive: boolean;
  readonly weight: number;
}

/** `probability = logistic(slope · logit + intercept)`. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Platt's scaling by Newton's method, with his targets instead of 0 and 1 so that few examples do not make it sure (Lin, Lin and
 * Weng, A note on Platt's probabilistic outputs, 2007).
 */
export function calibrate(judged: readonly Judged[]): Calibration {
  const positives = judged.filter((one) => one.isPositive).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (judged.length - positives + 2);
  let slope = 1;
  let intercept = 0;
  for (let round = 0; round < 50; round++) {
    let [gs, gi, ss, si, ii] = [0, 0, 1e-9, 0, 1e-9];
    for (const { logit, isPositive } of judged) {
      const p = logistic(slope * logit + intercept);
      const miss = p - (isPositive ? high : low);
      const spread = Math.max(1e-12, p * (1 - p));
      gs += miss * logit;
      gi += miss;
      ss += spread * logit * logit;
      si += spread * logit;
      ii += spread;
    }
    const determinant = ss * ii - si * si;
    const slopeStep = (ii * gs - si * gi) / determinant;
    const interceptStep = (ss * gi - si * gs) / determinant;
    // A step is never longer than what moves a logit by a few.
    const limit = Math.max(1, Math.abs(slopeStep) / 2, Math.abs(interceptStep) / 4);
    slope -= slopeStep / limit;
    intercept -= interceptStep / limit;
    if (Math.abs(slopeStep) + Math.abs(interceptStep) < 1e-10) break;
  }
  return { slope, intercept };
}

/** The lowest of the scores' thresholds at which negatives of at most `rate` of their weight reach it. */
export function thresholdAt(judged: readonly Judged[], rate: number): number {
  const negatives = judged.filter((one) => !one.isPositive).toSorted((a, b) => b.logit - a.logit);
  const allowed = rate * negatives.reduce((sum, { weight }) => sum + weight, 0);
  let alarms = 0;
  for (const { logit, weight } of negatives) {
    alarms += weight;
    if (alarms > allowed) return logit;
  }
  return -Infinity;
}
