// `npm run train -- FOLDER`: the injection model of the library from the sets below FOLDER (docs/classifiers.md names them) and the
// sentences in this folder. The same sets give the same bytes.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelText } from '../src/classifier/model-text.ts';
import { readSets } from '../eval/quality/sets.ts';
import { trainModel } from '../src/classifier/train-model.ts';
import { injectionExamples, injectionOptions } from './injection-data.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npm run train -- FOLDER\n');
  process.exit(2);
}
const examples = injectionExamples(readSets(folder).rows);
const trained = trainModel(examples, injectionOptions);
const target = join(import.meta.dirname, '..', '..', 'language', 'std', 'injection.model.json');
writeFileSync(target, modelText(trained, { positive: 'attack', examples: examples.length, options: injectionOptions }));
for (const { falseAlarms, found } of trained.curve) {
  process.stdout.write(`found ${(found * 100).toFixed(1)} % at ${falseAlarms * 100} % false alarms\n`);
}
process.stdout.write(`threshold ${trained.file.threshold}, ${examples.length} examples in ${trained.groups} groups\n`);
for (const { source, label, count, flagged } of trained.sources) {
  process.stdout.write(`${source} ${label}: ${flagged} of ${count}\n`);
}
