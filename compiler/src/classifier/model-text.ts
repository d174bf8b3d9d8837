// A trained model → the text of its file: what scoring needs, what it was made from, and the weights last, in lines that a
// reader of the file can skip.

import type { ModelFile, TrainOptions, Trained } from './train-model.ts';

/** What a model's file says of its making; nobody computes with it. */
export interface ModelOrigin {
  readonly positive: string;
  readonly examples: number;
  readonly options: TrainOptions;
}

/** The text of a model's file: JSON, the same for the same model. */
export function modelText({ file, groups, curve }: Trained, { positive, examples, options }: ModelOrigin): string {
  const { weights, ...shape } = file;
  const { strength, folds, seed, falseAlarms } = options;
  const found = Object.fromEntries(curve.map((point) => [String(point.falseAlarms), Number(point.found.toFixed(4))]));
  const about = { looksFor: positive, examples, groups, strength, folds, seed, falseAlarms, foundAtFalseAlarms: found };
  const ordered: Omit<ModelFile, 'weights'> & { readonly about: unknown; readonly weights: string } = {
    ...shape,
    about,
    weights,
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}
