// Patterns in texts: sets of patterns in static data, candidates with their validators and context words, and the matches of a
// rule's finds, which are looked for once a decision however many rules ask for them.
// INVARIANT: a state slot of the frame is 0 until its result is known; an error leaves it 0, so that whoever asks next has the
// same error.

import type { CoreExpr, CorePattern } from '@rdp/language';
import { type CompiledPattern, compilePattern } from '../../pattern/compile-pattern.ts';
import { placeScan, type ScannedPattern, type TextsCome } from '../../pattern/place-scan.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { structuralKey } from '../../ir/expression-key.ts';
import { contextReach, isAnswerText } from '../../ir/stream-plan.ts';
import { patternMayFail } from '../../ir/may-fail.ts';
import { callKernel, checkError, compileExpr, errorGlobal, helper } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { findPlansOf, type ScanPlan } from './scan-plan.ts';
import { placeTable } from './view.ts';

/** Bytes of a match, and its fields: `compiler/kernel/ops-find.ts`. */
const matchSize = 32;
const matchFields = { kind: 8, start: 12, end: 16, text: 24 } as const;

function compiledPattern(body: CorePattern['body']): CompiledPattern {
  const compiled = compilePattern(body);
  if (compiled.kind === 'fault') throw new Error(`unchecked pattern: ${compiled.fault.message}`);
  return compiled;
}

/** Address of a set of patterns. */
function placeSet(
  entry: EntrypointContext,
  patterns: readonly (Pick<CorePattern, 'body'> & {
    readonly group: number;
    /** Given where what is found is asked for its context words afterwards. */
    readonly near?: CorePattern['near'];
  })[],
  come: TextsCome = 'whole',
): number {
  const { sets, data } = entry.module;
  const key = `${come}:${JSON.stringify(patterns)}`;
  const known = sets.get(key);
  if (known !== undefined) return known;
  const scanned = patterns.map(({ body, group, near }): ScannedPattern => {
    const pattern = compiledPattern(body);
    if (!near) return { pattern, group };
    return {
      pattern,
      group,
      context: { words: compiledPattern(contextOf({ body, near })), reach: 4 * contextReach(near) },
    };
  });
  const address = placeScan(scanned, data.place, come);
  sets.set(key, address);
  return address;
}

/** Address of the set of one pattern. */
function placeOne(entry: EntrypointContext, body: CorePattern['body']): number {
  return placeSet(entry, [{ body, group: 0 }]);
}

/** Whether any of the patterns is in a text. */
export function compileMatches(f: FunctionContext, expr: CoreExpr & { readonly op: 'matches' }): void {
  const { b, entry } = f;
  const text = b.local('i64');
  compileExpr(f, expr.of);
  b.set(text);
  const plain = expr.patterns.filter((pattern) => !pattern.where && !pattern.near);
  b.block('i32', (done) => {
    if (plain.length > 0) {
      b.i32(1)
        .i32(
          placeSet(
            entry,
            plain.map(({ body }) => ({ body, group: 0 })),
          ),
        )
        .get(text)
        .i32(0);
      callKernel(b, 'text_first').i64(-1n).op('i64.ne').brIf(done).op('drop');
    }
    for (const pattern of expr.patterns) {
      if (!pattern.where && !pattern.near) continue;
      b.i32(1).get(f.frame).get(text).call(candidatesOf(entry, pattern));
      if (patternMayFail(pattern)) checkError(f);
      b.memory('i32.load').brIf(done).op('drop');
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
    keepAccepted(entry, b, { matches, patterns: [pattern] });
    b.get(matches);
  });
}

/** (frame, text, start << 32 | end) → whether a candidate is kept. */
const keepType = { params: ['i32', 'i64', 'i64'], results: ['i32'] } as const;

/**
 * Drops the matches (their kinds are positions in `patterns`) that a validator refuses or that want a context word. On an error
 * the function returns; it is set then.
 */
function keepAccepted(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { matches, patterns }: { readonly matches: Local; readonly patterns: readonly CorePattern[] },
): void {
  if (!patterns.some((pattern) => pattern.where ?? pattern.near)) return;
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
        if (patterns.some(patternMayFail)) b.globalGet(errorGlobal()).if(undefined, () => b.get(matches).op('return'));
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

/** The context words of a pattern, as they are looked for where it is. */
function contextOf({ body, near }: Pick<CorePattern, 'body' | 'near'>): CorePattern['body'] {
  const words = { kind: 'words', words: near?.words ?? [] } as const;
  return body.normalized ? { ...words, normalized: true } : words;
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
    b.i32(placeOne(entry, body)).get(1);
    callKernel(b, 'text_matches').set(matches);
    b.get(0).get(1).i64(32n).op('i64.shr_u', 'i32.wrap_i64').memory('i32.store', address);
    b.get(0).get(1).op('i32.wrap_i64').memory('i32.store', length);
    b.get(0).get(matches).memory('i32.store', found).get(matches);
  });
}

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
function textsOf(entry: EntrypointContext, { key, texts }: ScanPlan): FunctionReference {
  return once(entry, `texts:${key.slice(key.indexOf(':'))}`, (b, result) => {
    b.block(undefined, (done) => {
      b.block(undefined, (handler) => {
        compileExpr({ entry, b, frame: 0, locals: new Map(), handler }, texts);
        b.set(result).br(done);
      });
      b.get(result).op('return');
    });
  });
}

/** (frame) → where the triggers of all patterns of a plan are in its texts. */
function scanOf(entry: EntrypointContext, plan: ScanPlan): FunctionReference {
  return once(entry, `scan:${plan.key}`, (b, result, leaveOnError) => {
    b.get(0).call(textsOf(entry, plan)).set(result);
    leaveOnError();
    b.i32(placePlan(entry, plan)).get(result);
    if (plan.view === 'plain') callKernel(b, 'scan_list').set(result);
    else {
      b.i32(placeTable(entry)).i32(plan.view === 'normalized-leet' ? 1 : 0);
      callKernel(b, 'scan_views').set(result);
    }
  });
}

function placePlan(entry: EntrypointContext, { patterns, texts, view }: ScanPlan): number {
  return placeSet(
    entry,
    patterns.map(({ pattern: { body, near }, group }) => ({ body, near, group })),
    entry.entrypoint.inParts && view === 'plain' && isAnswerText(texts) ? 'in parts' : 'whole',
  );
}

/** (frame) → the matches of a group of patterns, sorted, each once. */
function groupMatches(entry: EntrypointContext, plan: ScanPlan, group: number): FunctionReference {
  return once(entry, `group:${group}:${plan.key}`, (b, result, leaveOnError) => {
    b.get(0).call(scanOf(entry, plan)).set(result);
    leaveOnError();
    callKernel(b.i32(placePlan(entry, plan)).get(result).i32(group), 'scan_matches').set(result);
    const patterns = plan.patterns.map(({ pattern }) => pattern);
    keepAccepted(entry, b, { matches: result, patterns });
    if (plan.view !== 'plain') callKernel(b.get(result), 'matches_unview');
    const kinds = kindsOf(entry);
    const view = new DataView(new ArrayBuffer(patterns.length * 4));
    patterns.forEach(({ kind }, i) => view.setUint32(i * 4, kinds.indexOf(kind), true));
    callKernel(b.get(result).i32(entry.module.data.place(new Uint8Array(view.buffer), 4)), 'matches_settle');
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
  for (const { plan, groups } of findPlansOf(entry, rule))
    for (const group of groups) {
      const scan = groupMatches(entry, plan, group);
      scans.set(scan.name, scan);
    }
  return [...scans.values()];
}
