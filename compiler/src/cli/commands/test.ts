// `rdpc test`: runs the `test` blocks of a policy on the module that would ship.

import { join, relative } from 'node:path';
import { hasErrors, lineColumn, type Span, type TestModel } from '@rdp/language';
import { lowerPrograms } from '../../compile.ts';
import { coverageOfInputs, type RuleCoverage } from '../../testing/clause-coverage.ts';
import { judge, type Failure } from '../../testing/judge.ts';
import { checkFiles } from '../check-files.ts';
import { loadProject } from '../decide-project.ts';
import { exitCodes, type ExitCode } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { readInput, wrapDocument } from '../parse-input.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';

interface TestRun {
  readonly test: TestModel;
  readonly input: Uint8Array;
  readonly failures: readonly Failure[];
}

interface ProjectRun {
  readonly root: string;
  readonly runs: readonly TestRun[];
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
  const programs = result.programs ?? [];
  const { enforcer, data } = await loadProject(programs, root);
  const runs: TestRun[] = [];
  for (const test of result.model.tests) {
    const input = await inputOf(test, root);
    runs.push({ test, input, failures: judge(test, enforcer.decide(test.entrypoint, input), input) });
  }
  enforcer.close();
  const inputs = runs.map(({ test, input }) => ({ entrypoint: test.entrypoint, input }));
  const coverage = options.coverage
    ? coverageOfInputs(lowerPrograms(programs, { internal: 'keep' }), inputs, JSON.parse(data))
    : [];
  const run: ProjectRun = { root, runs, coverage };
  stdout.write(
    options.format === 'json' ? `${JSON.stringify(plainOf(run), null, 2)}\n` : textOf(run, options.coverage),
  );
  return runs.some(({ failures }) => failures.length > 0) ? exitCodes.policy : exitCodes.fine;
}

async function inputOf({ given }: TestModel, root: string): Promise<Uint8Array> {
  if (given.kind === 'object') return new TextEncoder().encode(given.text);
  return wrapDocument(await readInput(join(root, given.path)), given.wrap);
}

function placeOf({ file, start }: Span, root: string): string {
  const { line, column } = lineColumn(file, start);
  return `${relative(process.cwd(), join(root, file.path))}:${line}:${column}`;
}

function textOf({ root, runs, coverage }: ProjectRun, withCoverage: boolean): string {
  const paint = paletteFor(stdout);
  const lines = runs.flatMap(({ test, failures }) => [
    `${failures.length === 0 ? paint.good('ok  ') : paint.error('FAIL')} ${test.name}`,
    ...failures.map(({ expectation, message }) => `     ${placeOf(expectation.span, root)}  ${message}`),
  ]);
  const failed = runs.filter(({ failures }) => failures.length > 0).length;
  const summary = `${runs.length - failed} passed, ${failed} failed`;
  return `${[...lines, '', ...(withCoverage ? [...coverageLines(coverage), ''] : []), summary].join('\n')}\n`;
}

function coverageLines(coverage: readonly RuleCoverage[]): readonly string[] {
  const paint = paletteFor(stdout);
  const branches = coverage.flatMap((rule) => rule.branches.flatMap(({ held, failed }) => [held, failed]));
  const share = (seen: number, all: number): string =>
    `${seen} of ${all}${all === 0 ? '' : ` (${Math.round((100 * seen) / all)} %)`}`;
  const open = coverage.flatMap(({ rule, fired, branches: own }) => {
    const missing = own.flatMap(({ what, held, failed }) => [
      ...(held ? [] : [`${what} never holds`]),
      ...(failed ? [] : [`${what} never fails`]),
    ]);
    const all = [...(fired ? [] : ['never fires']), ...missing];
    return all.length === 0 ? [] : [paint.faint(`  ${rule}: ${all.join(', ')}`)];
  });
  return [
    `rules    ${share(coverage.filter(({ fired }) => fired).length, coverage.length)}`,
    `branches ${share(branches.filter(Boolean).length, branches.length)}`,
    ...open,
  ];
}

function plainOf({ root, runs, coverage }: ProjectRun): object {
  return {
    tests: runs.map(({ test, failures }) => ({
      name: test.name,
      at: placeOf(test.span, root),
      passed: failures.length === 0,
      failures: failures.map(({ expectation, message }) => ({ at: placeOf(expectation.span, root), message })),
    })),
    coverage,
  };
}
