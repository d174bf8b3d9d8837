// `rdpc train`: labelled texts to the model of a classifier, with the figures that can be expected of it.

import { dirname, basename } from 'node:path';
import { modelBits } from '@rdp/language';
import { modelText } from '../../classifier/model-text.ts';
import { readExamples, type Example, type ExampleFault } from '../../classifier/read-examples.ts';
import { trainModel, type SourceFigures, type TrainOptions, type Trained } from '../../classifier/train-model.ts';
import { exitCodes, refuse } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stderr, stdout } from '../output-stream.ts';
import { readText } from '../read-project.ts';
import { paletteFor } from '../terminal.ts';
import { writeOutput } from '../write-output.ts';

/** The verb `train`. */
export function trainCommand(): Verb {
  return verb({
    command: 'train <data..>',
    describe: 'make the model of a classifier from labelled texts',
    options: {
      output: { type: 'string', alias: 'o', demandOption: true, describe: 'the file of the model' },
      positive: { type: 'string', default: 'attack', describe: 'label that is looked for; true and 1 always are' },
      'false-alarms': {
        type: 'string',
        default: '0.005',
        describe: 'share of the other texts that may reach the threshold',
      },
      weight: { type: 'string', default: '', describe: 'how much texts of a label count: harmful=0.2,spam=2' },
      ngrams: { type: 'string', default: '3', describe: 'words in the longest n-gram, 1 to 3' },
      bits: { type: 'string', default: '15', describe: 'the model has 2^bits weights of a byte' },
      window: { type: 'string', default: '128', describe: 'words of a window in long texts; 0: none' },
      strength: { type: 'string', default: '100', describe: 'weight of errors against the size of the weights' },
      folds: { type: 'string', default: '5', describe: 'parts of cross-validation' },
      seed: { type: 'string', default: '1', describe: 'which texts are in which part' },
    },
    examples: [
      ['$0 train prompts.jsonl -o jailbreak.json', 'lines like {"text": "…", "label": "attack"}'],
      ['$0 train a.jsonl b.jsonl -o spam.json --positive spam --false-alarms 0.001', ''],
    ],
    run: (args) => {
      const options: TrainOptions = {
        ngrams: numberOf('ngrams', args.ngrams, { least: 1, most: 3, whole: true }),
        bits: numberOf('bits', args.bits, { ...modelBits, whole: true }),
        window: numberOf('window', args.window, { least: 0, most: 4096, whole: true }),
        strength: numberOf('strength', args.strength, { least: 1e-6, most: 1e6 }),
        folds: numberOf('folds', args.folds, { least: 2, most: 50, whole: true }),
        seed: numberOf('seed', args.seed, { least: 0, most: 0xffffffff, whole: true }),
        falseAlarms: numberOf('false-alarms', args['false-alarms'], { least: 0, most: 0.5 }),
      };
      if (options.window % 2 === 1) refuse('`--window` is odd', 'windows overlap by half: give an even number');
      const files = wordsOf(args, 'data').map((path) => ({ path, text: readText(path) }));
      const { examples, faults } = readExamples(files, {
        positive: args.positive,
        weights: weightsOf(args.weight),
      });
      if (faults.length > 0) return showFaults(faults);
      checkExamples(examples, args.positive);
      const trained = trainModel(examples, options);
      const text = modelText(trained, { positive: args.positive, examples: examples.length, options });
      writeOutput(dirname(args.output), new Map([[basename(args.output), text]]));
      stdout.write(describeModel(trained, options));
      return exitCodes.fine;
    },
  });
}

function numberOf(
  name: string,
  text: string,
  { least, most, whole = false }: { readonly least: number; readonly most: number; readonly whole?: boolean },
): number {
  const value = Number(text);
  const fits = text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits
    ? value
    : refuse(`\`--${name} ${text}\` is no ${whole ? 'whole number' : 'number'} from ${least} to ${most}`);
}

function weightsOf(text: string): ReadonlyMap<string, number> {
  const pairs = text.split(',').filter((part) => part !== '');
  return new Map(
    pairs.map((pair): readonly [string, number] => {
      const equals = pair.lastIndexOf('=');
      if (equals < 1) refuse(`\`--weight ${pair}\` names no label and weight`, 'write `--weight harmful=0.2`');
      return [pair.slice(0, equals), numberOf('weight', pair.slice(equals + 1), { least: 0, most: 1000 })];
    }),
  );
}

/** Fewer texts than this on a side, and neither weights nor figures mean anything. */
const fewest = 10;

function checkExamples(examples: readonly Example[], positive: string): void {
  const found = examples.filter(({ isPositive }) => isPositive).length;
  const labels = [...new Set(examples.map(({ label }) => label))].toSorted();
  if (found < fewest) {
    refuse(
      `${found} texts have the label \`${positive}\`; at least ${fewest} are needed`,
      labels.length === 0 ? 'a line is an object with `text` and `label`' : `labels in the data: ${labels.join(', ')}`,
    );
  }
  const others = examples.filter(({ isPositive, weight }) => !isPositive && weight > 0).length;
  if (others < fewest) refuse(`${others} texts have another label than \`${positive}\`; at least ${fewest} are needed`);
}

/** Faults that are shown one by one. */
const shown = 10;

function showFaults(faults: readonly ExampleFault[]): typeof exitCodes.policy {
  const paint = paletteFor(stderr);
  for (const { file, line, reason } of faults.slice(0, shown)) {
    stderr.write(`${paint.error('error')}: ${file}:${line}: ${reason}\n`);
  }
  if (faults.length > shown) stderr.write(`and ${faults.length - shown} more\n`);
  return exitCodes.policy;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function describeModel({ file, groups, sources, curve }: Trained, { folds, falseAlarms }: TrainOptions): string {
  const rows = sources.map(({ source, label, count, flagged }: SourceFigures): readonly string[] => [
    `  ${[source, label].filter((part) => part !== '').join(' ')}`,
    `${flagged} of ${count}`,
    percent(flagged / count),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    `judged in ${folds} parts that share none of ${groups} groups`,
    ...curve.map((point) => `  found ${percent(point.found)} at ${percent(point.falseAlarms)} false alarms`),
    `threshold ${file.threshold} for ${percent(falseAlarms)} false alarms; at or above it:`,
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
  ].join('\n');
}
