// One rule → the function `rule:<Name>` that says whether it fires: condition, finds, scores, exemptions, in this order; the
// first that rules it out ends it, the first error too.

import type { CoreRule } from '@rdp/language';
import type { FunctionReference } from '../encode-function.ts';
import { buildFunction } from '../encode-function.ts';
import { checkError, compileExpr, errorGlobal } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { scansOf } from './find.ts';
import { scoreKey } from './rule-state.ts';
import { settledFunction } from './settled.ts';

/** The type of rule functions: frame → fired. */
export const ruleType = { params: ['i32'], results: ['i32'] } as const;

/** Generates the function of the rule at `index`; after an error the kernel's `error` is set and the result is 0. */
export function generateRule(entry: EntrypointContext, rule: CoreRule, index: number): FunctionReference {
  const plain = `rule:${rule.name}`;
  // The same rule may stand in several entrypoints of one event.
  const name = entry.module.helpers.has(plain) ? `${plain}@${entry.entrypoint.name}` : plain;
  const reference: FunctionReference = { name, type: ruleType };
  entry.module.helpers.set(name, reference);
  const settled = settledFunction(entry, index);
  const b = buildFunction(name, ruleType);
  b.block(undefined, (handler) => {
    const f: FunctionContext = { entry, b, frame: 0, locals: new Map(), handler };
    const leaveUnless = (): void => void b.op('i32.eqz').if(undefined, () => b.i32(0).op('return'));
    if (rule.condition) {
      compileExpr(f, rule.condition);
      leaveUnless();
    }
    compileFinds(f, index, leaveUnless);
    const score = rule.scores.length > 0 ? compileScores(f, rule, leaveUnless) : undefined;
    for (const exemption of rule.exemptions) {
      compileExpr(f, exemption);
      b.op('i32.eqz');
      leaveUnless();
    }
    if (score !== undefined)
      b.get(0)
        .get(score)
        .memory('i32.store', entry.stateSlot(scoreKey(index)));
    if (settled) b.get(0).call(settled).op('i32.eqz', 'return');
    else b.i32(1).op('return');
  });
  // What has an error now had it before.
  if (settled)
    b.get(0)
      .call(settled)
      .if(undefined, () => b.i32(0).globalSet(errorGlobal()));
  b.i32(0);
  entry.module.functions.push(b.finish());
  entry.module.rules.push({ function: name, entrypoint: entry.entrypoint.name, rule });
  return reference;
}

/** All scans run, so that an error of any of them is seen; at least one must have a match. */
function compileFinds(f: FunctionContext, index: number, leaveUnless: () => void): void {
  const { b, entry } = f;
  const scans = scansOf(entry, index);
  scans.forEach((scan, position) => {
    b.get(f.frame).call(scan).memory('i32.load');
    checkError(f);
    if (position > 0) b.op('i32.or');
  });
  if (scans.length > 0) leaveUnless();
}

/** Leaves the rule unless the points reach the threshold; the local has the score. */
function compileScores(f: FunctionContext, rule: CoreRule, leaveUnless: () => void): number {
  const { b } = f;
  const score = b.local('i32');
  for (const { points, condition } of rule.scores) {
    compileExpr(f, condition);
    b.if(undefined, () => b.get(score).i32(points).op('i32.add').set(score));
  }
  b.get(score).i32(rule.threshold).op('i32.ge_s');
  leaveUnless();
  return score;
}
