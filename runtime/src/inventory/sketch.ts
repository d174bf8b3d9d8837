// How many different names there were, without keeping them: HyperLogLog, exact for the first few. Sketches of several gateways
// merge into what one gateway would have had that saw everything.
//
// Source: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm" (2007), with
// 64-bit hashes, so that its correction for large ranges is not needed. Standard error 1.04 / sqrt(1024) = 3.3 %.

import { createHash } from 'node:crypto';

const indexBits = 10;
const registerCount = 2 ** indexBits;
/** The constant of the paper for this many registers. */
const alpha = 0.7213 / (1 + 1.079 / registerCount);
/** Hashes that are kept before registers take over. */
const exactLimit = 32;

/** `exact`: 16 hexadecimal digits of each name's hash, sorted. `registers`: base64 of one byte a register. Plain data. */
export type Sketch =
  | { readonly kind: 'exact'; readonly hashes: readonly string[] }
  | { readonly kind: 'registers'; readonly bytes: string };

export const emptySketch: Sketch = { kind: 'exact', hashes: [] };

/** The sketch that has also seen `name`. */
export function withName(sketch: Sketch, name: string): Sketch {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return mergeSketches(sketch, { kind: 'exact', hashes: [hash] });
}

/** What one sketch would be that had seen what both saw. Associative, commutative, idempotent. */
export function mergeSketches(left: Sketch, right: Sketch): Sketch {
  if (left.kind === 'exact' && right.kind === 'exact') {
    const hashes = [...new Set([...left.hashes, ...right.hashes])];
    if (hashes.length === left.hashes.length) return left;
    if (hashes.length <= exactLimit) return { kind: 'exact', hashes: hashes.toSorted() };
  }
  const registers = registersOf(left);
  for (const [index, value] of registersOf(right).entries()) registers[index] = Math.max(registers[index] ?? 0, value);
  return { kind: 'registers', bytes: Buffer.from(registers).toString('base64') };
}

/** About how many different names there were. */
export function countOf(sketch: Sketch): number {
  if (sketch.kind === 'exact') return sketch.hashes.length;
  const registers = registersOf(sketch);
  const estimate = (alpha * registerCount ** 2) / registers.reduce((sum, rank) => sum + 2 ** -rank, 0);
  const empty = registers.filter((rank) => rank === 0).length;
  // small ranges: linear counting, as the paper has it
  if (estimate <= 2.5 * registerCount && empty > 0) return Math.round(registerCount * Math.log(registerCount / empty));
  return Math.round(estimate);
}

function registersOf(sketch: Sketch): Uint8Array {
  if (sketch.kind === 'registers') return new Uint8Array(Buffer.from(sketch.bytes, 'base64'));
  const registers = new Uint8Array(registerCount);
  for (const hash of sketch.hashes) {
    const bits = BigInt(`0x${hash}`);
    const index = Number(bits >> BigInt(64 - indexBits));
    const rest = bits & ((1n << BigInt(64 - indexBits)) - 1n);
    const rank = 64 - indexBits - rest.toString(2).length + (rest === 0n ? 2 : 1);
    registers[index] = Math.max(registers[index] ?? 0, rank);
  }
  return registers;
}
