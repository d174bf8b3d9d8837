// `rdpc coverage`: which threats the rules of a policy cover, edition by edition: by which rules, which tests show it, what enforces
// them where, and what of a threat no enforcer can see.

import type { Model } from '@rdp/language';
import { editionOf, type ThreatCoverage } from '../../deploy/coverage.ts';
import { plansOf } from '../../deploy/native-emitters.ts';
import { reportOf } from '../../deploy/report.ts';
import { checkFiles } from '../check-files.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { runTests, type TestRun } from '../run-tests.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';

/** A threat with the tests that passed and expect one of the rules that cover it. */
interface TestedThreat extends ThreatCoverage {
  readonly tests: readonly string[];
}

/** The verb `coverage`. */
export function coverageCommand(): Verb {
  return verb({
    command: 'coverage [path]',
    describe: 'threats × rules × enforcement points, edition by edition',
    options: {
      format: { choices: ['text', 'json'] as const, default: 'text' as const, describe: 'how it is reported' },
    },
    examples: [['$0 coverage policies', 'what is covered, and what is not']],
    run: async (args) => {
      const { root, result } = await checkFiles(wordsOf(args, 'path')[0] ?? '.');
      const programs = result.programs ?? [];
      const { runs } = await runTests(result.model, programs, root);
      const { threats } = reportOf(result.model, plansOf(result.model, programs));
      const coverage = threats.map((threat) => ({ ...threat, tests: testsOf(threat, result.model, runs) }));
      stdout.write(
        args.format === 'json' ? `${JSON.stringify(coverage, null, 2)}\n` : textOf(coverage, result.model.deploys),
      );
      return showDiagnostics(result.diagnostics, { format: 'text', root });
    },
  });
}

/** A test shows that a threat is covered when it passes and expects by name a rule that covers it. */
function testsOf({ threat }: ThreatCoverage, { rules }: Model, runs: readonly TestRun[]): readonly string[] {
  const shows = ({ test, failures }: TestRun): boolean => {
    if (failures.length > 0) return false;
    const expected = test.expect.flatMap((expectation) => {
      if (expectation.negated) return [];
      if (expectation.kind === 'fires') return [expectation.rule];
      return expectation.kind === 'outcome' && expectation.by !== undefined ? [expectation.by] : [];
    });
    return rules.some(
      (rule) =>
        rule.package === test.package &&
        rule.surface === test.surface &&
        rule.event === test.event &&
        rule.covers.includes(threat) &&
        expected.includes(rule.name),
    );
  };
  return runs.filter(shows).map(({ test }) => test.name);
}

function textOf(coverage: readonly TestedThreat[], deploys: Model['deploys']): string {
  if (coverage.length === 0) return 'no rule says which threats it covers (`covers owasp.llm.v2026.LLM01`)\n';
  const editions = [...new Set(coverage.map(({ threat }) => editionOf(threat)))];
  if (deploys.length > 0) return editions.map((edition) => editionText(edition, coverage)).join('\n');
  // Said once: it is so for every rule.
  const undeployed = coverage.map((row) => ({ ...row, gaps: [] }));
  const texts = editions.map((edition) => editionText(edition, undeployed));
  return [...texts, 'no deployment is declared (`deploy`): nothing says where these rules are enforced\n'].join('\n');
}

function editionText(edition: string, coverage: readonly TestedThreat[]): string {
  const paint = paletteFor(stdout);
  const threats = coverage.filter(({ threat }) => editionOf(threat) === edition);
  const lines = threats.flatMap((row) => [
    `  ${row.threat.slice(edition.length + 1).padEnd(6)} ${row.title.padEnd(36)} ${
      row.rules.length === 0 ? paint.faint('no rule') : paint.good(row.rules.join(', '))
    }`,
    ...(
      [
        ['enforced', row.enforced],
        ['observed', row.observed],
        ['gap', row.gaps],
        ['tested', row.rules.length > 0 && row.tests.length === 0 ? ['no test expects one of its rules'] : row.tests],
        ['residual', row.residual === null ? [] : [row.residual]],
      ] as const
    ).flatMap(([what, words]) =>
      words.length === 0 ? [] : [paint.faint(`         ${what.padEnd(8)} ${words.join(', ')}`)],
    ),
  ]);
  const count = (has: (row: TestedThreat) => boolean): number => threats.filter(has).length;
  const summary = `${count(({ rules }) => rules.length > 0)} of ${threats.length} with a rule, ${count(
    ({ tests }) => tests.length > 0,
  )} with a rule and a test that passes`;
  return [`${paint.strong(edition)}  ${summary}`, ...lines, ''].join('\n');
}
