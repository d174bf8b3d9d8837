// The patch of a rule that sets something: how much of the way to it the document has is asked when the rule has fired; what stands
// before and behind the value, for each outcome, is static text. Mirrors compiler/src/ir/interpret/write-decision.ts.

import type { CoreExpr, CoreRule } from '@rdp/language';
import type { PatchTarget } from '../../ir/patch-plan.ts';
import { patchTargets, patchText, stepsToObject, valuesSet } from '../../ir/patch-plan.ts';
import type { Local } from '../encode-function.ts';
import { placeSlots } from './constants.ts';
import { callKernel, compileExpr, raise, unionLayoutOf } from './context.ts';
import type { FunctionContext } from './context.ts';
import { writeJson } from './json.ts';
import { errorCodes } from './representation.ts';
import { pushRuleFired } from './rule-state.ts';

/** One patch of the rule at `index`. */
export interface PatchPiece {
  readonly kind: 'patch';
  readonly index: number;
  readonly value: CoreExpr;
  /** A patch of the same rule stands ahead, and has made all of the way but its end. */
  readonly follows: boolean;
}

/** The patches that the action of a rule is. */
export function patchPieces(rule: CoreRule, index: number): readonly PatchPiece[] {
  const { action } = rule;
  if (action?.kind !== 'set') return [];
  return valuesSet(action).map((value, position) => ({ kind: 'patch', index, value, follows: position > 0 }));
}

/** Writes `,"op":…,"path":…,"value":…}`. */
export function writePatch(f: FunctionContext, piece: PatchPiece): void {
  const { b, entry } = f;
  const { rules, at } = entry.entrypoint;
  const targets = patchTargets(rules, piece.index);
  const [own, ...held] = targets;
  if (own === undefined) return;
  // Texts ahead of the value and behind it, as pairs of slots by the last step that is there or made.
  const texts = b.local('i32');
  const depth = b.local('i32');
  const root = stepsToObject(at);
  const find = (target: PatchTarget): void => {
    const steps = [...root, ...target.steps].map((step) => entry.module.data.text(step));
    callKernel(b.i32(placeSlots(entry, steps)).i32(steps.length), 'patch_depth').i32(root.length);
    b.op('i32.sub').tee(depth).i32(0).op('i32.lt_s');
    b.if(undefined, () => raise(f, errorCodes.out_of_range));
    for (const { rule, depth: made } of [
      ...target.earlier,
      ...(piece.follows ? [{ rule: undefined, depth: target.steps.length - 1 }] : []),
    ]) {
      const atLeast = (): void => {
        b.get(depth).i32(made).op('i32.lt_s');
        b.if(undefined, () => b.i32(made).set(depth));
      };
      if (rule === undefined) atLeast();
      else {
        pushRuleFired(f, rule);
        b.if(undefined, atLeast);
      }
    }
    const last = target.steps.length - 1;
    b.get(depth).i32(last).op('i32.gt_s');
    b.if(undefined, () => b.i32(last).set(depth));
    b.i32(
      placeSlots(
        entry,
        target.steps.flatMap((_, step) => textsAt(f, target.steps, step)),
      ),
    ).set(texts);
  };
  selectTarget(f, { own, held, find });
  // Nothing can be made around an element that is not there.
  b.get(texts).get(depth).i32(4).op('i32.shl', 'i32.add').tee(texts).memory('i64.load').op('i64.eqz');
  b.if(undefined, () => raise(f, errorCodes.out_of_range));
  writeSlot(f, texts, 0);
  compileExpr(f, piece.value);
  writeJson(entry, b, piece.value.type);
  writeSlot(f, texts, 8);
}

/** The text before and behind a value that is set where the first `depth` steps are there; 0 where that cannot be. */
function textsAt(f: FunctionContext, steps: readonly string[], depth: number): readonly bigint[] {
  const { data } = f.entry.module;
  const text = patchText(steps, depth);
  return text ? [data.text(text.before), data.text(text.behind)] : [0n, 0n];
}

/** Evaluates `find` for the target that fits the object of the decision. */
function selectTarget(
  f: FunctionContext,
  {
    own,
    held,
    find,
  }: { readonly own: PatchTarget; readonly held: readonly PatchTarget[]; readonly find: (target: PatchTarget) => void },
): void {
  const { b, entry } = f;
  const of = objectOf(f);
  if (held.length === 0 || of === undefined || of.type.kind !== 'union') return find(own);
  const { variants } = unionLayoutOf(entry, of.type.union);
  const position = b.local('i32');
  compileExpr(f, of);
  b.memory('i32.load').set(position);
  b.block(undefined, (done) => {
    for (const target of held) {
      const index = variants.findIndex(({ variant }) => variant === target.holder?.variant);
      if (index < 0) continue;
      b.get(position).i32(index).op('i32.eq');
      b.if(undefined, () => {
        find(target);
        b.br(done);
      });
    }
    find(own);
  });
}

/** The object that rules tell the kind of. */
function objectOf({ entry }: FunctionContext): CoreExpr | undefined {
  for (const { action } of entry.entrypoint.rules) if (action?.kind === 'set' && action.held) return action.held.of;
  return undefined;
}

/** Writes the text in the slot at (`address` + `offset`). */
function writeSlot({ b }: FunctionContext, address: Local, offset: 0 | 8): void {
  const text = b.local('i64');
  b.get(address).memory('i64.load', offset).tee(text).i64(32n).op('i64.shr_u', 'i32.wrap_i64').get(text);
  callKernel(b.op('i32.wrap_i64'), 'out_text');
}
