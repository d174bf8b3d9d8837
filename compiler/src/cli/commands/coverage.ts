// `rdpc coverage`: which threats the rules of a policy cover, edition by edition, and by what they are enforced.

import type { Model, RuleModel } from '@rdp/language';
import { checkFiles } from '../check-files.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';

/** One threat, the rules that cover it, and where those rules' events are enforced. */
export interface ThreatCoverage {
  readonly threat: string;
  readonly title: string;
  readonly rules: readonly string[];
  readonly enforcers: readonly string[];
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
      const coverage = coverageOf(result.model);
      stdout.write(args.format === 'json' ? `${JSON.stringify(coverage, null, 2)}\n` : tableOf(coverage));
      return showDiagnostics(result.diagnostics, { format: 'text', root });
    },
  });
}

/** Coverage of every threat of the editions that the policy names at all; sorted by id. */
export function coverageOf(model: Model): readonly ThreatCoverage[] {
  const named = new Set(model.rules.flatMap(({ covers }) => covers.map(editionOf)));
  return [...model.threats]
    .filter(([id]) => named.has(editionOf(id)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([threat, title]) => {
      const rules = model.rules.filter(({ covers }) => covers.includes(threat));
      return {
        threat,
        title,
        rules: rules.map(({ name }) => name),
        enforcers: [...new Set(rules.flatMap((rule) => enforcersOf(rule, model)))].sort(),
      };
    });
}

function enforcersOf(rule: RuleModel, model: Model): readonly string[] {
  return model.deploys.flatMap(({ routes }) =>
    routes.filter(({ surface }) => surface === rule.surface).map(({ surface, via }) => `${surface} via ${via}`),
  );
}

function editionOf(id: string): string {
  return id.slice(0, id.lastIndexOf('.'));
}

function tableOf(coverage: readonly ThreatCoverage[]): string {
  const paint = paletteFor(stdout);
  let edition = '';
  let text = '';
  for (const { threat, title, rules, enforcers } of coverage) {
    if (editionOf(threat) !== edition) {
      edition = editionOf(threat);
      text += `${text === '' ? '' : '\n'}${paint.strong(edition)}\n`;
    }
    const id = threat.slice(edition.length + 1);
    const by = rules.length === 0 ? paint.faint('no rule') : paint.good(rules.join(', '));
    text += `  ${id.padEnd(6)} ${title.padEnd(36)} ${by}${enforcers.length === 0 ? '' : `  (${enforcers.join(', ')})`}\n`;
  }
  return text === '' ? 'no rule says which threats it covers (`covers owasp.llm.v2026.LLM01`)\n' : text;
}
