// A compiled module and its data document → something that decides on bytes. The reference host of OPA's ABI instantiates the
// module and loads its data; a call then copies the input into the module's memory and calls our own export, which neither
// parses twice nor builds a result set.
//
// INVARIANT: between two calls the heap holds the data document and nothing else, so no call sees anything of another. What a
// call throws is left to the caller, who must then throw the instance away.

import * as opaWasm from '@open-policy-agent/opa-wasm';

import { decideExport, skimExport, streamExport } from '../contract/index.ts';
import type { PolicyModule } from '../load/module.ts';
import { ok, problem, reasonOf } from '../load/problem.ts';
import type { Outcome } from '../load/problem.ts';

/** UTF-8 text of a decision in the module's memory; the same object each time, valid until the next call. */
export interface DecisionText {
  memory: Buffer;
  /** The same bytes. */
  view: DataView;
  start: number;
  length: number;
}

export interface Instance {
  readonly entrypoints: ReadonlyMap<string, number>;
  /** Decides on JSON: bytes are copied, text is encoded, straight into the module's memory. */
  readonly decide: (entrypoint: number, input: Uint8Array | string) => DecisionText;
  /** Decides on a part of a text that streams; for modules that can. `window` is told how far it is decided. */
  readonly decidePart: ((entrypoint: number, input: string, window: TextWindow) => DecisionText) | undefined;
  /**
   * Looks at a part of a text without a decision, with what a decision on a part before said in `window.searchedWith`: the byte before
   * which no match begins and none can, or undefined when the part has to be decided on.
   */
  readonly skimPart: (part: Uint8Array, window: TextWindow) => number | undefined;
  /** OPA's own way, for modules without our export: any result, or `undefined` when there is none. */
  readonly evaluate: (entrypoint: number, input: unknown) => unknown;
  /** Bytes that the module's memory takes. */
  readonly memorySize: () => number;
}

/** A part of a text, in its bytes. */
export interface TextWindow {
  /** Where matches may begin. */
  readonly from: number;
  /** Where context words may begin. */
  readonly contextFrom: number;
  readonly goesOn: boolean;
  /** Written: every byte before it is decided; beyond the part's end when all of it is. */
  safe: number;
  /** Written: what parts can be skimmed with; 0 when all of them have to be decided on. */
  searchedWith: number;
  /** Written: the length that the part must have for more of it to be decided. */
  until: number;
}

interface Policy {
  readonly mem: WebAssembly.Memory;
  readonly wasmInstance: WebAssembly.Instance;
  readonly dataAddr: number;
  readonly dataHeapPtr: number;
  readonly entrypoints: Readonly<Record<string, number>>;
  readonly evaluate: (input: unknown, entrypoint: number) => readonly { readonly result?: unknown }[];
  readonly setData: (data: ArrayBuffer) => void;
}
type LoadPolicy = (
  module: WebAssembly.Module,
  memory: { readonly initial: number; readonly maximum: number },
) => Policy;
type Decide = (entrypoint: number, data: number, input: number, length: number, heap: number) => number;

type DecideStream = (...args: [...Parameters<Decide>, number]) => number;
type Skim = (set: number, text: number, length: number, from: number, goesOn: number, heap: number) => number;

const pageSize = 65_536;
/** The record of `rdp_stream`, and what it takes to place it. */
const recordSize = 32;
const initialPages = 5;
/** What a skim says of a part that has to be decided on, as the i32 that it comes as. */
const notQuiet = -1;
/** The module may read a vector beyond the input's end, and starts its heap behind it. */
const slack = 128;

/** Instantiates the module and loads the data document; `memoryLimit` in bytes. */
export function createInstance(policyModule: PolicyModule, data: Uint8Array, memoryLimit: number): Outcome<Instance> {
  // The package has its synchronous loader in a default export that its types do not mention.
  const load = (opaWasm as unknown as { readonly default: { readonly loadPolicySync: LoadPolicy } }).default
    .loadPolicySync;
  const maximum = Math.max(initialPages, Math.min(Math.floor(memoryLimit / pageSize), 65_536));
  try {
    const policy = load(policyModule.module, { initial: initialPages, maximum });
    if (policy.wasmInstance.exports['opa_wasm_abi_version'] === undefined)
      return problem('wrong_abi', 'no ABI version');
    policy.setData(new Uint8Array(data).buffer);
    return ok(instanceOf(policy));
  } catch (error) {
    const reason = reasonOf(error);
    if (reason.includes('ABI version')) return problem('wrong_abi', `the policy module has an ${reason}`);
    if (reason.includes('parse json')) return problem('bad_data', 'the policy module cannot read the data document');
    return problem('bad_module', `the policy module does not start: ${reason}`);
  }
}

function instanceOf(policy: Policy): Instance {
  const memory = policy.mem;
  const decide = policy.wasmInstance.exports[decideExport] as Decide; // its kind was checked when the module was compiled
  const input = (policy.dataHeapPtr + 15) & ~15;
  const data = policy.dataAddr;
  const text: DecisionText = {
    memory: Buffer.from(memory.buffer),
    view: new DataView(memory.buffer),
    start: 0,
    length: 0,
  };

  const lookAgain = (): void => {
    text.memory = Buffer.from(memory.buffer);
    text.view = new DataView(memory.buffer);
  };

  const makeRoom = (length: number): Buffer => {
    const lacking = input + length + slack - text.memory.length;
    if (lacking > 0) {
      memory.grow(Math.ceil(lacking / pageSize));
      lookAgain();
    }
    return text.memory;
  };
  const textAt = (start: number): DecisionText => {
    if (text.memory.length === 0) lookAgain(); // memory that grew detaches its old buffer
    text.start = start;
    text.length = text.view.getUint32(start - 4, true);
    return text;
  };
  const call = (entrypoint: number, length: number): DecisionText =>
    textAt(decide(entrypoint, data, input, length, input + length));
  const decideStream = policy.wasmInstance.exports[streamExport] as DecideStream | undefined; // what the contract says
  const decidePart = (stream: DecideStream, entrypoint: number, json: string, window: TextWindow): DecisionText => {
    const room = makeRoom(json.length * 3 + recordSize);
    const length = room.write(json, input);
    const record = (input + length + 15) & ~15;
    room.writeUInt32LE(window.from, record);
    room.writeUInt32LE(window.goesOn ? 1 : 0, record + 4);
    room.writeUInt32LE(window.contextFrom, record + 8);
    textAt(stream(entrypoint, data, input, length, record + recordSize, record));
    window.safe = text.view.getUint32(record + 12, true);
    window.searchedWith = text.view.getUint32(record + 16, true);
    window.until = text.view.getUint32(record + 20, true);
    return text;
  };
  const skim = policy.wasmInstance.exports[skimExport] as Skim | undefined; // what the contract says
  const skimPart = (part: Uint8Array, { from, goesOn, searchedWith }: TextWindow): number | undefined => {
    if (searchedWith === 0 || skim === undefined) return undefined;
    makeRoom(part.length).set(part, input);
    const safe = skim(searchedWith, input, part.length, from, goesOn ? 1 : 0, input + part.length + slack);
    if (text.memory.length === 0) lookAgain(); // memory that grew detaches its old buffer
    return safe === notQuiet ? undefined : safe;
  };
  return {
    decidePart: decideStream && ((entrypoint, json, window) => decidePart(decideStream, entrypoint, json, window)),
    skimPart,
    entrypoints: new Map(Object.entries(policy.entrypoints)),
    decide: (entrypoint, json) => {
      if (typeof json === 'string') return call(entrypoint, makeRoom(json.length * 3).write(json, input));
      makeRoom(json.length).set(json, input);
      return call(entrypoint, json.length);
    },
    evaluate: (entrypoint, value) => policy.evaluate(value, entrypoint)[0]?.result,
    memorySize: () => (text.memory.length === 0 ? memory.buffer.byteLength : text.memory.length),
  };
}
