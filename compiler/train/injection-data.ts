// The sets of real cases below a folder, and the sentences written for training → the examples that the injection model learns
// from. Leaves out what may not be redistributed under terms like ours: the tables and code among the carriers are share-alike.

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Example } from '../src/classifier/read-examples.ts';
import { viewParts } from '../src/pattern/view-parts.ts';
import { expandTemplates, type Sentence } from './expand-templates.ts';
import { suffixSentences } from './suffix-sentences.ts';

/** Harmful requests are no injections, whatever they ask for; they count little, as they outnumber ordinary ones. */
const harmfulWeight = 0.2;
/** Written sentences lead, real ones decide. */
const writtenWeight = 0.2;
/** Sentences of each template, requests with a made-up tail. */
const counts = { each: 14, suffixes: 200 };

type Row = Readonly<Record<string, unknown>>;

/** Texts are read as `normalized(text)` reads them. */
export function injectionExamples(folder: string): readonly Example[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const rowsOf = (set: string, file: string): readonly Row[] =>
    paths
      .filter((path) => path.split(sep).includes(set) && path.endsWith(`${sep}${file}`))
      .flatMap((path) => readFileSync(join(folder, path), 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row); // a line of a set is an object
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
      weight: writtenWeight,
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
