// Which rules are evaluated: those that always are, then for each test of the index the rules of the key's value. Rules are
// called through the table, by lists of indexes in static data.

import type { IndexTest } from '../../ir/ir.ts';
import type { FunctionBuilder, FunctionReference, Label } from '../encode-function.ts';
import { callKernel, compileExpr, errorGlobal, frameOffsets, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { noteError } from './note-error.ts';
import { placeLongTable, placeStringTable } from './hash.ts';
import { firedWords } from './rule-state.ts';
import { ruleType } from './rule.ts';

const frameType = { params: ['i32'], results: [] } as const;

/** (frame): evaluates the rules; `firstRule` is the position of rule 0 in the table. */
export function generateDispatch(
  entry: EntrypointContext,
  { firstRule }: { readonly firstRule: number },
): FunctionReference {
  const { index, order } = entry.entrypoint;
  const always = new Set(index.always);
  const tests = index.tests.map((test, position) => generateTest(entry, { test, position, firstRule }));
  return helper(entry, 'dispatch', frameType, (b) => {
    const first = order.filter((rule) => always.has(rule));
    if (first.length > 0) b.get(0).i32(placeList(entry, first)).call(listRunner(entry, firstRule));
    for (const test of tests) b.get(0).call(test);
  });
}

/** Address of {u32 count, u32 rule …}. */
function placeList(entry: EntrypointContext, rules: readonly number[]): number {
  const view = new DataView(new ArrayBuffer(4 + rules.length * 4));
  view.setUint32(0, rules.length, true);
  rules.forEach((rule, position) => view.setUint32(4 + position * 4, rule, true));
  return entry.module.data.place(new Uint8Array(view.buffer), 4);
}

/** (frame, list): evaluates the rules of a list. */
function listRunner(entry: EntrypointContext, firstRule: number): FunctionReference {
  return helper(entry, 'run-rules', { params: ['i32', 'i32'], results: [] }, (b) => {
    const [frame, at] = [0, 1];
    const end = b.local('i32');
    const rule = b.local('i32');
    const fired = b.local('i32');
    b.get(at).i32(4).op('i32.add').get(at).memory('i32.load').i32(2).op('i32.shl', 'i32.add').set(end);
    b.block(undefined, (exit) => {
      b.loop(undefined, (again) => {
        b.get(at).i32(4).op('i32.add').tee(at).get(end).op('i32.ge_u').brIf(exit);
        b.get(frame)
          .get(at)
          .memory('i32.load')
          .tee(rule)
          .i32(firstRule)
          .op('i32.add')
          .callIndirect(ruleType)
          .set(fired);
        b.globalGet(errorGlobal()).if(undefined, () => b.get(frame).get(rule).call(noteError(entry)).br(again));
        b.get(fired).op('i32.eqz').brIf(again);
        b.get(frame).i32(frameOffsets.fired).op('i32.add').i32(firedWords(entry.entrypoint.rules.length)).get(rule);
        callKernel(b, 'fired_set').br(again);
      });
    });
  });
}

/** (frame): reads the key once and evaluates the rules of its value. */
function generateTest(
  entry: EntrypointContext,
  { test, position, firstRule }: { readonly test: IndexTest; readonly position: number; readonly firstRule: number },
): FunctionReference {
  return helper(entry, `index:${position}`, frameType, (b) => {
    const isText = test.key.type.kind === 'string';
    const key = b.local('i64');
    b.block(undefined, (handler) => {
      compileExpr({ entry, b, frame: 0, locals: new Map(), handler }, test.key);
      b.set(key);
      if (test.equal.size > 0) {
        const keys = [...test.equal.keys()];
        const texts = keys.filter((value) => typeof value === 'string');
        const table = isText
          ? placeStringTable(entry.module.data, texts)
          : placeLongTable(
              entry.module.data,
              keys.filter((value) => typeof value === 'bigint'),
            );
        b.block(undefined, (absent) => {
          b.i32(table).get(key);
          callKernel(b, isText ? 'table_find' : 'table_find_long');
          runFound(entry, b, { lists: [...test.equal.values()], absent, firstRule });
        });
      }
      if (test.prefix.size > 0) compilePrefixes(entry, b, { test, key, firstRule });
    });
  });
}

/** Takes a position (negative: none) from the stack and runs the list there. */
function runFound(
  entry: EntrypointContext,
  b: FunctionBuilder,
  options: { readonly lists: readonly (readonly number[])[]; readonly absent: Label; readonly firstRule: number },
): void {
  const found = b.local('i32');
  const view = new DataView(new ArrayBuffer(options.lists.length * 4));
  options.lists.forEach((list, position) => view.setUint32(position * 4, placeList(entry, list), true));
  const lists = entry.module.data.place(new Uint8Array(view.buffer), 4);
  b.tee(found).i32(0).op('i32.lt_s').brIf(options.absent);
  b.get(0).get(found).i32(2).op('i32.shl').memory('i32.load', lists).call(listRunner(entry, options.firstRule));
}

/** A value has at most one of the prefixes; each length that they have is looked up. */
function compilePrefixes(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { test, key, firstRule }: { readonly test: IndexTest; readonly key: number; readonly firstRule: number },
): void {
  const utf8 = new TextEncoder();
  const prefixes = [...test.prefix.keys()];
  const lengths = [...new Set(prefixes.map((prefix) => utf8.encode(prefix).length))].toSorted((a, b2) => a - b2);
  const table = placeStringTable(entry.module.data, prefixes);
  for (const length of lengths) {
    b.block(undefined, (absent) => {
      b.get(key).op('i32.wrap_i64').i32(length).op('i32.lt_u').brIf(absent);
      b.i32(table)
        .get(key)
        .i64(0xffffffffn << 32n)
        .op('i64.and')
        .i64(BigInt(length))
        .op('i64.or');
      callKernel(b, 'table_find');
      runFound(entry, b, { lists: [...test.prefix.values()], absent, firstRule });
    });
  }
}
