// Examples → a model's file and what can be expected of it. The figures are those of cross-validation: every text is judged by
// a model that has seen none of its group, with weights of one byte as the shipped model has them; calibration and threshold
// come from the same logits. Deterministic: the same examples, options and seed give the same bytes.

import { modelFormat } from '@rdp/language';
import { calibrate, thresholdAt, type Calibration, type Judged } from './calibrate.ts';
import { fitWeights, type Fitted, type SparseExample } from './fit-weights.ts';
import { foldOf, groupExamples } from './group-examples.ts';
import { bucketsByWord } from './ngrams.ts';
import type { Example } from './read-examples.ts';
import { logistic, strongestPart, type LinearModel } from './score.ts';
import { wordsOf } from './words.ts';

export interface TrainOptions {
  /** Words in the longest n-gram, 1 to 3. */
  readonly ngrams: number;
  /** 2^bits weights. */
  readonly bits: number;
  /** Words in a window, even; 0: none. */
  readonly window: number;
  /** Weight of an error against the size of the weights. */
  readonly strength: number;
  readonly folds: number;
  readonly seed: number;
  /** Share of the negatives' weight that may reach the threshold. */
  readonly falseAlarms: number;
}

/** What a model's file holds (`rdp-classifier/1`). */
export interface ModelFile {
  readonly format: string;
  readonly ngrams: number;
  readonly bits: number;
  readonly window: number;
  readonly slope: number;
  readonly intercept: number;
  readonly threshold: number;
  /** Base64 of one signed byte a bucket. */
  readonly weights: string;
}

/** What cross-validation says of texts of one source and label. */
export interface SourceFigures {
  readonly source: string;
  readonly label: string;
  readonly isPositive: boolean;
  readonly count: number;
  /** How many reach the threshold. */
  readonly flagged: number;
}

export interface Trained {
  readonly file: ModelFile;
  readonly groups: number;
  readonly sources: readonly SourceFigures[];
  /** Share of the positives that are found where this share of the negatives' weight is. */
  readonly curve: readonly { readonly falseAlarms: number; readonly found: number }[];
}

/** Rates of false alarms that the curve is told at. */
const rates: readonly number[] = [0.001, 0.005, 0.01, 0.02, 0.05];

interface Prepared {
  readonly example: Example;
  /** Of every word's n-grams. */
  readonly buckets: readonly (readonly number[])[];
  readonly sparse: SparseExample;
}

/** Trains on all examples, and judges by `options.folds` folds of groups. */
export function trainModel(examples: readonly Example[], options: TrainOptions): Trained {
  const groups = groupExamples(examples);
  const logits = crossValidate(examples, groups, options);
  const judged = examples.flatMap(({ isPositive, isJudged, weight }, i) =>
    isJudged ? [{ logit: logits[i] ?? 0, isPositive, weight }] : [],
  );
  const { slope, intercept } = calibrate(judged);
  const quantised = quantise(
    fitWeights(
      prepare(examples, options).map(({ sparse }) => sparse),
      fitOptions(options),
    ),
  );
  const threshold = probabilityAbove(thresholdAt(judged, options.falseAlarms), { slope, intercept });
  const flagged = (logit: number): boolean => logistic(slope * logit + intercept) >= threshold;
  return {
    file: {
      format: modelFormat,
      ngrams: options.ngrams,
      bits: options.bits,
      window: options.window,
      slope: slope * quantised.slope,
      intercept: slope * quantised.intercept + intercept,
      threshold,
      weights: toBase64(quantised.weights()),
    },
    groups: new Set(groups).size,
    sources: figuresOf(examples, (index) => flagged(logits[index] ?? 0)),
    curve: curveOf(judged),
  };
}

/** The logit of each judged example by a model that saw none of its group. */
export function crossValidate(
  examples: readonly Example[],
  groups: readonly number[],
  options: TrainOptions,
): readonly number[] {
  const prepared = prepare(examples, options);
  const foldOfExample = groups.map((group, index) => (examples[index]?.isJudged ? foldOf(group, options) : -1));
  const logits = prepared.map(() => 0);
  for (let fold = 0; fold < options.folds; fold++) {
    const seen = prepared.filter((_, index) => foldOfExample[index] !== fold).map(({ sparse }) => sparse);
    const model = { ...quantise(fitWeights(seen, fitOptions(options))), window: options.window };
    prepared.forEach(({ buckets }, index) => {
      if (foldOfExample[index] === fold && buckets.length > 0) logits[index] = strongestPart(model, buckets).logit;
    });
  }
  return logits;
}

const fitOptions = ({ bits, strength }: TrainOptions): Parameters<typeof fitWeights>[1] => ({
  size: 2 ** bits,
  strength,
  rounds: 300,
});

function prepare(examples: readonly Example[], { ngrams, bits }: TrainOptions): readonly Prepared[] {
  return examples.map((example) => {
    const buckets = bucketsByWord(wordsOf(example.text), { longest: ngrams, bits });
    const distinct = Int32Array.from(new Set(buckets.flat())).sort();
    const { isPositive, weight } = example;
    const value = 1 / Math.sqrt(Math.max(1, distinct.length));
    return { example, buckets, sparse: { buckets: distinct, value, sign: isPositive ? 1 : -1, weight } };
  });
}

/** The same with a byte a weight; the largest is 127. */
function quantise({ weights, constant }: Fitted): Omit<LinearModel, 'window'> {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const slope = largest === 0 ? 1 : largest / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / slope));
  return { slope, intercept: constant, weights: () => bytes };
}

/** The lowest probability of so many digits that the logit does not reach. */
function probabilityAbove(logit: number, { slope, intercept }: Calibration): number {
  const reached = logit === -Infinity ? 0 : logistic(slope * logit + intercept);
  for (let digits = 3; digits < 15; digits++) {
    const above = Math.floor(reached * 10 ** digits + 1) / 10 ** digits;
    if (above < 1) return above;
  }
  return 1;
}

function figuresOf(examples: readonly Example[], isFlagged: (index: number) => boolean): readonly SourceFigures[] {
  const figures = new Map<string, SourceFigures>();
  examples.forEach(({ source = '', label, isPositive, isJudged }, index) => {
    if (!isJudged) return;
    const key = `${isPositive ? 0 : 1} ${source} ${label}`;
    const before = figures.get(key) ?? { source, label, isPositive, count: 0, flagged: 0 };
    figures.set(key, { ...before, count: before.count + 1, flagged: before.flagged + (isFlagged(index) ? 1 : 0) });
  });
  return [...figures.keys()].toSorted().flatMap((key) => figures.get(key) ?? []);
}

function curveOf(judged: readonly Judged[]): Trained['curve'] {
  const positives = judged.filter(({ isPositive }) => isPositive);
  return rates.map((falseAlarms) => {
    const threshold = thresholdAt(judged, falseAlarms);
    return { falseAlarms, found: positives.filter(({ logit }) => logit > threshold).length / positives.length };
  });
}

function toBase64(bytes: Int8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte & 0xff);
  return btoa(text);
}
