// Which rules and branches a set of inputs exercises. A branch is one outcome of something that decides about a rule:
// its condition, a find, a score, an exemption — each can hold and can fail. The interpreter tells what it saw.

import type { Ir, IrEntrypoint } from '../ir/ir.ts';
import { isNever } from '../ir/passes/fold.ts';
import { interpret, type RuleTrace } from '../ir/interpret/interpret.ts';

/** One thing that decides about a rule, and which of its outcomes were seen. */
export interface BranchCoverage {
  readonly what: string;
  readonly held: boolean;
  readonly failed: boolean;
}

export interface RuleCoverage {
  readonly entrypoint: string;
  readonly rule: string;
  readonly fired: boolean;
  readonly branches: readonly BranchCoverage[];
}

/** Inputs by entrypoint. */
export type Inputs = readonly { readonly entrypoint: string; readonly input: Uint8Array }[];

/** Coverage of every rule of `ir` by `inputs`. */
export function coverageOfInputs(ir: Ir, inputs: Inputs, data: unknown): readonly RuleCoverage[] {
  // The forms of an event's entrypoint have its rules, at its positions.
  const own = ir.entrypoints.filter(({ prepare }) => prepare === undefined);
  return own.flatMap((entrypoint) => {
    const traces: RuleTrace[] = [];
    for (const one of inputs) {
      if (one.entrypoint !== entrypoint.name && !one.entrypoint.startsWith(`${entrypoint.name}/`)) continue;
      interpret({ ir, entrypoint: one.entrypoint, input: one.input, data, trace: (trace) => traces.push(trace) });
    }
    return rulesOf(entrypoint, traces);
  });
}

function rulesOf(entrypoint: IrEntrypoint, traces: readonly RuleTrace[]): readonly RuleCoverage[] {
  return entrypoint.rules.flatMap((rule, index) => {
    // What a parameter of a pack leaves out no test can exercise.
    if (isNever(rule)) return [];
    const own = traces.filter((trace) => trace.rule === index);
    const branch = (what: string, outcome: (trace: RuleTrace) => boolean | undefined): BranchCoverage => {
      const seen = own.map(outcome);
      return { what, held: seen.includes(true), failed: seen.includes(false) };
    };
    return [
      {
        entrypoint: entrypoint.name,
        rule: rule.name,
        fired: own.some(({ fired }) => fired),
        branches: [
          ...(rule.condition === undefined ? [] : [branch('when', ({ condition }) => condition)]),
          ...(rule.finds.length === 0 ? [] : [branch('find', ({ found }) => found)]),
          ...rule.scores.map((_, nth) => branch(`score ${nth + 1}`, ({ scores }) => scores[nth])),
          ...rule.exemptions.map((_, nth) => branch(`exempt ${nth + 1}`, ({ exemptions }) => exemptions[nth])),
        ],
      },
    ];
  });
}
