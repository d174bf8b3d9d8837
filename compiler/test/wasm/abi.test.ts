// The ABI as hosts see it: OPA's npm host on a module with a hand-made entrypoint, and the calls that other hosts make.

import { loadPolicy } from '@open-policy-agent/opa-wasm';
import test from 'ava';
import { abiFunctions, abiGlobals } from '../../src/wasm/abi.ts';
import { callKernel } from '../../src/wasm/codegen/context.ts';
import { buildFunction } from '../../src/wasm/encode-function.ts';
import { staticBase } from '../../src/wasm/kernel.ts';
import type { WasmTarget } from '../../src/wasm/kernel.ts';
import { createStaticData } from '../../src/wasm/layout.ts';
import { linkModule } from '../../src/wasm/link.ts';

const targets = ['scalar', 'simd'] as const satisfies readonly WasmTarget[];

/** A module whose decision is `{"entrypoint":…,"length":…,"data":…}`, with `ballast` bytes of static data. */
function exampleModule(target: WasmTarget, ballast = 0): Uint8Array<ArrayBuffer> {
  const data = createStaticData(staticBase());
  const last = data.place(Uint8Array.from({ length: ballast }, (_, index) => (index * 7) & 255)) + ballast - 1;
  const text = (value: string): readonly [number, number] => {
    const slot = data.text(value);
    return [Number(slot >> 32n), Number(slot & 0xffffffffn)];
  };
  const b = buildFunction('decide', { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const put = (value: string): void => {
    const [address, length] = text(value);
    callKernel(b.i32(address).i32(length), 'out_text');
  };
  callKernel(b, 'out_begin');
  put('{"entrypoint":');
  callKernel(b.get(0).op('i64.extend_i32_u'), 'out_uint');
  put(',"length":');
  callKernel(b.get(3).op('i64.extend_i32_u'), 'out_uint');
  put(',"data":');
  b.get(1);
  b.if(
    undefined,
    () => callKernel(b.get(1), 'out_dyn'),
    () => callKernel(b, 'out_null'),
  );
  if (ballast > 0) {
    put(',"ballast":');
    callKernel(b.i32(last).memory('i32.load8_u').op('i64.extend_i32_u'), 'out_uint');
  }
  put('}');
  callKernel(b, 'out_end');
  return linkModule({ target, functions: [b.finish()], decide: b, entrypoints: ['a/b', 'a/c'], data });
}

interface Host {
  readonly memory: WebAssembly.Memory;
  readonly call: (name: string, ...args: readonly number[]) => number;
  readonly write: (text: string) => readonly [address: number, length: number];
  readonly text: (address: number) => string;
}

function host(bytes: Uint8Array, pages = 2): Host {
  const memory = new WebAssembly.Memory({ initial: pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: {
      memory,
      opa_abort: (address: number) => {
        throw new Error(text(address));
      },
    },
  });
  const text = (address: number): string => {
    const all = new Uint8Array(memory.buffer);
    return new TextDecoder().decode(all.subarray(address, all.indexOf(0, address)));
  };
  const call: Host['call'] = (name, ...args) =>
    (instance.exports[name] as (...values: readonly number[]) => number)(...args); // checked against the ABI below
  const write: Host['write'] = (value) => {
    const content = new TextEncoder().encode(value);
    const address = call('opa_malloc', content.length);
    new Uint8Array(memory.buffer).set(content, address);
    return [address, content.length];
  };
  return { memory, call, write, text };
}

for (const target of targets) {
  test(`${target}: imports and exports are those of ABI 1.3`, (t) => {
    const bytes = exampleModule(target);
    t.true(WebAssembly.validate(bytes));
    const module = new WebAssembly.Module(bytes);
    t.deepEqual(WebAssembly.Module.imports(module), [
      { module: 'env', name: 'memory', kind: 'memory' },
      { module: 'env', name: 'opa_abort', kind: 'function' },
    ]);
    const names = WebAssembly.Module.exports(module).map((item) => item.name);
    t.deepEqual(new Set(names), new Set(['memory', ...abiGlobals.keys(), ...abiFunctions.keys()]));
    t.is(names.length, 27);
    t.deepEqual(exampleModule(target), bytes);
  });

  test(`${target}: OPA's npm host loads, sets data and evaluates`, async (t) => {
    const policy = await loadPolicy(exampleModule(target));
    t.deepEqual(policy.entrypoints, { 'a/b': 0, 'a/c': 1 });
    const data = { list: ['x', 'y'], n: 1.5, deep: { a: [1, 2, null, true] } };
    policy.setData(data);
    const input = new TextEncoder().encode('{"a":1}').buffer;
    t.deepEqual(policy.evaluate(input, 'a/c'), [{ result: { entrypoint: 1, length: 7, data } }]);
    t.deepEqual(policy.evaluate({ a: 1 }, 0), [{ result: { entrypoint: 0, length: 7, data } }]);
    const large = { text: 'x'.repeat(3_000_000) };
    t.deepEqual(policy.evaluate(large, 0), [{ result: { entrypoint: 0, length: 3_000_011, data } }]);
  });

  test(`${target}: the older path, and both forms of text`, (t) => {
    const { call, write, text } = host(exampleModule(target));
    const context = call('opa_eval_ctx_new');
    call('opa_eval_ctx_set_input', context, call('opa_json_parse', ...write(' {"a": 1.0} ')));
    call('opa_eval_ctx_set_data', context, call('opa_value_parse', ...write('{"s":{1,2},"e":set()}')));
    call('opa_eval_ctx_set_entrypoint', context, 1);
    t.is(call('eval', context), 0);
    const result = call('opa_eval_ctx_get_result', context);
    t.is(text(call('opa_json_dump', result)), '[{"result":{"entrypoint":1,"length":12,"data":{"s":[1,2],"e":[]}}}]');
    t.true(text(call('opa_value_dump', result)).startsWith('{{"result":{"entrypoint":1,'));
    const direct = call('opa_eval', 0, 1, 0, ...write('{}'), call('opa_heap_ptr_get'), 1);
    t.is(text(direct), '{{"result":{"entrypoint":1,"length":2,"data":null}}}');
    t.throws(() => call('opa_eval', 1, 0, 0, 0, 0, 0, 0), { message: 'reserved argument must be 0' });
  });

  test(`${target}: documents come out as they went in`, (t) => {
    const { call, write, text } = host(exampleModule(target));
    for (const value of [
      'null',
      'true',
      'false',
      '0',
      '-0',
      '1.0',
      '1e400',
      '-12345678901234567890',
      '9223372036854775807',
      '"a\\"\\\\\\n\\u0001é😀"',
      '[]',
      '{}',
      '[1,[2,{"a":null,"b":"c"}]]',
      '{"a":1,"a":2}',
      '"\\u0000"',
      `[${'"x",'.repeat(20)}"y"]`,
    ]) {
      t.is(text(call('opa_json_dump', call('opa_json_parse', ...write(value)))), value);
      t.is(text(call('opa_value_dump', call('opa_value_parse', ...write(`${value}\0`)))), value);
    }
    t.is(
      text(call('opa_value_dump', call('opa_value_parse', ...write('{{"a",{"b":1}},set(),{2}}')))),
      '{{"a",{"b":1}},set(),{2}}',
    );
    for (const bad of ['', ' ', '{', '[1,]', '{"a":1,}', '01', '1 2', 'nul', '"\\x"', '\u{ffff}x', '[1}', '+1', '"a'])
      t.is(call('opa_json_parse', ...write(bad)), 0, bad);
    t.is(call('opa_json_parse', 0, 0), 0);
  });

  test(`${target}: paths are added and removed`, (t) => {
    const { call, write, text } = host(exampleModule(target));
    const parse = (value: string): number => call('opa_json_parse', ...write(value));
    const base = parse('{"a":{"b":1},"z":2}');
    t.is(call('opa_value_add_path', base, parse('["a","c","d"]'), parse('[true]')), 0);
    t.is(call('opa_value_add_path', base, parse('["z"]'), parse('3')), 0);
    t.is(text(call('opa_json_dump', base)), '{"a":{"b":1,"c":{"d":[true]}},"z":3}');
    t.is(call('opa_value_add_path', base, parse('["z","y"]'), parse('3')), 2);
    t.is(call('opa_value_remove_path', base, parse('["a","b"]')), 0);
    t.is(call('opa_value_remove_path', base, parse('["q"]')), 0);
    t.is(text(call('opa_json_dump', base)), '{"a":{"c":{"d":[true]}},"z":3}');
    t.is(call('opa_value_add_path', base, parse('[]'), parse('3')), 3);
  });

  test(`${target}: the heap pointer may be anywhere and memory grows`, (t) => {
    const { call, write, text, memory } = host(exampleModule(target));
    const base = call('opa_heap_ptr_get');
    t.is(call('opa_malloc', 0) % 8, 0);
    t.is(call('opa_heap_ptr_get') - base < 8, true);
    for (const odd of [1, 2, 3, 5, 7]) {
      call('opa_heap_ptr_set', base + odd);
      t.is(call('opa_malloc', 5) % 8, 0);
      t.is(text(call('opa_json_dump', call('builtins'))), '{}');
      t.is(text(call('opa_json_dump', call('entrypoints'))), '{"a/b":0,"a/c":1}');
    }
    const before = memory.buffer.byteLength;
    call('opa_malloc', 10_000_000);
    t.true(memory.buffer.byteLength >= before + 9_000_000);
    t.is(call('opa_json_parse', ...write(`"${'x'.repeat(5_000_000)}"`)) % 8, 0);
    t.throws(() => call('opa_malloc', 0xfffffff0 | 0), { message: 'out_of_memory' });
  });

  test(`${target}: much static data still loads into two pages`, (t) => {
    const bytes = exampleModule(target, 400 * 1024);
    const { call, write, text } = host(bytes);
    t.true(
      text(call('opa_eval', 0, 0, 0, ...write('{}'), call('opa_heap_ptr_get'), 0)).endsWith(
        `"ballast":${((400 * 1024 - 1) * 7) & 255}}}]`,
      ),
    );
    t.true(call('opa_heap_ptr_get') > 400 * 1024);
  });
}
