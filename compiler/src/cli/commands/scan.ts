// `rdpc scan`: what the patterns of packages find in files, without a policy around them. Shows places and kinds, never the text
// that was found.

import { hasErrors, nearestName, type CheckResult } from '@rdp/language';
import { checkFiles } from '../check-files.ts';
import { createScanner, type Scanner } from '../create-scanner.ts';
import { exitCodes, refuse } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { listTexts, textLines, type ScanText } from '../read-texts.ts';
import { checkLibrary } from '../check-library.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';
import { packagesOf, selectPatterns } from '../../scan/select-patterns.ts';

/** The verb `scan`. */
export function scanCommand(): Verb {
  return verb({
    command: 'scan [files..]',
    describe: 'look for patterns in files',
    options: {
      with: {
        type: 'string',
        demandOption: true,
        describe: 'packages and patterns to look for, e.g. std.pii,std.secrets.jwt',
        coerce: (names: string | readonly string[]): string => [names].flat().join(','), // given twice: both
      },
      policy: { type: 'string', describe: 'policy whose own patterns may be named, too' },
      jsonl: {
        type: 'boolean',
        default: false,
        describe: 'each line is an object with `text`, and `id` if it has one',
      },
      format: { choices: ['text', 'json'] as const, default: 'text' as const, describe: 'places, or an object a text' },
      fail: { type: 'boolean', default: false, describe: 'exit with 1 when something is found' },
    },
    examples: [
      ['$0 scan notes.txt src --with std.pii,std.secrets', ''],
      ['git diff | $0 scan - --with std.secrets --fail', 'stop a commit with a secret in it'],
      ['$0 scan prompts.jsonl --jsonl --with std.injection', 'one text a line, one object a line'],
    ],
    run: async (args) => {
      const library = args.policy === undefined ? { result: checkLibrary(), root: '.' } : await checkFiles(args.policy);
      const { result, root } = library;
      const code = showDiagnostics(result.diagnostics, { format: 'text', root });
      if (hasErrors(result.diagnostics)) return code;
      const scanner = await scannerFor(args.with, result);
      const paths = wordsOf(args, 'files');
      let found = 0;
      for (const path of paths.length === 0 ? ['-'] : paths) {
        const texts = args.jsonl ? textLines(path) : listTexts(path);
        for (const text of texts) found += scanText(scanner, text, args.jsonl ? 'json' : args.format);
      }
      scanner.close();
      return args.fail && found > 0 ? exitCodes.policy : exitCodes.fine;
    },
  });
}

async function scannerFor(names: string, { patterns, classifiers }: CheckResult): Promise<Scanner> {
  const wanted = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (wanted.length === 0) refuse('`--with` names nothing', 'name packages or patterns: `--with std.pii,std.secrets`');
  const packages = packagesOf(wanted);
  const choices = { patterns: patterns(packages), classifiers: classifiers(packages) };
  const selection = selectPatterns(choices, wanted);
  if (selection.kind === 'groups') return createScanner(selection);
  const near = nearestName(selection.name, [...selection.known, ...scannable]);
  return refuse(
    `there is no package or pattern \`${selection.name}\``,
    near === undefined ? `packages with patterns: ${scannable.join(', ')}` : `did you mean \`${near}\`?`,
  );
}

/** The packages of the library that are there for their patterns. */
const scannable: readonly string[] = [
  'std.attack',
  'std.identifiers',
  'std.injection',
  'std.pii',
  'std.secrets',
  'std.unicode',
];

/** Scans and shows; gives the number of matches. */
function scanText(scanner: Scanner, { id, text }: ScanText, format: 'text' | 'json'): number {
  const matches = scanner.scan(text, String(id));
  if (format === 'json') {
    const plain = matches.map(({ kind, start, end, score }) => ({ kind, start, end, score }));
    stdout.write(`${JSON.stringify({ id, matches: plain })}\n`);
    return matches.length;
  }
  const paint = paletteFor(stdout);
  const places = createPlaces(text);
  for (const { kind, start, score } of matches) {
    // Rounded down, so that nothing looks certain that is not.
    const sure = score < 1 ? ` (${(Math.floor(score * 100) / 100).toFixed(2)})` : '';
    stdout.write(`${id}:${places(start)} ${paint.warning(kind)}${sure}\n`);
  }
  return matches.length;
}

/** `line:column` of a code point, counted from 1; asked in ascending order. */
function createPlaces(text: string): (point: number) => string {
  const points = [...text];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  return (point) => {
    for (; at < point; at++) {
      if (points[at] !== '\n') continue;
      line++;
      lineStart = at + 1;
    }
    return `${line}:${point - lineStart + 1}`;
  };
}
