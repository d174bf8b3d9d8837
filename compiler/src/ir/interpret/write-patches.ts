// The patches of a rule that fired and sets something (compiler/src/ir/patch-plan.ts), as the decision has them.

import type { CoreExpr } from '@rdp/language';
import type { IrEntrypoint } from '../ir.ts';
import { patchTargets, patchText, stepsToObject, valuesSet } from '../patch-plan.ts';
import { evaluate, type Context } from './evaluate.ts';
import { patchDepth } from './patch-depth.ts';
import type { RuleOutcome } from './rule-outcome.ts';
import { fail } from './value.ts';
import { jsonString, writeValue } from './write-json.ts';

/** What a decision has when its patches are written. */
export interface PatchParts {
  readonly entrypoint: IrEntrypoint;
  /** The document as it is. */
  readonly input: Uint8Array;
  readonly outcomes: ReadonlyMap<number, RuleOutcome>;
  readonly context: Context;
}

/** The JSON of each patch of the rule at `index`; an element that is not there is an error. */
export function writePatches({ entrypoint, input, outcomes, context }: PatchParts, index: number): readonly string[] {
  const rule = entrypoint.rules[index];
  if (rule?.action?.kind !== 'set') return [];
  const targets = patchTargets(entrypoint.rules, index);
  const kind = targets.length > 1 ? kindOf(entrypoint, context) : undefined;
  const target = targets.find(({ holder }) => holder !== undefined && holder.variant === kind) ?? targets[0];
  if (target === undefined) return [];
  const { steps, earlier } = target;
  const root = stepsToObject(entrypoint.at);
  const there = (patchDepth(input, [...root, ...steps]) ?? -1) - root.length;
  if (there < 0) fail('out_of_range');
  const made = earlier.filter((other) => outcomes.get(other.rule)?.fired).map(({ depth }) => depth);
  return valuesSet(rule.action).map((value, position) => {
    const depth = Math.max(there, ...made, ...(position > 0 ? [steps.length - 1] : []));
    const text = patchText(steps, Math.min(depth, steps.length - 1)) ?? fail('out_of_range');
    return `{"rule":${jsonString(rule.name)}${text.before}${writeValue(evaluate(value, context))}${text.behind}`;
  });
}

/** The kind of the object, where a rule names it. */
function kindOf({ rules }: IrEntrypoint, context: Context): unknown {
  const of: CoreExpr | undefined = rules.flatMap(({ action }) =>
    action?.kind === 'set' && action.held ? [action.held.of] : [],
  )[0];
  const object = of && evaluate(of, context);
  return object?.kind === 'union' ? object.variant?.of : undefined;
}
