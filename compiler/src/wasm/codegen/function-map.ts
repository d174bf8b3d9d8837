// From functions of a module back to rules: what `policy.map.json` says. Functions keep their names in the module's name
// section, so a stack trace or a profile gives the name, and the map gives rule and place.

import { type CoreRule, lineColumn } from '@rdp/language';
import type { Ir } from '../../ir/ir.ts';

/** The function that decides whether a rule fires. */
export interface RuleFunction {
  readonly function: string;
  readonly entrypoint: string;
  readonly rule: CoreRule;
}

/** Text of `policy.map.json`, keys and functions in a fixed order. */
export function mapText(ir: Ir, functions: readonly RuleFunction[]): string {
  const rows = functions.map(({ function: name, entrypoint, rule }) => {
    const start = lineColumn(rule.span.file, rule.span.start);
    const end = lineColumn(rule.span.file, rule.span.end);
    return {
      function: name,
      entrypoint,
      rule: rule.name,
      verb: rule.verb,
      file: rule.span.file.path,
      start: [start.line, start.column],
      end: [end.line, end.column],
    };
  });
  return `${JSON.stringify({ version: 1, entrypoints: ir.entrypoints.map(({ name }) => name), functions: rows }, null, 1)}\n`;
}
