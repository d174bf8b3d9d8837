// Patterns in texts: programs in static data, candidates with their validators and context words, and the matches of a
// pattern in a rule's texts, which are looked for once a decision however many rules ask for them.
// INVARIANT: a state slot of the frame is 0 until its result is known; an error leaves it 0, so that whoever asks next has the
// same error.

import type { CoreExpr, CoreFind, CorePattern } from '@rdp/language';
import { compilePattern } from '../../pattern/compile-pattern.ts';
import type { FunctionBuilder, FunctionReference } from '../encode-function.ts';
import { callKernel, checkError, compileExpr, errorGlobal, helper } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { pushView, type ReadView } from './view.ts';
import { structuralKey } from '../../ir/expression-key.ts';
import { patternMayFail } from '../../ir/may-fail.ts';

/** Address of a pattern's program. */
function placeProgram(entry: EntrypointContext, body: CorePattern['body']): number {
  const { programs, data } = entry.module;
  const key = JSON.stringify(body);
  const known = programs.get(key);
  if (known !== undefined) return known;
  const compiled = compilePattern(body);
  if (compiled.kind === 'fault') throw new Error(`unchecked pattern: ${compiled.fault.message}`);
  const address = data.place(compiled.program, 8);
  programs.set(key, address);
  return address;
}

/** Pushes address and length of a packed string that is in a local. */
function pushText(b: FunctionBuilder, text: number): FunctionBuilder {
  return b.get(text).i64(32n).op('i64.shr_u', 'i32.wrap_i64').get(text).op('i32.wrap_i64');
}

/** Whether any of the patterns is in a text. */
export function compileMatches(f: FunctionContext, expr: CoreExpr & { readonly op: 'matches' }): void {
  const { b, entry } = f;
  const text = b.local('i64');
  compileExpr(f, expr.of);
  b.set(text);
  b.block('i32', (done) => {
    for (const pattern of expr.patterns) {
      b.i32(1);
      if (pattern.where || pattern.near) {
        b.get(f.frame).get(text).call(candidatesOf(entry, pattern));
        if (patternMayFail(pattern)) checkError(f);
        b.memory('i32.load');
      } else {
        pushText(b.i32(placeProgram(entry, pattern.body)), text).i32(0);
        callKernel(b, 'pattern_find').i64(-1n).op('i64.ne');
      }
      b.brIf(done).op('drop');
    }
    b.i32(0);
  });
}

/** (frame, text) → spans that the validator keeps and that have a context word near. */
function candidatesOf(entry: EntrypointContext, pattern: CorePattern): FunctionReference {
  return helper(entry, `find:${pattern.name}`, { params: ['i32', 'i64'], results: ['i32'] }, (b) => {
    const spans = b.local('i32');
    b.i32(placeProgram(entry, pattern.body)).get(1);
    callKernel(b, 'find_all').set(spans);
    if (pattern.where) keepValid(entry, b, { pattern, spans });
    if (pattern.near) {
      b.get(spans)
        .memory('i32.load')
        .if(undefined, () => {
          b.get(spans)
            .i32(placeProgram(entry, contextOf(pattern)))
            .get(1);
          callKernel(b, 'find_all')
            .get(1)
            .i32(pattern.near?.within ?? 0);
          callKernel(b, 'near_filter');
        });
    }
    b.get(spans);
  });
}

/** The context words of a pattern, as they are looked for where it is. */
function contextOf({ body, near }: CorePattern): CorePattern['body'] {
  const words = { kind: 'words', words: near?.words ?? [] } as const;
  return body.normalized ? { ...words, normalized: true } : words;
}

/** Drops the spans that the validator refuses. An error ends the function; it is set then. */
function keepValid(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { pattern, spans }: { readonly pattern: CorePattern; readonly spans: number },
): void {
  const from = b.local('i32');
  const to = b.local('i32');
  const end = b.local('i32');
  const span = b.local('i64');
  b.get(spans)
    .memory('i32.load', 8)
    .tee(from)
    .tee(to)
    .get(spans)
    .memory('i32.load')
    .i32(3)
    .op('i32.shl', 'i32.add')
    .set(end);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(from).get(end).op('i32.ge_u').brIf(exit);
      b.get(from).memory('i64.load').set(span).get(from).i32(8).op('i32.add').set(from).get(0);
      // The candidate: (address + start) << 32 | end - start.
      b.get(1).i64(32n).op('i64.shr_u').get(span).i64(32n).op('i64.shr_u', 'i64.add').i64(32n).op('i64.shl');
      b.get(span).i64(0xffffffffn).op('i64.and').get(span).i64(32n).op('i64.shr_u', 'i64.sub', 'i64.or');
      b.call(validatorOf(entry, pattern));
      if (patternMayFail(pattern)) b.globalGet(errorGlobal()).if(undefined, () => b.get(spans).op('return'));
      b.op('i32.eqz').brIf(again).get(to).get(span).memory('i64.store').get(to).i32(8).op('i32.add').set(to).br(again);
    });
  });
  b.get(spans).get(to).get(spans).memory('i32.load', 8).op('i32.sub').i32(3).op('i32.shr_u').memory('i32.store');
}

/** (frame, candidate) → whether it is kept. */
function validatorOf(entry: EntrypointContext, pattern: CorePattern): FunctionReference {
  return helper(entry, `where:${pattern.name}`, { params: ['i32', 'i64'], results: ['i32'] }, (b) => {
    const where = pattern.where;
    if (!where) return;
    b.block(undefined, (handler) => {
      compileExpr({ entry, b, frame: 0, locals: new Map([[where.match, 1]]), handler }, where.condition);
      b.op('return');
    });
    b.i32(0);
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

/** (frame) → list of the texts that a find looks into, evaluated once a decision. */
function textsOf(
  entry: EntrypointContext,
  texts: CoreExpr,
): { readonly reference: FunctionReference; readonly key: string } {
  const key = structuralKey(texts);
  const slot = entry.stateSlot(`texts:${key}`);
  const reference = helper(entry, `texts:${slot}`, { params: ['i32'], results: ['i32'] }, (b) => {
    const list = b.local('i32');
    b.get(0)
      .memory('i32.load', slot)
      .tee(list)
      .if(undefined, () => b.get(list).op('return'));
    b.block(undefined, (handler) => {
      compileExpr({ entry, b, frame: 0, locals: new Map(), handler }, texts);
      b.set(list).get(0).get(list).memory('i32.store', slot);
    });
    b.get(list);
  });
  return { reference, key };
}

/** (frame) → matches of a pattern in a find's texts, sorted, each once; looked for once a decision. */
export function scanOf(
  entry: EntrypointContext,
  pattern: CorePattern,
  { texts, view }: Pick<CoreFind, 'texts' | 'view'>,
): FunctionReference {
  const list = textsOf(entry, texts);
  const slot = entry.stateSlot(`scan:${view}:${pattern.name}:${list.key}`);
  return helper(entry, `scan:${pattern.name}:${slot}`, { params: ['i32'], results: ['i32'] }, (b) => {
    const matches = b.local('i32');
    const at = b.local('i32');
    const end = b.local('i32');
    const text = b.local('i64');
    b.get(0)
      .memory('i32.load', slot)
      .tee(matches)
      .if(undefined, () => b.get(matches).op('return'));
    callKernel(b, 'matches_new').set(matches).get(0).call(list.reference).set(at);
    const leaveOnError = (): void => void b.globalGet(errorGlobal()).if(undefined, () => b.get(matches).op('return'));
    leaveOnError();
    b.get(at).memory('i32.load').i32(3).op('i32.shl').get(at).memory('i32.load', 4).tee(at).op('i32.add').set(end);
    b.block(undefined, (exit) => {
      b.loop(undefined, (again) => {
        b.get(at).get(end).op('i32.ge_u').brIf(exit);
        b.get(at).memory('i64.load').set(text).get(at).i32(8).op('i32.add').set(at);
        callKernel(b.get(text), 'has_place').op('i32.eqz').brIf(again);
        b.get(matches).i32(kindsOf(entry).indexOf(pattern.kind)).get(text);
        if (view === 'plain') b.get(0).get(text).call(candidatesOf(entry, pattern));
        else pushSpansInView(entry, b, { pattern, view, text });
        callKernel(b, 'matches_add');
        leaveOnError();
        b.br(again);
      });
    });
    callKernel(b.get(matches), 'matches_finish');
    b.get(0).get(matches).memory('i32.store', slot).get(matches);
  });
}

/** Pushes the spans of a text that matches in its view stand for. The frame is local 0. */
function pushSpansInView(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { pattern, view, text }: { readonly pattern: CorePattern; readonly view: ReadView; readonly text: number },
): void {
  const seen = b.local('i32');
  const spans = b.local('i32');
  pushView(entry, b, { kernel: 'view_of', view, text: () => b.get(text) }).set(seen);
  b.get(0).get(seen).memory('i64.load').call(candidatesOf(entry, pattern)).set(spans);
  callKernel(b.get(seen).get(spans), 'view_spans').get(spans);
}

/** (frame) → all matches of a rule, sorted, each once; the rule fired. */
export function ruleMatches(entry: EntrypointContext, rule: number): FunctionReference {
  const scans = scansOf(entry, rule);
  const only = scans[0];
  if (scans.length === 1 && only) return only;
  const slot = entry.stateSlot(`matches:${rule}`);
  return helper(entry, `matches:${rule}`, { params: ['i32'], results: ['i32'] }, (b) => {
    const matches = b.local('i32');
    b.get(0)
      .memory('i32.load', slot)
      .tee(matches)
      .if(undefined, () => b.get(matches).op('return'));
    callKernel(b, 'matches_new').set(matches);
    for (const scan of scans) callKernel(b.get(matches).get(0).call(scan), 'matches_join');
    callKernel(b.get(matches), 'matches_finish');
    b.get(0).get(matches).memory('i32.store', slot).get(matches);
  });
}

/** The scans of a rule's finds, in their order, each once. */
export function scansOf(entry: EntrypointContext, rule: number): readonly FunctionReference[] {
  const scans = new Map<string, FunctionReference>();
  for (const find of entry.entrypoint.rules[rule]?.finds ?? [])
    for (const pattern of find.patterns) {
      const scan = scanOf(entry, pattern, find);
      scans.set(scan.name, scan);
    }
  return [...scans.values()];
}
