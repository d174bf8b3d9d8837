// The encoder: what the engine accepts, and that a small program runs.

import test from 'ava';
import { encodeModule } from '../../src/wasm/encode.ts';
import type { WasmModule } from '../../src/wasm/encode.ts';
import { buildFunction } from '../../src/wasm/encode-function.ts';
import type { FunctionType } from '../../src/wasm/encode-function.ts';

const unary: FunctionType = { params: ['i32'], results: ['i32'] };

const empty: WasmModule = {
  memory: { module: 'env', name: 'memory', minPages: 2 },
  imports: [],
  functions: [],
  globals: [],
  table: [],
  exports: [],
  start: undefined,
  isNamed: () => true,
  data: [],
  customSections: [],
};

function instantiate(module: WasmModule): WebAssembly.Instance {
  const memory = new WebAssembly.Memory({ initial: 2 });
  return new WebAssembly.Instance(new WebAssembly.Module(encodeModule(module)), { env: { memory } });
}

test('functions call one another by name, before or after their definition', (t) => {
  const even = buildFunction('even', unary);
  const odd = buildFunction('odd', unary);
  const body = (f: typeof even, other: typeof even, atZero: number): void => {
    f.get(0).op('i32.eqz');
    f.if(
      'i32',
      () => f.i32(atZero),
      () => f.get(0).i32(1).op('i32.sub').call(other),
    );
  };
  body(even, odd, 1);
  body(odd, even, 0);
  const { exports } = instantiate({
    ...empty,
    functions: [even.finish(), odd.finish()],
    exports: [{ name: 'even', kind: 'function', of: 'even' }],
  });
  t.is((exports['even'] as (n: number) => number)(10), 1); // exported above with this type
  t.is((exports['even'] as (n: number) => number)(7), 0);
});

test('branches, tables, globals, data and memory', (t) => {
  const f = buildFunction('pick', unary);
  const result = f.local('i32');
  f.block(undefined, (done) => {
    f.block(undefined, (second) => {
      f.block(undefined, (first) => {
        f.get(0).brTable([first, second], done);
      });
      f.i32(16).memory('i32.load8_u').set(result).br(done);
    });
    f.i32(0).memory('i32.load8_u', 17).set(result).br(done);
  });
  f.get(result).globalGet({ name: 'bias', type: 'i32' }).op('i32.add').i32(0).callIndirect(unary);
  const twice = buildFunction('twice', unary);
  twice.get(0).i32(2).op('i32.mul');
  const { exports } = instantiate({
    ...empty,
    functions: [f.finish(), twice.finish()],
    globals: [{ name: 'bias', type: 'i32', mutable: true, value: -1n }],
    table: ['twice'],
    exports: [{ name: 'pick', kind: 'function', of: 'pick' }],
    data: [{ offset: 16, bytes: Uint8Array.of(40, 50) }],
  });
  const pick = exports['pick'] as (n: number) => number; // exported above with this type
  t.deepEqual([pick(0), pick(1), pick(9)], [78, 98, -2]);
});

test('constants of all sizes survive', (t) => {
  const values = [0n, 1n, -1n, 63n, 64n, -64n, -65n, 127n, 128n, 2n ** 31n, -(2n ** 31n), 2n ** 63n - 1n, -(2n ** 63n)];
  for (const value of values) {
    const f = buildFunction('constant', { params: [], results: ['i64'] });
    f.i64(value);
    const { exports } = instantiate({
      ...empty,
      functions: [f.finish()],
      exports: [{ name: 'constant', kind: 'function', of: 'constant' }],
    });
    t.is((exports['constant'] as () => bigint)(), value); // exported above with this type
  }
});

test('the same module gives the same bytes', (t) => {
  const make = (): Uint8Array => {
    const f = buildFunction('f', unary);
    f.get(0).f64(1.5).op('i32.trunc_f64_s', 'i32.add');
    return encodeModule({ ...empty, functions: [f.finish()] });
  };
  t.deepEqual(make(), make());
  t.true(WebAssembly.validate(make()));
});

test('an unknown callee is refused', (t) => {
  const f = buildFunction('f', unary);
  f.get(0).call({ name: 'nowhere', type: unary });
  t.throws(() => encodeModule({ ...empty, functions: [f.finish()] }), { message: 'no function `nowhere`' });
});
