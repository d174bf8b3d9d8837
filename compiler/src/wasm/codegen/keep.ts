// Candidates of patterns: which of them count, by the pattern's validator and its context words.
// INVARIANT: a state slot of the frame is 0 until its result is known; an error leaves it 0, so that whoever asks next has the
// same error.

import type { CorePattern } from '@rdp/language';
import { structuralKey } from '../../ir/expression-key.ts';
import { patternMayFail } from '../../ir/may-fail.ts';
import { contextReach } from '../../ir/stream-plan.ts';
import { patternsOf } from '../../ir/walk-core.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { callKernel, compileExpr, errorGlobal, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { contextOf, placeOne, placeWords } from './place-set.ts';
import type { SetPlan } from './scan-plan.ts';

/** Bytes of a match, and its fields: `compiler/kernel/ops-find.ts`. */
const matchSize = 32;
const matchFields = { kind: 8, start: 12, end: 16, text: 24 } as const;

/** (frame, text, start << 32 | end) → whether a candidate is kept. */
const keepType = { params: ['i32', 'i64', 'i64'], results: ['i32'] } as const;

/**
 * Drops the matches of a group (their kinds are numbers of the set's patterns) that a validator refuses or that want a context word.
 * On an error the function returns; it is set then.
 */
export function keepAccepted(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { matches, set, group }: { readonly matches: Local; readonly set: Pick<SetPlan, 'patterns'>; readonly group: number },
): void {
  const own = set.patterns.flatMap(({ pattern, group: of }) => (of === group ? [pattern] : []));
  if (!own.some((pattern) => pattern.where ?? pattern.near)) return;
  const patterns = set.patterns.map(({ pattern }) => pattern);
  const keepers = placeKeepers(entry, patterns);
  const [from, to, end, keeper] = [b.local('i32'), b.local('i32'), b.local('i32'), b.local('i32')];
  b.get(matches).memory('i32.load', 8).tee(from).tee(to);
  b.get(matches).memory('i32.load').i32(matchSize).op('i32.mul', 'i32.add').set(end);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(from).get(end).op('i32.ge_u').brIf(exit);
      b.block(undefined, (kept) => {
        b.get(from).memory('i32.load', matchFields.kind).i32(2).op('i32.shl').memory('i32.load', keepers).tee(keeper);
        b.op('i32.eqz').brIf(kept);
        b.get(0).get(from).memory('i64.load', matchFields.text);
        b.get(from).memory('i64.load32_u', matchFields.start).i64(32n).op('i64.shl');
        b.get(from).memory('i64.load32_u', matchFields.end).op('i64.or');
        b.get(keeper).i32(1).op('i32.sub').callIndirect(keepType);
        if (own.some(patternMayFail)) b.globalGet(errorGlobal()).if(undefined, () => b.get(matches).op('return'));
        b.brIf(kept).get(from).i32(matchSize).op('i32.add').set(from).br(again);
      });
      b.get(to).get(from).i32(matchSize).op('memory.copy');
      b.get(to).i32(matchSize).op('i32.add').set(to);
      b.get(from).i32(matchSize).op('i32.add').set(from).br(again);
    });
  });
  b.get(matches).get(to).get(matches).memory('i32.load', 8).op('i32.sub').i32(matchSize).op('i32.div_u');
  b.memory('i32.store');
}

/** Address of one more than each pattern's position in the function table; 0 for a pattern that keeps everything. */
function placeKeepers(entry: EntrypointContext, patterns: readonly CorePattern[]): number {
  const { table, data } = entry.module;
  const view = new DataView(new ArrayBuffer(patterns.length * 4));
  const keepers = patterns.map((pattern) => (pattern.where ?? pattern.near) && keeperOf(entry, pattern));
  const known = new Map(table.map(({ name }, i) => [name, i + 1] as const));
  keepers.forEach((keeper, i) => {
    if (!keeper) return;
    const position = known.get(keeper.name) ?? table.push(keeper);
    known.set(keeper.name, position);
    view.setUint32(i * 4, position, true);
  });
  return data.place(new Uint8Array(view.buffer), 4);
}

/** What keeps the candidates of a pattern; the same for patterns with equal conditions and context words. */
function keeperOf(entry: EntrypointContext, pattern: CorePattern): FunctionReference {
  const { helpers } = entry.module;
  const condition = pattern.where ? structuralKey(pattern.where.condition) : '';
  const words = pattern.near ? `${pattern.near.within}${JSON.stringify(contextOf(pattern))}` : '';
  const key = `${entry.prefix}keep where ${condition} near ${words}`;
  const known = helpers.get(key) ?? makeKeeper(entry, pattern);
  helpers.set(key, known);
  return known;
}

function makeKeeper(entry: EntrypointContext, pattern: CorePattern): FunctionReference {
  return helper(entry, `keep:${pattern.name}`, keepType, (b) => {
    const { where, near } = pattern;
    const candidate = b.local('i64');
    b.block(undefined, (handler) => {
      if (where) {
        // (address + start) << 32 | end - start.
        b.get(1).i64(32n).op('i64.shr_u').get(2).i64(32n).op('i64.shr_u', 'i64.add').i64(32n).op('i64.shl');
        b.get(2).i64(0xffffffffn).op('i64.and').get(2).i64(32n).op('i64.shr_u', 'i64.sub', 'i64.or').set(candidate);
        compileExpr({ entry, b, frame: 0, locals: new Map([[where.match, candidate]]), handler }, where.condition);
        b.op('i32.eqz').brIf(handler);
      }
      if (near) {
        b.get(0)
          .get(1)
          .call(contextMatches(entry, contextOf(pattern)))
          .get(1)
          .get(2)
          .i32(near.within)
          .i32(contextReach(near));
        callKernel(b, 'near_any').op('return');
      } else b.i32(1).op('return');
    });
    b.i32(0);
  });
}

/** (frame, text) → matches of context words; the last text's are kept. */
function contextMatches(entry: EntrypointContext, body: CorePattern['body']): FunctionReference {
  const key = JSON.stringify(body);
  const address = entry.stateSlot(`near-at:${key}`);
  const length = entry.stateSlot(`near-size:${key}`);
  const found = entry.stateSlot(`near:${key}`);
  return helper(entry, `near:${found}`, { params: ['i32', 'i64'], results: ['i32'] }, (b) => {
    const matches = b.local('i32');
    b.get(0).memory('i32.load', address).get(1).i64(32n).op('i64.shr_u', 'i32.wrap_i64', 'i32.eq');
    b.get(0).memory('i32.load', length).get(1).op('i32.wrap_i64', 'i32.eq', 'i32.and');
    b.if(undefined, () => b.get(0).memory('i32.load', found).op('return'));
    const words = contextWords(entry);
    const group = words.findIndex((other) => JSON.stringify(other) === key);
    if (group < 0) callKernel(b.i32(placeOne(entry, body)).get(1), 'text_matches');
    else {
      b.i32(placeWords(entry, words)).get(0).i32(entry.stateSlot('known:near')).op('i32.add').get(1).i32(group);
      callKernel(b, 'text_context');
    }
    b.set(matches);
    b.get(0).get(1).i64(32n).op('i64.shr_u', 'i32.wrap_i64').memory('i32.store', address);
    b.get(0).get(1).op('i32.wrap_i64').memory('i32.store', length);
    b.get(0).get(matches).memory('i32.store', found).get(matches);
  });
}

const knownWords = new WeakMap<EntrypointContext['entrypoint'], readonly CorePattern['body'][]>();

/** All lists of context words of an entrypoint, each once: they are looked for in one pass, which a first candidate asks for. */
function contextWords({ entrypoint }: EntrypointContext): readonly CorePattern['body'][] {
  const known = knownWords.get(entrypoint) ?? [
    ...new Map(
      entrypoint.rules
        .flatMap(patternsOf)
        .filter(({ near }) => near)
        .map((pattern) => [JSON.stringify(contextOf(pattern)), contextOf(pattern)] as const),
    ).values(),
  ];
  knownWords.set(entrypoint, known);
  return known;
}
