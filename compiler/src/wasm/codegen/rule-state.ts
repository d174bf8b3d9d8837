// What rules say to other rules of the same decision: fired, count, score. Bits and slots of the frame.

import { frameOffsets } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { ruleMatches } from './find.ts';

/** 64-bit words of fired bits. */
export function firedWords(rules: number): number {
  return Math.ceil(rules / 64);
}

/** Leaves whether a rule, evaluated before, fired. */
export function pushRuleFired(f: FunctionContext, rule: number): void {
  f.b
    .get(f.frame)
    .memory('i32.load8_u', frameOffsets.fired + (rule >> 3))
    .i32(rule & 7)
    .op('i32.shr_u')
    .i32(1)
    .op('i32.and');
}

/** Name of the state slot with a rule's score. */
export const scoreKey = (rule: number): string => `score:${rule}`;

/** Whether a rule has matches or a score that others may ask for. */
export function ruleHasScore(entry: EntrypointContext, rule: number): boolean {
  return (entry.entrypoint.rules[rule]?.scores.length ?? 0) > 0;
}

/** Leaves a rule's score as int. */
export function pushRuleScore(f: FunctionContext, rule: number): void {
  if (!ruleHasScore(f.entry, rule)) {
    f.b.i64(0n);
    return;
  }
  f.b
    .get(f.frame)
    .memory('i32.load', f.entry.stateSlot(scoreKey(rule)))
    .op('i64.extend_i32_s');
}

/** Leaves a rule's number of matches as int; 0 when it did not fire. */
export function pushRuleCount(f: FunctionContext, rule: number): void {
  const { b, entry } = f;
  if ((entry.entrypoint.rules[rule]?.finds.length ?? 0) === 0) {
    b.i64(0n);
    return;
  }
  pushRuleFired(f, rule);
  b.if(
    'i64',
    () => b.get(f.frame).call(ruleMatches(entry, rule)).memory('i32.load').op('i64.extend_i32_u'),
    () => b.i64(0n),
  );
}
