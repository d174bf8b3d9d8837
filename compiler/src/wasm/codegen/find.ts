// The matches of a rule's finds, which are looked for once a decision however many rules ask for them.
// INVARIANT: a state slot of the frame is 0 until its result is known; an error leaves it 0, so that whoever asks next has the
// same error.

import { structuralKey } from '../../ir/expression-key.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { pushTexts } from './ask.ts';
import { callKernel, compileExpr, errorGlobal, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { keepAccepted } from './keep.ts';
import { placePlan } from './place-set.ts';
import { findPlansOf, type ListPlan } from './scan-plan.ts';
import { placeTable } from './view.ts';

/** The kinds of an entrypoint's matches, sorted; a match has the position of its kind. */
export function kindsOf(entry: EntrypointContext): readonly string[] {
  const kinds = new Set(
    entry.entrypoint.rules.flatMap((rule) =>
      rule.finds.flatMap((find) => find.patterns.map((pattern) => pattern.kind)),
    ),
  );
  return [...kinds].toSorted();
}

/** A function (frame → value, never 0) whose result is kept in a slot; with an error it returns early. */
function once(
  entry: EntrypointContext,
  key: string,
  build: (b: FunctionBuilder, result: Local, leaveOnError: () => void) => void,
): FunctionReference {
  const slot = entry.stateSlot(key);
  return helper(entry, `${key.slice(0, key.indexOf(':'))}:${slot}`, { params: ['i32'], results: ['i32'] }, (b) => {
    const result = b.local('i32');
    b.get(0)
      .memory('i32.load', slot)
      .tee(result)
      .if(undefined, () => b.get(result).op('return'));
    build(b, result, () => void b.globalGet(errorGlobal()).if(undefined, () => b.get(result).op('return')));
    b.get(0).get(result).memory('i32.store', slot).get(result);
  });
}

/** (frame) → list of the texts that a find looks into, evaluated once a decision. */
function textsOf(entry: EntrypointContext, { texts }: ListPlan): FunctionReference {
  return once(entry, `texts:${structuralKey(texts)}`, (b, result) => {
    b.block(undefined, (done) => {
      b.block(undefined, (handler) => {
        compileExpr({ entry, b, frame: 0, locals: new Map(), handler }, texts);
        b.set(result).br(done);
      });
      b.get(result).op('return');
    });
  });
}

/** (frame) → where the triggers of all patterns of the set are in the texts of a list. */
function scanOf(entry: EntrypointContext, list: ListPlan): FunctionReference {
  return once(entry, `scan:${list.key}`, (b, result, leaveOnError) => {
    const { set, view } = list;
    b.get(0).call(textsOf(entry, list)).set(result);
    leaveOnError();
    if (set.texts === 'asked again') pushTexts(entry, b, { set, frame: 0 });
    else b.i32(placePlan(entry, set)).i32(0);
    b.get(result);
    if (view === 'plain') callKernel(b, 'scan_list').set(result);
    else {
      b.i32(placeTable(entry)).i32(view === 'normalized-leet' ? 1 : 0);
      callKernel(b, 'scan_views').set(result);
    }
  });
}

/** (frame) → the matches of a group of patterns in the texts of a list, sorted, each once. */
function groupMatches(entry: EntrypointContext, list: ListPlan, group: number): FunctionReference {
  return once(entry, `group:${group}:${list.key}`, (b, result, leaveOnError) => {
    const { set, view } = list;
    b.get(0).call(scanOf(entry, list)).set(result);
    leaveOnError();
    callKernel(b.i32(placePlan(entry, set)).get(result).i32(group), 'scan_matches').set(result);
    keepAccepted(entry, b, { matches: result, set, group });
    if (view !== 'plain') callKernel(b.get(result), 'matches_unview');
    const kinds = kindsOf(entry);
    const numbers = new DataView(new ArrayBuffer(set.patterns.length * 4));
    set.patterns.forEach(({ pattern: { kind } }, i) => numbers.setInt32(i * 4, kinds.indexOf(kind), true));
    callKernel(b.get(result).i32(entry.module.data.place(new Uint8Array(numbers.buffer), 4)), 'matches_settle');
    callKernel(b.get(result), 'matches_finish');
  });
}

/** (frame) → all matches of a rule, sorted, each once; the rule fired. */
export function ruleMatches(entry: EntrypointContext, rule: number): FunctionReference {
  const scans = scansOf(entry, rule);
  const only = scans[0];
  if (scans.length === 1 && only) return only;
  return once(entry, `matches:${rule}`, (b, result) => {
    callKernel(b, 'matches_new').set(result);
    for (const scan of scans) callKernel(b.get(result).get(0).call(scan), 'matches_join');
    callKernel(b.get(result), 'matches_finish');
  });
}

/** The scans of a rule's finds, in their order, each once. */
export function scansOf(entry: EntrypointContext, rule: number): readonly FunctionReference[] {
  const scans = new Map<string, FunctionReference>();
  for (const { list, groups } of findPlansOf(entry, rule))
    for (const group of groups) {
      const scan = groupMatches(entry, list, group);
      scans.set(scan.name, scan);
    }
  return [...scans.values()];
}
