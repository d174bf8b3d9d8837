// A model and a text → how sure the model is, and which n-grams made it so. The sum of the weights of distinct n-grams over
// the square root of their number, for the text as a whole and for windows that overlap by half, so that a few words in a long
// text are not drowned; the strongest counts. Sums are whole numbers; the rest is written out in operations that every
// machine rounds alike.
// INVARIANT: compiler/kernel/ops-classify.ts gives the same probability, bit for bit.

import type { ClassifierModel } from '@rdp/language';
import { bucketsByWord } from './ngrams.ts';
import { wordsOf, type Word } from './words.ts';

/** The outcome of scoring. */
export interface TextScore {
  /** 0 for a text without words. */
  readonly probability: number;
  /** Words that decided, as places in the result of `wordsOf`: the whole text, or the strongest window. */
  readonly from: number;
  readonly to: number;
}

/** What a logit is made of. */
export type LinearModel = Pick<ClassifierModel, 'window' | 'slope' | 'intercept' | 'weights'>;

/** One n-gram's part in a score. */
export interface Reason {
  /** As it stands in the text. */
  readonly text: string;
  /** What the logit would lose without it. */
  readonly weight: number;
}

/** The probability of `text`, and the words that it comes of. */
export function scoreText(model: ClassifierModel, text: string): TextScore {
  const buckets = bucketsByWord(wordsOf(text), model);
  if (buckets.length === 0) return { probability: 0, from: 0, to: 0 };
  const { logit, from, to } = strongestPart(model, buckets);
  return { probability: logistic(logit), from, to };
}

/** The logit of the text as a whole or of its strongest window, and which words that is; `buckets` as of `bucketsByWord`. */
export function strongestPart(
  model: LinearModel,
  buckets: readonly (readonly number[])[],
): { readonly logit: number; readonly from: number; readonly to: number } {
  let best = { logit: logitOf(model, buckets), from: 0, to: buckets.length };
  for (const { from, to } of windowsOf(buckets.length, model.window)) {
    const logit = logitOf(model, buckets.slice(from, to));
    if (logit > best.logit) best = { logit, from, to };
  }
  return best;
}

/** Windows of a text with so many words, none when it is no longer than one. They are looked at as they end. */
export function windowsOf(words: number, window: number): readonly { readonly from: number; readonly to: number }[] {
  if (window === 0 || words <= window) return [];
  const half = window / 2;
  const windows: { readonly from: number; readonly to: number }[] = [];
  for (let from = 0; from + half < words; from += half) windows.push({ from, to: Math.min(from + window, words) });
  return windows;
}

function logitOf(model: LinearModel, buckets: readonly (readonly number[])[]): number {
  const weights = model.weights();
  const distinct = new Set(buckets.flat());
  let sum = 0;
  for (const bucket of distinct) sum += weights[bucket] ?? 0;
  return model.slope * (sum / Math.sqrt(distinct.size)) + model.intercept;
}

/** The n-grams that count most for `text` being what the model looks for, strongest first, at most `most`. */
export function explainScore(model: ClassifierModel, text: string, most: number): readonly Reason[] {
  const words = wordsOf(text);
  const { from, to } = scoreText(model, text);
  const buckets = bucketsByWord(words, model).slice(from, to);
  const weights = model.weights();
  const scale = model.slope / Math.sqrt(new Set(buckets.flat()).size);
  const reasons = new Map<number, Reason>();
  buckets.forEach((own, index) =>
    own.forEach((bucket, shorter) => {
      const weight = (weights[bucket] ?? 0) * scale;
      if (weight > 0 && !reasons.has(bucket))
        reasons.set(bucket, { text: textBetween(text, words[from + index - shorter], words[from + index]), weight });
    }),
  );
  return [...reasons.values()].toSorted((a, b) => b.weight - a.weight).slice(0, most);
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

function textBetween(text: string, first: Word | undefined, last: Word | undefined): string {
  return fromUtf8.decode(utf8.encode(text).subarray(first?.start ?? 0, last?.end ?? 0));
}

/** ln 2 in two parts, the first with zeros at its end, so that whole multiples of it are exact (FreeBSD's e_exp.c). */
const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

/** 1 / (1 + e^-x), within a few units in the last place; beyond ±40 it no longer changes anything that is compared. */
export function logistic(x: number): number {
  const power = Math.max(-40, Math.min(40, -x));
  const twos = Math.floor(power * 1.4426950408889634 + 0.5);
  const rest = power - twos * ln2High - twos * ln2Low;
  // Taylor's series; |rest| ≤ 0.35, so that the next term is below 1e-16.
  let term = 1;
  for (let n = 13; n >= 1; n--) term = 1 + (rest * term) / n;
  let scale = 1;
  for (let n = twos; n > 0; n--) scale *= 2;
  for (let n = twos; n < 0; n++) scale *= 0.5;
  return 1 / (1 + term * scale);
}
