// All cases through classification, inference and the engines, counted.

import { readCases } from './cases.ts';
import type { CelCase } from './cases.ts';
import { exclusionOf } from './classify.ts';
import { elaborate } from './elaborate.ts';
import { interpretCase } from './interpret-case.ts';
import { runModules } from './module-case.ts';
import type { ModuleCase } from './module-case.ts';

export interface Disagreement {
  readonly id: string;
  readonly expr: string;
  readonly engine: 'checker' | 'interpreter' | 'module';
  readonly reason: string;
}

export interface Outcome {
  readonly total: number;
  readonly inside: number;
  readonly agreeing: number;
  /** Cases that expect an error and are refused when checked, which agrees. */
  readonly refused: number;
  /** Outside cases by reason. */
  readonly outside: ReadonlyMap<string, number>;
  /** Inside cases by file of the suite. */
  readonly files: ReadonlyMap<string, { readonly inside: number; readonly outside: number }>;
  readonly disagreements: readonly Disagreement[];
}

/** Runs every case of `text`, one JSON object a line. */
export async function runCases(text: string): Promise<Outcome> {
  const cases = readCases(text);
  const outside = new Map<string, number>();
  const files = new Map<string, { inside: number; outside: number }>();
  const disagreements: Disagreement[] = [];
  const compiled: ModuleCase[] = [];
  let refused = 0;
  for (const test of cases) {
    const counts = files.get(test.file) ?? { inside: 0, outside: 0 };
    files.set(test.file, counts);
    const exclusion = exclusionOf(test);
    if (exclusion !== undefined) {
      outside.set(exclusion, (outside.get(exclusion) ?? 0) + 1);
      counts.outside++;
      continue;
    }
    counts.inside++;
    const verdict = judge(test);
    if (verdict === 'refused') refused++;
    else if ('reason' in verdict) disagreements.push(verdict);
    else compiled.push(verdict);
  }
  for (const [id, reason] of await runModules(compiled)) {
    const expr = compiled.find(({ test }) => test.id === id)?.test.expr ?? '';
    disagreements.push({ id, expr, engine: 'module', reason });
  }
  const inside = cases.length - [...outside.values()].reduce((sum, count) => sum + count, 0);
  const agreeing = inside - disagreements.length;
  return { total: cases.length, inside, agreeing, refused, outside, files, disagreements };
}

/** Checks and interprets; what agrees so far goes on to be compiled. */
function judge(test: CelCase): 'refused' | ModuleCase | Disagreement {
  const { id, expr } = test;
  const result = elaborate(test);
  if (result.kind === 'refused') {
    if (test.expected.kind === 'error') return 'refused';
    const reason = result.diagnostics.map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`).join('; ');
    return { id, expr, engine: 'checker', reason };
  }
  const interpreted = interpretCase(test, result.elaborated);
  if (interpreted !== undefined) return { id, expr, engine: 'interpreter', reason: interpreted };
  return { test, elaborated: result.elaborated };
}
