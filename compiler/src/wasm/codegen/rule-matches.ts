// The matches of a rule as values that rules read: a list of records with the fields in use, made once a decision.
// INVARIANT: only what some rule reads of a match is worked out; it is what the finding says. A rule that did not fire has none.

import type { CoreExpr, Field } from '@rdp/language';
import type { RecordLayout } from '../../ir/ir.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { callKernel, fieldPlace, helper, layoutOf, presenceSize, recordSize } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { ruleMatches } from './find.ts';
import { storeSlot } from './representation.ts';
import { pushRuleFired } from './rule-state.ts';
import { placeKinds } from './sections.ts';

type MatchesExpr = CoreExpr & { readonly op: 'rule-matches' };

/** Leaves the list of a rule's matches. */
export function pushRuleMatches(f: FunctionContext, expr: MatchesExpr): void {
  const { b, entry } = f;
  if ((entry.entrypoint.rules[expr.rule]?.finds.length ?? 0) > 0) b.get(f.frame).call(matchList(entry, expr));
  else callKernel(b.i32(0), 'list_new');
}

/** (frame) → the list. */
function matchList(entry: EntrypointContext, { rule, type }: MatchesExpr): FunctionReference {
  if (type.kind !== 'list' || type.of.kind !== 'record') throw new Error('matches are records');
  const layout = layoutOf(entry, type.of.record);
  const slot = entry.stateSlot(`match-list:${rule}`);
  return helper(entry, `match-list:${rule}`, { params: ['i32'], results: ['i32'] }, (b) => {
    const [list, match, to, end] = [b.local('i32'), b.local('i32'), b.local('i32'), b.local('i32')];
    b.get(0)
      .memory('i32.load', slot)
      .tee(list)
      .if(undefined, () => b.get(list).op('return'));
    pushRuleFired({ entry, b, frame: 0, locals: new Map(), handler: { depth: 0 } }, rule);
    b.if(
      undefined,
      () => b.get(0).call(ruleMatches(entry, rule)).tee(match).memory('i32.load').set(end),
      () => b.i32(0).set(end),
    );
    callKernel(b.get(end), 'list_new').tee(list).memory('i32.load', 4).tee(to);
    b.get(end).i32(3).op('i32.shl', 'i32.add').set(end);
    b.get(match).memory('i32.load', 8).set(match);
    b.block(undefined, (exit) => {
      b.loop(undefined, (again) => {
        b.get(to).get(end).op('i32.ge_u').brIf(exit);
        storeMatch(entry, b, { layout, match, to });
        b.get(match).i32(matchSize).op('i32.add').set(match).get(to).i32(8).op('i32.add').set(to).br(again);
      });
    });
    b.get(0).get(list).memory('i32.store', slot).get(list);
  });
}

/** Bytes of a match, and where it has its kind: `MATCH` in compiler/kernel/ops-find.ts. */
const matchSize = 32;
const kindOffset = 8;

/** A new record of the match at `match`; its address goes to the slot at `to`. */
function storeMatch(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { layout, match, to }: { readonly layout: RecordLayout; readonly match: Local; readonly to: Local },
): void {
  const record = b.local('i32');
  b.i32(recordSize(layout));
  callKernel(b, 'alloc').tee(record).i32(0xff).i32(presenceSize(layout)).op('memory.fill');
  layout.fields.forEach((field, index) => {
    b.get(record);
    pushPart(entry, b, field, match);
    storeSlot(b, field.type, fieldPlace(layout, index).slot);
  });
  b.get(to).get(record).memory('i32.store');
}

/** What a field of the record says of the match. */
function pushPart(entry: EntrypointContext, b: FunctionBuilder, { name }: Field, match: Local): void {
  if (name === 'kind') {
    b.get(match).memory('i32.load', kindOffset).i32(3).op('i32.shl').i32(placeKinds(entry)).op('i32.add');
    b.memory('i64.load');
  } else callKernel(b.get(match), `match_${name}`);
}
