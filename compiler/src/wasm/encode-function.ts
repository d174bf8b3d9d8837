// Builds the body of one function from typed instructions. Functions and globals are referred to by name, as relocations;
// the encoder gives them indexes, so that a body can be written before what it calls and linked onto any kernel.
//
// INVARIANT: blocks are closed in the order that they were opened (they are callbacks); a label is used inside its block only.
// Whether the stack fits is for the engine's validator to say.

import { writeFloat64, writeSigned, writeUnsigned } from './encode-bytes.ts';
import { memoryOperators, plainOperators } from './encode-operators.ts';
import type { MemoryOperator } from './encode-operators.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'funcref' | 'externref';

export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
};

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function by its name; names are unique in one module and stand in its name section. */
export interface FunctionReference {
  readonly name: string;
  readonly type: FunctionType;
}

export interface GlobalReference {
  readonly name: string;
  readonly type: ValueType;
}

/** An index that is only known when the module is encoded: unsigned LEB128 at offset `at` of the code, written then. */
export type Relocation = { readonly at: number } & (
  | { readonly kind: 'function' | 'global'; readonly name: string }
  | { readonly kind: 'type'; readonly type: FunctionType }
);

/** A finished function: instructions with holes for indexes. */
export interface FunctionBody extends FunctionReference {
  /** Without the parameters. */
  readonly locals: readonly ValueType[];
  /** Without the final `end`. */
  readonly code: ArrayLike<number>;
  /** By ascending offset. */
  readonly relocations: readonly Relocation[];
}

/** Target of a branch. */
export interface Label {
  readonly depth: number;
}

/** Index of a parameter or local. */
export type Local = number;

/** Appends instructions; every method that emits returns the builder, so that calls chain. */
export interface FunctionBuilder extends FunctionReference {
  /** A new local, zero at first. Parameters are locals 0 … n-1. */
  readonly local: (type: ValueType) => Local;
  /** An instruction without immediates: `i32.add`, `drop`, `memory.copy` … */
  readonly op: (...names: readonly string[]) => FunctionBuilder;
  readonly i32: (value: number) => FunctionBuilder;
  readonly i64: (value: bigint) => FunctionBuilder;
  readonly f64: (value: number) => FunctionBuilder;
  readonly get: (local: Local) => FunctionBuilder;
  readonly set: (local: Local) => FunctionBuilder;
  readonly tee: (local: Local) => FunctionBuilder;
  readonly globalGet: (global: GlobalReference) => FunctionBuilder;
  readonly globalSet: (global: GlobalReference) => FunctionBuilder;
  readonly call: (callee: FunctionReference) => FunctionBuilder;
  /** Through table 0; the index is on the stack. */
  readonly callIndirect: (type: FunctionType) => FunctionBuilder;
  /** A load or store at `offset` from the address on the stack. */
  readonly memory: (name: MemoryOperator, offset?: number) => FunctionBuilder;
  /** Copies from a passive data segment; destination, source offset and length are on the stack. */
  readonly memoryInit: (segment: number) => FunctionBuilder;
  /** A branch to the label goes to the end. */
  readonly block: (result: ValueType | undefined, body: (label: Label) => void) => FunctionBuilder;
  /** A branch to the label goes to the start. */
  readonly loop: (result: ValueType | undefined, body: (label: Label) => void) => FunctionBuilder;
  readonly if: (
    result: ValueType | undefined,
    then: (label: Label) => void,
    otherwise?: (label: Label) => void,
  ) => FunctionBuilder;
  readonly br: (label: Label) => FunctionBuilder;
  readonly brIf: (label: Label) => FunctionBuilder;
  readonly brTable: (labels: readonly Label[], fallback: Label) => FunctionBuilder;
  /** What was written so far, as a body; the builder is not used afterwards. */
  readonly finish: () => FunctionBody;
}

const blockType = (result: ValueType | undefined): number => (result === undefined ? 0x40 : valueTypeCodes[result]);

/** A builder of the function `name`. */
export function buildFunction(name: string, type: FunctionType): FunctionBuilder {
  const code: number[] = [];
  const locals: ValueType[] = [];
  const relocations: Relocation[] = [];
  let depth = 0;

  const nested = (opcode: number, result: ValueType | undefined, body: (label: Label) => void): void => {
    code.push(opcode, blockType(result));
    depth++;
    body({ depth });
  };
  const close = (): FunctionBuilder => {
    depth--;
    code.push(0x0b);
    return builder;
  };
  const indexed = (opcode: number, index: number): FunctionBuilder => {
    code.push(opcode);
    writeUnsigned(code, index);
    return builder;
  };
  const distance = (label: Label): number => depth - label.depth;

  const builder: FunctionBuilder = {
    name,
    type,
    local: (localType) => {
      locals.push(localType);
      return type.params.length + locals.length - 1;
    },
    op: (...names) => {
      for (const operator of names) {
        const bytes = plainOperators.get(operator);
        if (bytes === undefined) throw new Error(`no plain instruction \`${operator}\``);
        code.push(...bytes);
      }
      return builder;
    },
    i32: (value) => {
      code.push(0x41);
      writeSigned(code, BigInt(value | 0));
      return builder;
    },
    i64: (value) => {
      code.push(0x42);
      writeSigned(code, BigInt.asIntN(64, value));
      return builder;
    },
    f64: (value) => {
      code.push(0x44);
      writeFloat64(code, value);
      return builder;
    },
    get: (local) => indexed(0x20, local),
    set: (local) => indexed(0x21, local),
    tee: (local) => indexed(0x22, local),
    globalGet: (global) => {
      code.push(0x23);
      relocations.push({ at: code.length, kind: 'global', name: global.name });
      return builder;
    },
    globalSet: (global) => {
      code.push(0x24);
      relocations.push({ at: code.length, kind: 'global', name: global.name });
      return builder;
    },
    call: (callee) => {
      code.push(0x10);
      relocations.push({ at: code.length, kind: 'function', name: callee.name });
      return builder;
    },
    callIndirect: (calleeType) => {
      code.push(0x11);
      relocations.push({ at: code.length, kind: 'type', type: calleeType });
      code.push(0x00);
      return builder;
    },
    memory: (operator, offset = 0) => {
      const [opcode, align] = memoryOperators.get(operator) ?? [0, 0]; // every operator of the type has a row
      code.push(opcode, align);
      writeUnsigned(code, offset);
      return builder;
    },
    memoryInit: (segment) => {
      code.push(0xfc, 8);
      writeUnsigned(code, segment);
      code.push(0);
      return builder;
    },
    block: (result, body) => {
      nested(0x02, result, body);
      return close();
    },
    loop: (result, body) => {
      nested(0x03, result, body);
      return close();
    },
    if: (result, then, otherwise) => {
      nested(0x04, result, then);
      if (otherwise !== undefined) {
        code.push(0x05);
        otherwise({ depth });
      }
      return close();
    },
    br: (label) => indexed(0x0c, distance(label)),
    brIf: (label) => indexed(0x0d, distance(label)),
    brTable: (labels, fallback) => {
      indexed(0x0e, labels.length);
      for (const label of labels) writeUnsigned(code, distance(label));
      writeUnsigned(code, distance(fallback));
      return builder;
    },
    finish: () => ({ name, type, locals, code, relocations }),
  };
  return builder;
}
