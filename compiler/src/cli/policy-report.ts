// The enforcement report as far as a compile knows it: where the policy says each rule's surface is enforced, and which
// threats are covered. A surface that no `deploy` routes is a gap.

import type { Model, RuleModel } from '@rdp/language';
import { coverageOf } from './commands/coverage.ts';

/** One rule at one deployment. */
interface ReportRow {
  readonly rule: string;
  readonly verb: RuleModel['verb'];
  readonly on: string;
  readonly deploy: string | undefined;
  readonly via: string | undefined;
}

/** `report.json` and `report.md`. */
export function emitReport(model: Model): readonly (readonly [string, string])[] {
  const rows = model.rules.flatMap((rule) => rowsOf(rule, model));
  const threats = coverageOf(model);
  const report = {
    version: 1,
    rules: rows.map((row) => ({
      ...row,
      deploy: row.deploy ?? null,
      via: row.via ?? null,
      status: row.via === undefined ? 'gap' : 'routed',
    })),
    threats,
  };
  const lines = [
    '# Enforcement report',
    '',
    '| rule | on | deployment | via |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ rule, on, deploy, via }) =>
        `| ${rule} | ${on} | ${deploy ?? '–'} | ${via ?? 'gap: no deployment routes this surface'} |`,
    ),
    '',
    '| threat | title | rules |',
    '| --- | --- | --- |',
    ...threats.map(({ threat, title, rules }) => `| ${threat} | ${title} | ${rules.join(', ') || 'none'} |`),
    '',
  ];
  return [
    ['report.json', `${JSON.stringify(report, null, 2)}\n`],
    ['report.md', lines.join('\n')],
  ];
}

function rowsOf({ name, verb, surface, event }: RuleModel, model: Model): readonly ReportRow[] {
  const on = `${surface}.${event}`;
  const routed = model.deploys.flatMap((deploy) =>
    deploy.routes
      .filter((route) => route.surface === surface)
      .map((route) => ({ rule: name, verb, on, deploy: deploy.name, via: route.via })),
  );
  return routed.length > 0 ? routed : [{ rule: name, verb, on, deploy: undefined, via: undefined }];
}
