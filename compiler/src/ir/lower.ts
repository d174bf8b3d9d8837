// From core to the intermediate representation: the passes, one after another. Everything that can be known before a
// document is seen is worked out here; the meaning of the rules stays what it was.

import type { CoreEntrypoint, CoreProgram, CoreRule } from '@rdp/language';
import type { Ir, IrEntrypoint } from './ir.ts';
import { collectParameters } from './passes/collect-parameters.ts';
import { collectPatterns } from './passes/collect-patterns.ts';
import { foldExpr, foldRules } from './passes/fold.ts';
import { indexRules } from './passes/index-rules.ts';
import { orderRules } from './passes/order.ts';
import { projectFields, pruneRecord } from './passes/project.ts';
import { withoutUnusedKinds } from './passes/unused-kinds.ts';
import { settledRules } from './settled.ts';
import { partsOf } from './stream-plan.ts';

/** The intermediate representation of a checked program. */
export function lowerProgram(core: CoreProgram): Ir {
  const known = new Map<readonly CoreRule[], LoweredRules>();
  const entrypoints = core.entrypoints.map((entrypoint) => {
    const rules = known.get(entrypoint.rules) ?? lowerRules(entrypoint);
    known.set(entrypoint.rules, rules);
    return lowerEntrypoint(entrypoint, rules);
  });
  return {
    package: core.package,
    entrypoints,
    patterns: collectPatterns(entrypoints.flatMap((entrypoint) => entrypoint.rules)),
    data: core.data,
  };
}

/**
 * The same as the sources have it: its rules are those of the program, with nothing folded, so that a trace finds each expression
 * in them. Decides like the other, but that it asks a document for all that is written, also for what cannot matter.
 */
export function lowerAsWritten(core: CoreProgram, entrypoint: CoreEntrypoint): Ir {
  const { rules } = entrypoint;
  const order = orderRules(rules);
  const lowered = { rules, order, index: { always: order, tests: [] }, parameters: collectParameters(rules) };
  return {
    package: core.package,
    entrypoints: [lowerEntrypoint(entrypoint, lowered)],
    patterns: collectPatterns(rules),
    data: core.data,
  };
}

type LoweredRules = Pick<IrEntrypoint, 'rules' | 'order' | 'index' | 'parameters'>;

function lowerRules(entrypoint: CoreEntrypoint): LoweredRules {
  const rules = foldRules(withoutUnusedKinds(entrypoint));
  const order = orderRules(rules);
  return { rules, order, index: indexRules(rules, order), parameters: collectParameters(rules) };
}

function lowerEntrypoint(entrypoint: CoreEntrypoint, lowered: LoweredRules): IrEntrypoint {
  const made = entrypoint.prepare?.();
  const also = Object.values(entrypoint.usage ?? {});
  const prepare = made && foldExpr(pruneRecord(made, lowered.rules, also));
  return {
    name: entrypoint.name,
    aliases: entrypoint.aliases ?? [],
    surface: entrypoint.surface,
    event: entrypoint.event,
    at: entrypoint.at,
    defaultDeny: entrypoint.defaultDeny,
    concerns: entrypoint.concerns,
    onMalformed: entrypoint.onMalformed,
    settled: settledRules(entrypoint),
    ...projectFields(entrypoint, lowered.rules, prepare ? [...also, prepare] : also),
    prepare,
    usage: entrypoint.usage,
    parts: lowerParts(entrypoint),
    ...lowered,
  };
}

function lowerParts(entrypoint: CoreEntrypoint): IrEntrypoint['parts'] {
  const parts = partsOf(entrypoint);
  if (parts === entrypoint) return 'itself';
  return parts && lowerEntrypoint(parts, lowerRules(parts));
}
