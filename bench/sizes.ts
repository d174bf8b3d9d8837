// Goal 18: how large a module without patterns is, how long from its bytes to the first decision against the smallest
// module that OPA makes, and how much heap a document takes.

import { loadRego, regoModule } from './opa-peer.ts';
import { enforce, moduleOf, policyText } from './ours.ts';
import { admission, chat } from './cases/subjects.ts';
import type { BenchCase, Pair } from './protocol.ts';

/** One figure that is a size and not a time. */
export interface Sized {
  readonly goal: number;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost: number;
  readonly met: boolean;
}

/** Sizes of modules and heap. */
export async function measureSizes(): Promise<readonly Sized[]> {
  const rows: Sized[] = [];
  const add = (name: string, value: number, unit: string, atMost: number): void => {
    rows.push({ goal: 18, name, value, unit, atMost, met: value <= atMost });
  };
  for (const subject of [admission, chat]) {
    const { wasm, simd } = moduleOf(policyText(subject.policy));
    add(`module of the ${subject.name} policy, scalar`, wasm.length / 1024, 'KiB', 16);
    add(`module of the ${subject.name} policy, SIMD`, simd.length / 1024, 'KiB', 16);
    const document = subject.document(1_048_576);
    add(`heap for a ${subject.name} of 1 MB, per byte`, (await heapOf(wasm, document)) / document.length, 'bytes', 0.6);
  }
  return rows;
}

/** Bytes of heap that one decision takes, seen in a host of our own: the distance that the heap pointer moves. */
async function heapOf(wasm: Uint8Array, document: Uint8Array): Promise<number> {
  const memory = new WebAssembly.Memory({ initial: 64 });
  const { instance } = await WebAssembly.instantiate(wasm, { env: { memory, opa_abort: (): void => undefined } });
  const exports = instance.exports as Readonly<Record<string, (...args: number[]) => number>>; // OPA's ABI: functions of i32
  const call = (name: string, ...args: number[]): number => exports[name]?.(...args) ?? Number.NaN;
  const start = call('opa_heap_ptr_get');
  memory.grow(Math.ceil(document.length / 65536) + 1);
  new Uint8Array(memory.buffer).set(document, start);
  const heap = start + document.length;
  call('opa_eval', 0, 0, 0, start, document.length, heap, 0);
  return call('opa_heap_ptr_get') - heap;
}

/** From the bytes of a module to the first decision. */
export const loadCase: BenchCase = {
  goal: 18,
  name: 'module to first decision',
  peer: "OPA's smallest module",
  threshold: 0.4,
  direction: 'at-most',
  prepare: async (): Promise<Pair> => {
    const { wasm } = moduleOf(policyText(chat.policy));
    const rego = regoModule('allow.rego', 'bench/allow/allow', 0);
    const document = chat.document(1024);
    const enforcer = await enforce(policyText(chat.policy));
    const peer = await loadRego(rego);
    return {
      ours: () => firstDecision(wasm, document),
      peer: () => firstDecision(rego, document),
      agree: () => {
        if (enforcer.decide(chat.entrypoint, document).action !== 'allow') throw new Error('ours refuses');
        if (peer.evaluate({})[0]?.result !== true) throw new Error("OPA's refuses");
      },
    };
  },
};

/** Compile, instantiate and decide once, the same way for both modules. */
function firstDecision(wasm: Uint8Array, document: Uint8Array): number {
  const memory = new WebAssembly.Memory({ initial: 5 });
  const nothing = (): number => 0;
  const env = {
    memory,
    opa_abort: nothing,
    opa_println: nothing,
    opa_builtin0: nothing,
    opa_builtin1: nothing,
    opa_builtin2: nothing,
    opa_builtin3: nothing,
    opa_builtin4: nothing,
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>), { env });
  const { opa_heap_ptr_get: heapPointer, opa_eval: evaluate } = exports as Readonly<
    Record<string, (...args: number[]) => number>
  >; // OPA's ABI: functions of i32
  const start = heapPointer?.() ?? 0;
  new Uint8Array(memory.buffer).set(document, start);
  return evaluate?.(0, 0, 0, start, document.length, start + document.length, 0) ?? 0;
}
