// SHA-256 as FIPS 180-4 defines it, over plain bytes; the constants are worked out from the primes that define them.

const primes: readonly number[] = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n - 2 }, (_, i) => i + 2).some((divisor) => n % divisor === 0),
);

/** The first 32 bits of the fraction of a prime's root, exactly. */
function rootFraction(prime: number, root: bigint): number {
  const wanted = BigInt(prime) << (32n * root);
  let [low, high] = [0n, 1n << 40n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** root <= wanted) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

const roundConstants = primes.slice(0, 64).map((prime) => rootFraction(prime, 3n));
const firstState = primes.slice(0, 8).map((prime) => rootFraction(prime, 2n));

function rotate(x: number, by: number): number {
  return (x >>> by) | (x << (32 - by));
}

/** The 32 bytes of the digest. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const message = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  message.set(bytes);
  message[bytes.length] = 0x80;
  const view = new DataView(message.buffer);
  view.setBigUint64(message.length - 8, BigInt(bytes.length) * 8n);
  let state: readonly number[] = firstState;
  for (let block = 0; block < message.length; block += 64) state = compress(state, view, block);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setUint32(i * 4, word));
  return new Uint8Array(digest.buffer);
}

function compress(state: readonly number[], view: DataView, block: number): readonly number[] {
  const words: number[] = [];
  const word = (i: number): number => words[i] ?? 0;
  for (let i = 0; i < 64; i++) {
    if (i < 16) {
      words.push(view.getUint32(block + i * 4));
      continue;
    }
    const [early, late] = [word(i - 15), word(i - 2)];
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words.push((word(i - 16) + s0 + word(i - 7) + s1) | 0);
  }
  let working = [...state];
  for (let i = 0; i < 64; i++) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = working;
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[i] ?? 0) + word(i)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    working = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
  }
  return working.map((value, i) => (value + (state[i] ?? 0)) >>> 0);
}
