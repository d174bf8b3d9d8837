// `rdpc explain`: the page of a diagnostic's code, what a rule of a policy decides and when, or the bound on a policy's work.

import { readFileSync } from 'node:fs';
import { relative, join } from 'node:path';
import {
  catalogEntry,
  diagnosticCodes,
  lineColumn,
  nearestName,
  type ClassifierModel,
  type CoreProgram,
  type RuleModel,
  type Span,
} from '@rdp/language';
import { costOf, printCost } from '../../ir/cost.ts';
import { lowerPrograms } from '../../compile.ts';
import { lowerProgram } from '../../ir/lower.ts';
import { checkFiles, type CheckedProject } from '../check-files.ts';
import { checkLibrary } from '../check-library.ts';
import { exitCodes, refuse, type ExitCode } from '../faults.ts';
import { readBytes } from '../read-project.ts';
import { explainScore, scoreText } from '../../classifier/score.ts';
import { viewParts } from '../../pattern/view-parts.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';

/** The verb `explain`. */
export function explainCommand(): Verb {
  return verb({
    command: 'explain [what] [path]',
    describe: 'explain a diagnostic, a rule, or what a policy costs',
    options: {
      cost: { type: 'boolean', default: false, describe: 'the bound on the work of each event' },
      text: { type: 'string', describe: 'file of a text that a classifier is asked about; - is standard input' },
    },
    examples: [
      ['$0 explain unhandled-optional', 'the page of a diagnostic'],
      ['$0 explain StopSecrets policies', 'what a rule decides, on what'],
      ['$0 explain --cost policies', 'a bound on the work a byte'],
      ['$0 explain std.injection.model --text prompt.txt', 'why a classifier is so sure of a text'],
    ],
    run: async (args) => {
      const [what] = wordsOf(args, 'what');
      const [path] = wordsOf(args, 'path');
      if (args.cost) return explainCost(what ?? '.');
      if (what === undefined)
        return refuse('say what to explain', 'a code of a diagnostic, the name of a rule, or --cost');
      if (args.text !== undefined) return explainText(what, path, args.text);
      return catalogEntry(what) === undefined ? explainRule(what, path ?? '.') : explainCode(what);
    },
  });
}

/** A classifier's probability of a text, as it stands and in its normalised view, with the n-grams that count most. */
async function explainText(name: string, path: string | undefined, file: string): Promise<ExitCode> {
  const models = await classifiersOf(path);
  const model = models.get(name);
  if (model === undefined) {
    const near = nearestName(name, models.keys());
    return refuse(
      `\`${name}\` is no classifier${path === undefined ? ' of the library' : ` of \`${path}\``}`,
      near === undefined ? 'name it with its package: `std.injection.model`' : `did you mean \`${near}\`?`,
    );
  }
  const text = new TextDecoder().decode(readBytes(file));
  const readings = [
    ['as it stands', [text]] as const,
    ['normalized, leet', viewParts(text, 'normalized-leet')] as const,
  ];
  for (const [how, parts] of readings) {
    const scores = parts.map((part) => ({ part, probability: scoreText(model, part).probability }));
    const best = scores.reduce((a, b) => (b.probability > a.probability ? b : a));
    const verdict = best.probability >= model.threshold ? 'reaches' : 'is below';
    stdout.write(`${how}: ${best.probability.toFixed(4)} ${verdict} the threshold ${model.threshold}\n`);
    for (const { text: ngram, weight } of explainScore(model, best.part, 8)) {
      stdout.write(`  ${`+${weight.toFixed(2)}`.padEnd(7)}${ngram.replaceAll(/\s+/g, ' ')}\n`);
    }
  }
  return exitCodes.fine;
}

/** Classifiers of the library, or those that a policy can use, by full name. */
async function classifiersOf(path: string | undefined): Promise<ReadonlyMap<string, ClassifierModel>> {
  const result = path === undefined ? checkLibrary() : (await checkFiles(path)).result;
  const packages = ['std.injection', ...result.model.packages.map(({ name }) => name)];
  return new Map(result.classifiers([...new Set(packages)]).map((model) => [model.name, model]));
}

function explainCode(code: string): ExitCode {
  stdout.write(readPage(code));
  return exitCodes.fine;
}

/** A page stands beside the bundled command, and in `docs/` when the sources run themselves. */
function readPage(code: string): string {
  for (const place of ['./diagnostics/', '../../../../docs/diagnostics/']) {
    try {
      return readFileSync(new URL(`${place}${code}.md`, import.meta.url), 'utf8');
    } catch {
      continue; // the other place has it
    }
  }
  throw new Error(`there is no page for ${code}`);
}

async function explainRule(name: string, path: string): Promise<ExitCode> {
  const project = await checkFiles(path);
  // A pack may be applied to several surfaces.
  const rules = project.result.model.rules.filter((candidate) => candidate.name === name);
  if (rules.length === 0) {
    const names = [...project.result.model.rules.map((known) => known.name), ...diagnosticCodes()];
    const near = nearestName(name, names);
    return refuse(
      `\`${name}\` is neither a diagnostic nor a rule of \`${path}\``,
      near === undefined ? 'name a policy that has the rule: `rdpc explain RULE PATH`' : `did you mean \`${near}\`?`,
    );
  }
  stdout.write(rules.map((rule) => describeRule(rule, project)).join('\n'));
  return showDiagnostics(project.result.diagnostics, { format: 'text', root: project.root });
}

function describeRule(rule: RuleModel, { root, result }: CheckedProject): string {
  const paint = paletteFor(stdout);
  const { line, column } = lineColumn(rule.span.file, rule.span.start);
  const place = `${relative(process.cwd(), join(root, rule.span.file.path))}:${line}:${column}`;
  const lines = [
    `${paint.strong(`${rule.verb} ${rule.name}`)} on ${rule.surface}.${rule.event}  ${paint.faint(place)}`,
    `entrypoint  ${rule.package.replaceAll('.', '/')}/${rule.surface}/${rule.event}`,
    ...rule.doc.split('\n').flatMap((line) => (line === '' ? [] : [paint.faint(line)])),
    ...rule.covers.map((id) => `covers      ${id}  ${result.model.threats.get(id)?.title ?? ''}`),
    ...rule.conditions.map((span) => clauseText(span)),
    ...rolesOf(rule, result.programs ?? []),
  ];
  return `${lines.join('\n')}\n`;
}

/** A clause as it is written, in the columns of what stands around it. */
function clauseText({ file, start, end }: Span): string {
  const [, word = '', rest = ''] = /^(\w+)\s*([^]*)$/.exec(file.text.slice(start, end)) ?? [];
  return `${word.padEnd(10)}  ${rest.trimEnd().replaceAll(/\n\s*/g, `\n${' '.repeat(12)}`)}`;
}

/** How the rule takes part in a decision: mode, action, the rules that build on it, the facts that a decision will show. */
function rolesOf(model: RuleModel, programs: readonly CoreProgram[]): readonly string[] {
  for (const program of programs) {
    const ir = lowerProgram(program);
    for (const entrypoint of ir.entrypoints) {
      if (entrypoint.surface !== model.surface) continue;
      const index = entrypoint.rules.findIndex(
        ({ name, span }) => name === model.name && span.start === model.span.start,
      );
      const rule = entrypoint.rules[index];
      if (rule === undefined) continue;
      const test = entrypoint.index.tests.findIndex((candidate) =>
        [...candidate.equal.values(), ...candidate.prefix.values()].some((rules) => rules.includes(index)),
      );
      return [
        `mode        ${rule.mode}`,
        ...(rule.action === undefined ? [] : [`action      ${rule.action.kind}`]),
        ...(rule.verb === 'detect' ? [`severity    ${rule.severity}`] : []),
        `facts       ${rule.facts.map(({ name }) => name).join(', ') || 'none'}`,
        `evaluated   ${test < 0 ? 'for every event' : 'only for events with a value that its condition tests for equality or prefix'}`,
      ];
    }
  }
  return [];
}

async function explainCost(path: string): Promise<ExitCode> {
  const { root, result } = await checkFiles(path);
  for (const program of result.programs ?? []) {
    for (const entrypoint of lowerPrograms([program], { internal: 'omit' }).entrypoints) {
      stdout.write(`${entrypoint.name}\n${printCost(costOf(entrypoint))}\n`);
    }
  }
  return showDiagnostics(result.diagnostics, { format: 'text', root });
}
