// `rdpc coverage`: which threats the rules of a policy cover, edition by edition, and by what they are enforced.

import { editionOf, type ThreatCoverage } from '../../deploy/coverage.ts';
import { plansOf } from '../../deploy/native-emitters.ts';
import { reportOf } from '../../deploy/report.ts';
import { checkFiles } from '../check-files.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';

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
      const { threats: coverage } = reportOf(result.model, plansOf(result.model, result.programs ?? []));
      stdout.write(args.format === 'json' ? `${JSON.stringify(coverage, null, 2)}\n` : tableOf(coverage));
      return showDiagnostics(result.diagnostics, { format: 'text', root });
    },
  });
}

function tableOf(coverage: readonly ThreatCoverage[]): string {
  const paint = paletteFor(stdout);
  let edition = '';
  let text = '';
  for (const { threat, title, rules, enforced, observed, gaps } of coverage) {
    if (editionOf(threat) !== edition) {
      edition = editionOf(threat);
      text += `${text === '' ? '' : '\n'}${paint.strong(edition)}\n`;
    }
    const id = threat.slice(edition.length + 1);
    const by = rules.length === 0 ? paint.faint('no rule') : paint.good(rules.join(', '));
    text += `  ${id.padEnd(6)} ${title.padEnd(36)} ${by}\n`;
    for (const [what, places] of [
      ['enforced', enforced],
      ['observed', observed],
      ['gap', gaps],
    ] as const) {
      if (places.length > 0) text += paint.faint(`         ${what.padEnd(8)} ${places.join(', ')}\n`);
    }
  }
  return text === '' ? 'no rule says which threats it covers (`covers owasp.llm.v2026.LLM01`)\n' : text;
}
