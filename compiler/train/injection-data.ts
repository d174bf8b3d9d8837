// The sets of real cases below a folder, and the sentences written for training → the examples that the injection model learns
// from. Leaves out what may not be redistributed under terms like ours: the tables and code among the carriers are share-alike.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Example } from '../src/classifier/read-examples.ts';
import type { TrainOptions } from '../src/classifier/train-model.ts';
import { viewParts } from '../src/pattern/view-parts.ts';
import { expandTemplates, type Sentence } from './expand-templates.ts';
import { suffixSentences } from './suffix-sentences.ts';

/** Harmful requests are no injections, whatever they ask for; they count little, as they outnumber ordinary ones. */
const harmfulWeight = 0.2;
/** Written sentences lead, real ones decide. */
const writtenWeights = { attack: 0.2, benign: 0.4 };
/** Sentences of each template, requests with a made-up tail. */
const counts = { each: 14, suffixes: 400 };

/** Chosen by cross-validation; docs/classifiers.md has the figures of the others. */
export const injectionOptions: TrainOptions = {
  ngrams: 3,
  bits: 15,
  window: 128,
  strength: 100,
  folds: 5,
  seed: 1,
  falseAlarms: 0.01,
};

type Row = Readonly<Record<string, unknown>>;

/** The rows of a file of a set; none where there is no such set. */
type Rows = (set: string, file: string) => readonly unknown[];

/** Texts are read as `normalized(text)` reads them. */
export function injectionExamples(rows: Rows): readonly Example[] {
  const rowsOf = (set: string, file: string): readonly Row[] => rows(set, file) as readonly Row[]; // a row of a set is an object
  return [
    ...['inj-attacks', 'inj-benign', 'inj-hardneg'].flatMap((set) =>
      rowsOf(set, 'cases.jsonl').map((row) => real(row['text'], String(row['label']), String(row['source']))),
    ),
    ...rowsOf('inj-harmful-requests', 'cases.jsonl').map((row) => ({
      ...real(row['text'], 'harmful', String(row['source'])),
      weight: harmfulWeight,
    })),
    ...rowsOf('inj-indirect', 'carriers.jsonl')
      .filter((row) => row['kind'] === 'email')
      .map((row) => real(row['context'], 'benign', 'BIPIA e-mail')),
    ...writtenSentences().map(({ text, label }) => ({
      ...real(text, label, 'written'),
      isJudged: false,
      weight: label === 'attack' ? writtenWeights.attack : writtenWeights.benign,
    })),
  ];
}

/** The sentences that were written for training. */
export function writtenSentences(): readonly Sentence[] {
  const templates = readFileSync(join(import.meta.dirname, 'injection-templates.txt'), 'utf8');
  return [...expandTemplates(templates, counts.each), ...suffixSentences(counts.suffixes)];
}

function real(text: unknown, label: string, source: string): Example {
  const [read] = viewParts(Array.isArray(text) ? text.join('\n') : String(text), 'normalized');
  return {
    text: read,
    label,
    isPositive: label === 'attack',
    weight: 1,
    group: undefined,
    isJudged: true,
    source: source.replace(/\/.*/, ''),
  };
}
