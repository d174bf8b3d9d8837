// From core to the intermediate representation: the passes, one after another. Everything that can be known before a
// document is seen is worked out here; the meaning of the rules stays what it was.

import type { CoreEntrypoint, CoreProgram } from '@rdp/language';
import type { Ir, IrEntrypoint } from './ir.ts';
import { collectPatterns } from './passes/collect-patterns.ts';
import { foldRule } from './passes/fold.ts';
import { indexRules } from './passes/index-rules.ts';
import { orderRules } from './passes/order.ts';
import { projectFields } from './passes/project.ts';

/** The intermediate representation of a checked program. */
export function lowerProgram(core: CoreProgram): Ir {
  const entrypoints = core.entrypoints.map(lowerEntrypoint);
  return {
    package: core.package,
    entrypoints,
    patterns: collectPatterns(entrypoints.flatMap((entrypoint) => entrypoint.rules)),
    data: core.data,
  };
}

function lowerEntrypoint(entrypoint: CoreEntrypoint): IrEntrypoint {
  const rules = entrypoint.rules.map(foldRule);
  const order = orderRules(rules);
  return {
    name: entrypoint.name,
    surface: entrypoint.surface,
    event: entrypoint.event,
    at: entrypoint.at,
    defaultDeny: entrypoint.defaultDeny,
    onMalformed: entrypoint.onMalformed,
    ...projectFields(entrypoint.input, rules),
    rules,
    order,
    index: indexRules(rules, order),
  };
}
