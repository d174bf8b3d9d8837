// `rdpc test`: runs the `test` blocks of a policy on the module that would ship, and the examples of its patterns.

import { join, relative } from 'node:path';
import { hasErrors, lineColumn, type CoreProgram, type PatternModel, type Span } from '@rdp/language';
import { lowerPrograms } from '../../compile.ts';
import { coverageOfInputs, type RuleCoverage } from '../../testing/clause-coverage.ts';
import { checkExamples, exampleGroups, type ExampleFailure } from '../../testing/check-examples.ts';
import { withTestKey } from '../../testing/test-key.ts';
import { checkFiles } from '../check-files.ts';
import { createScanner } from '../create-scanner.ts';
import { exitCodes, refuseWithoutRules, type ExitCode } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { runTests, type TestRun } from '../run-tests.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';

/** A pattern that has examples, and those that do not hold. */
interface PatternRun {
  readonly model: PatternModel;
  readonly failures: readonly ExampleFailure[];
}

interface ProjectRun {
  readonly root: string;
  readonly runs: readonly TestRun[];
  readonly patterns: readonly PatternRun[];
  readonly coverage: readonly RuleCoverage[];
}

/** The verb `test`. */
export function testCommand(): Verb {
  return verb({
    command: 'test [paths..]',
    describe: 'run the tests of a policy',
    options: {
      coverage: { type: 'boolean', default: false, describe: 'which rules and branches the tests exercise' },
      format: { choices: ['text', 'json'] as const, default: 'text' as const, describe: 'how results are reported' },
    },
    examples: [['$0 test policies --coverage', '']],
    run: async (args) => {
      const words = wordsOf(args, 'paths');
      const codes: ExitCode[] = [];
      for (const path of words.length === 0 ? ['.'] : words) codes.push(await testPath(path, args));
      return codes.includes(exitCodes.policy) ? exitCodes.policy : exitCodes.fine;
    },
  });
}

async function testPath(
  path: string,
  options: { readonly coverage: boolean; readonly format: 'text' | 'json' },
): Promise<ExitCode> {
  const { root, result } = await checkFiles(path);
  const code = showDiagnostics(result.diagnostics, { format: 'text', root });
  if (hasErrors(result.diagnostics)) return code;
  const own = result.model.packages.filter(({ std }) => !std).map(({ name }) => name);
  const patterns = await runExamples(result.patterns(own));
  const programs = result.programs ?? [];
  if (programs.length === 0 && (patterns.length === 0 || result.model.tests.length > 0)) refuseWithoutRules(path);
  const { runs, data } = await runTests(result.model, programs, root);
  const coverage = options.coverage ? coverageOf(runs, programs, data) : [];
  const run: ProjectRun = { root, patterns, runs, coverage };
  stdout.write(
    options.format === 'json' ? `${JSON.stringify(plainOf(run), null, 2)}\n` : textOf(run, options.coverage),
  );
  return failed(run) > 0 ? exitCodes.policy : exitCodes.fine;
}

function coverageOf(runs: readonly TestRun[], programs: readonly CoreProgram[], data: string): readonly RuleCoverage[] {
  const inputs = runs.flatMap(({ test, inputs: own }) => own.map((input) => ({ entrypoint: test.entrypoint, input })));
  return coverageOfInputs(lowerPrograms(programs, { internal: 'keep' }), inputs, JSON.parse(withTestKey(data)));
}

async function runExamples(models: readonly PatternModel[]): Promise<readonly PatternRun[]> {
  const groups = exampleGroups(models);
  if (groups.length === 0) return [];
  const { scan, close } = await createScanner({ groups });
  const failures = checkExamples(models, (text) => new Set(scan(text).map(({ group }) => group)));
  close();
  return models
    .filter(({ examples, counterexamples }) => examples.length + counterexamples.length > 0)
    .map((model) => ({ model, failures: failures.filter((failure) => failure.model === model) }));
}

function failed({ runs, patterns }: ProjectRun): number {
  return [...runs, ...patterns].filter(({ failures }) => failures.length > 0).length;
}

function placeOf({ file, start }: Span, root: string): string {
  const { line, column } = lineColumn(file, start);
  return `${relative(process.cwd(), join(root, file.path))}:${line}:${column}`;
}

function textOf(run: ProjectRun, withCoverage: boolean): string {
  const { root, runs, patterns, coverage } = run;
  const paint = paletteFor(stdout);
  const head = (name: string, failures: readonly unknown[]): string =>
    `${failures.length === 0 ? paint.good('ok  ') : paint.error('FAIL')} ${name}`;
  const lines = [
    ...runs.flatMap(({ test, failures }) => [
      head(test.name, failures),
      ...failures.map(({ expectation, message }) => `     ${placeOf(expectation.span, root)}  ${message}`),
    ]),
    ...patterns.flatMap(({ model, failures }) => [
      head(`examples of the pattern ${model.name}`, failures),
      ...failures.map(({ span, message }) => `     ${placeOf(span, root)}  ${message}`),
    ]),
  ];
  const summary = `${runs.length + patterns.length - failed(run)} passed, ${failed(run)} failed`;
  return `${[...lines, '', ...(withCoverage ? [...coverageLines(coverage), ''] : []), summary].join('\n')}\n`;
}

function coverageLines(coverage: readonly RuleCoverage[]): readonly string[] {
  const paint = paletteFor(stdout);
  const branches = coverage.flatMap((rule) => rule.branches.flatMap(({ held, failed }) => [held, failed]));
  const share = (seen: number, all: number): string =>
    `${seen} of ${all}${all === 0 ? '' : ` (${Math.round((100 * seen) / all)} %)`}`;
  // A pack that is applied to several surfaces has its names on each.
  const times = new Map<string, number>();
  for (const { rule } of coverage) times.set(rule, (times.get(rule) ?? 0) + 1);
  const where = (entrypoint: string, rule: string): string =>
    (times.get(rule) ?? 0) > 1 ? ` on ${entrypoint.split('/').slice(-2).join('.')}` : '';
  const open = coverage.flatMap(({ entrypoint, rule, fired, branches: own }) => {
    const missing = own.flatMap(({ what, held, failed }) => [
      ...(held ? [] : [`${what} never holds`]),
      ...(failed ? [] : [`${what} never fails`]),
    ]);
    const all = [...(fired ? [] : ['never fires']), ...missing];
    return all.length === 0 ? [] : [paint.faint(`  ${rule}${where(entrypoint, rule)}: ${all.join(', ')}`)];
  });
  return [
    `rules    ${share(coverage.filter(({ fired }) => fired).length, coverage.length)}`,
    `branches ${share(branches.filter(Boolean).length, branches.length)}`,
    ...open,
  ];
}

function plainOf({ root, runs, patterns, coverage }: ProjectRun): object {
  return {
    tests: runs.map(({ test, failures }) => ({
      name: test.name,
      at: placeOf(test.span, root),
      passed: failures.length === 0,
      failures: failures.map(({ expectation, message }) => ({ at: placeOf(expectation.span, root), message })),
    })),
    patterns: patterns.map(({ model, failures }) => ({
      name: `${model.package}.${model.name}`,
      at: placeOf(model.span, root),
      passed: failures.length === 0,
      failures: failures.map(({ span, message }) => ({ at: placeOf(span, root), message })),
    })),
    coverage,
  };
}
