// From a place in a text that was read back to the document: byte offsets, code points, JSON Pointers, for texts with and
// without escapes, asked in order and out of order.

import test from 'ava';
import { callKernel } from '../../src/wasm/codegen/context.ts';
import { buildFunction } from '../../src/wasm/encode-function.ts';
import { staticBase } from '../../src/wasm/kernel.ts';
import { createStaticData } from '../../src/wasm/layout.ts';
import { linkModule } from '../../src/wasm/link.ts';

interface Place {
  readonly offset: number;
  readonly points: number;
  readonly path: string;
}

/** A module that reads the string at `entrypoint & 0xffff`… of the document and tells where its byte `data` stands. */
function placesModule(
  target: 'scalar' | 'simd',
): (document: Uint8Array, questions: readonly (readonly [value: number, byte: number])[]) => readonly Place[] {
  const data = createStaticData(staticBase());
  // decide(count, address of questions {u32 value offset, u32 byte}, input, length)
  const b = buildFunction('decide', { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const slot = b.local('i32');
  const start = b.local('i32');
  const place = b.local('i32');
  callKernel(b.get(2).get(3), 'open_document').op('drop');
  callKernel(b.i32(8), 'alloc').set(slot);
  callKernel(b, 'out_begin');
  callKernel(b.i32(0x5b), 'out_byte');
  b.loop(undefined, (next) => {
    b.get(2).get(1).memory('i32.load').op('i32.add').get(slot);
    callKernel(b, 'read_string').op('drop');
    b.get(slot).memory('i32.load', 4).tee(start).get(1).memory('i32.load', 4).op('i32.add').set(place);
    callKernel(b.i32(0x7b), 'out_byte');
    const member = (name: string, value: () => void): void => {
      callKernel(b.i64(data.text(name)), 'out_string');
      callKernel(b.i32(0x3a), 'out_byte');
      value();
    };
    member('offset', () =>
      callKernel(callKernel(b.get(start).get(place), 'document_offset').op('i64.extend_i32_u'), 'out_uint'),
    );
    callKernel(b.i32(0x2c), 'out_byte');
    member('points', () =>
      callKernel(callKernel(b.get(start).get(place), 'text_points').op('i64.extend_i32_u'), 'out_uint'),
    );
    callKernel(b.i32(0x2c), 'out_byte');
    member('path', () => callKernel(callKernel(callKernel(b.get(start), 'text_value'), 'json_path'), 'out_string'));
    callKernel(b.i32(0x7d), 'out_byte');
    b.get(1).i32(8).op('i32.add').set(1);
    b.get(0).i32(1).op('i32.sub').tee(0);
    b.if(undefined, () => {
      callKernel(b.i32(0x2c), 'out_byte');
      b.br(next);
    });
  });
  callKernel(b.i32(0x5d), 'out_byte');
  callKernel(b, 'out_end');
  const bytes = linkModule({ target, functions: [b.finish()], decide: b, entrypoints: ['a'], data });
  const memory = new WebAssembly.Memory({ initial: 8 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory, opa_abort: () => undefined },
  });
  type Call = (...values: readonly number[]) => number;
  const base = (exports['opa_heap_ptr_get'] as Call)(); // its type in the ABI
  return (document, questions) => {
    const view = new DataView(memory.buffer);
    questions.forEach(([value, byte], index) => {
      view.setUint32(base + index * 8, value, true);
      view.setUint32(base + index * 8 + 4, byte, true);
    });
    const input = base + questions.length * 8;
    new Uint8Array(memory.buffer).set(document, input);
    const end = input + document.length;
    const text = (exports['rdp_decide'] as Call)(questions.length, base, input, document.length, end); // its type in the ABI
    return JSON.parse(
      new TextDecoder().decode(new Uint8Array(memory.buffer, text, view.getUint32(text - 4, true))),
    ) as Place[]; // as written above
  };
}

const utf8 = new TextEncoder();

/** Pieces of JSON text with the character that each is. */
const pieces: readonly (readonly [json: string, text: string])[] = [
  ['a', 'a'],
  ['\u00e9', '\u00e9'],
  ['\u4e2d', '\u4e2d'],
  ['\u{1f600}', '\u{1f600}'],
  ['\\n', '\n'],
  ['\\"', '"'],
  ['\\/', '/'],
  ['\\u0041', 'A'],
  ['\\u00e9', '\u00e9'],
  ['\\u4e2d', '\u4e2d'],
  ['\\ud83d\\ude00', '\u{1f600}'],
  ['some longer text without anything special in it', 'some longer text without anything special in it'],
];

for (const target of ['scalar', 'simd'] as const) {
  test(`${target}: every character of texts has its place`, (t) => {
    const places = placesModule(target);
    let seed = 3;
    const pick = (limit: number): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % limit;
    for (let round = 0; round < 60; round++) {
      const questions: [number, number][] = [];
      const expected: Place[] = [];
      let json = `{"skip":[{},[1,"x"]],"a~/b\\n":[`;
      for (let index = 0; index < 3; index++) {
        json += `${index > 0 ? ', ' : ''}{"k":1,"text":`;
        const value = utf8.encode(json).length;
        json += '"';
        let byte = 0;
        let points = 0;
        for (let count = pick(12); count > 0; count--) {
          const [raw, text] = pieces[pick(pieces.length)] ?? ['', ''];
          questions.push([value, byte]);
          expected.push({ offset: utf8.encode(json).length, points, path: `/a~0~1b\n/${index}/text` });
          json += raw;
          byte += utf8.encode(text).length;
          points += [...text].length;
        }
        json += '"}';
      }
      json += ']}';
      if (questions.length === 0) continue;
      if (round % 3 === 1) {
        questions.reverse();
        expected.reverse();
      }
      t.deepEqual(places(utf8.encode(json), questions), expected, json);
    }
  });
}
