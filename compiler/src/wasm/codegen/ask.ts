// Conditions that ask for patterns in a text. Where others ask about the same text, what the one pass over it found answers all;
// otherwise the text is searched where it stands.

import type { CoreExpr, CorePattern } from '@rdp/language';
import { patternMayFail } from '../../ir/may-fail.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { askedPatterns } from './asked-patterns.ts';
import { callKernel, checkError, compileExpr, helper } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { keepAccepted } from './keep.ts';
import { placeOne, placePlan, placeSet } from './place-set.ts';
import { askPlanOf, type AskedGroup, type AskPlan, runsOf, type SetPlan } from './scan-plan.ts';

/** Whether any of the patterns is in a text. */
export function compileMatches(f: FunctionContext, expr: CoreExpr & { readonly op: 'matches' }): void {
  const plan = askPlanOf(f.entry, expr);
  if (plan) return compileAsked(f, expr, plan);
  const { b, entry } = f;
  const text = b.local('i64');
  compileExpr(f, expr.of);
  b.set(text);
  b.block('i32', (done) => {
    for (const { counts, patterns } of runsOf(expr.patterns)) {
      if (counts === 'any') {
        const set = placeSet(
          entry,
          patterns.map(({ body }) => ({ body, group: 0 })),
        );
        callKernel(b.i32(1).i32(set).get(text).i32(0), 'text_first').i64(-1n).op('i64.ne').brIf(done).op('drop');
        continue;
      }
      for (const pattern of patterns) {
        b.i32(1).get(f.frame).get(text).call(candidatesOf(entry, pattern));
        if (patternMayFail(pattern)) checkError(f);
        b.memory('i32.load').brIf(done).op('drop');
      }
    }
    b.i32(0);
  });
}

/** (frame, text) → matches that the validator keeps and that have a context word near. */
function candidatesOf(entry: EntrypointContext, pattern: CorePattern): FunctionReference {
  return helper(entry, `find:${pattern.name}`, { params: ['i32', 'i64'], results: ['i32'] }, (b) => {
    const matches = b.local('i32');
    b.i32(placeOne(entry, pattern.body)).get(1);
    callKernel(b, 'text_matches').set(matches);
    keepAccepted(entry, b, { matches, set: { patterns: [{ pattern, group: 0 }] }, group: 0 });
    b.get(matches);
  });
}

/** Leaves what a condition asks when it is answered by what is known of its text; otherwise leaves nothing and says so. */
export function compileIfAsked(f: FunctionContext, expr: CoreExpr): boolean {
  const plan = askPlanOf(f.entry, expr);
  if (plan) compileAsked(f, expr, plan);
  return plan !== undefined;
}

function compileAsked(f: FunctionContext, expr: CoreExpr, { set, groups }: AskPlan): void {
  const asked = askedPatterns(expr);
  if (!asked) throw new Error('a plan for what asks for no patterns');
  const { b, entry } = f;
  const text = b.local('i64');
  compileExpr(f, asked.of);
  b.set(text);
  b.block('i32', (done) => {
    for (const group of groups) {
      b.i32(1);
      if (group.counts === 'any') {
        pushTexts(entry, b, { set, frame: f.frame });
        callKernel(b.get(text).i32(group.group), 'text_has');
      } else
        b.get(f.frame)
          .get(text)
          .call(keptOf(entry, set, group));
      if (group.patterns.some(patternMayFail)) checkError(f);
      b.brIf(done).op('drop');
    }
    b.i32(0);
  });
}

/** (frame, text) → whether a candidate of the group is kept; found out once for each text. */
function keptOf(entry: EntrypointContext, set: SetPlan, { group }: AskedGroup): FunctionReference {
  const type = { params: ['i32', 'i64'], results: ['i32'] } as const;
  return helper(entry, `ask:${group} ${set.key}`, type, (b) => {
    const answer = b.local('i32');
    const matches = b.local('i32');
    const push = (): FunctionBuilder => pushTexts(entry, b, { set, frame: 0 }).get(1).i32(group);
    callKernel(push(), 'text_known').tee(answer);
    b.if(undefined, () => b.get(answer).i32(1).op('i32.sub', 'return'));
    callKernel(push(), 'text_found').set(matches);
    keepAccepted(entry, b, { matches, set, group });
    b.get(matches).memory('i32.load').i32(0).op('i32.ne').set(answer);
    callKernel(push().get(answer), 'text_note');
    b.get(answer);
  });
}

/** Pushes the address of a set, and that of where the decision keeps what it knows of the set's texts. */
export function pushTexts(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { set, frame }: { readonly set: SetPlan; readonly frame: Local },
): FunctionBuilder {
  return b
    .i32(placePlan(entry, set))
    .get(frame)
    .i32(entry.stateSlot(`known:${set.key}`))
    .op('i32.add');
}
