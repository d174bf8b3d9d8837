// Sparse examples → the weights of a logistic regression with an L2 penalty, by L-BFGS (Nocedal and Wright, Numerical
// Optimization, algorithm 7.5, with a backtracking search). Deterministic: the same examples in the same order give the same
// weights.

/** One example: the distinct buckets of its n-grams, each with the same value. */
export interface SparseExample {
  readonly buckets: Int32Array;
  readonly value: number;
  /** 1 or -1. */
  readonly sign: 1 | -1;
  readonly weight: number;
}

export interface FitOptions {
  readonly size: number;
  /** Weight of an error against the size of the weights; larger: closer to the examples. */
  readonly strength: number;
  readonly rounds: number;
}

/** One weight a bucket, and the constant behind them. */
export interface Fitted {
  readonly weights: Float64Array;
  readonly constant: number;
}

/** How many steps back L-BFGS remembers. */
const memory = 10;

/** The weights that make `½|w|² + strength · Σ weight · ln(1 + e^(-sign · (w·x + constant)))` small. */
export function fitWeights(examples: readonly SparseExample[], { size, strength, rounds }: FitOptions): Fitted {
  const point = new Float64Array(size + 1);
  let gradient = new Float64Array(size + 1);
  let loss = lossAt(examples, { point, gradient, strength });
  const steps: { readonly step: Float64Array; readonly change: Float64Array; readonly scale: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const direction = directionOf(gradient, steps);
    const slope = dot(direction, gradient);
    if (slope > -1e-9 * Math.max(1, loss)) break;
    let length = round === 0 ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
    let next = { point: new Float64Array(0), gradient: new Float64Array(0), loss: Infinity };
    for (let tries = 0; tries < 30; tries++, length /= 2) {
      const moved = point.map((value, i) => value + length * (direction[i] ?? 0));
      const there = new Float64Array(size + 1);
      next = { point: moved, gradient: there, loss: lossAt(examples, { point: moved, gradient: there, strength }) };
      if (next.loss <= loss + 1e-4 * length * slope) break;
    }
    if (!(next.loss < loss)) break;
    const step = next.point.map((value, i) => value - (point[i] ?? 0));
    const change = next.gradient.map((value, i) => value - (gradient[i] ?? 0));
    const curvature = dot(step, change);
    if (curvature > 0) steps.push({ step, change, scale: 1 / curvature });
    if (steps.length > memory) steps.shift();
    const gained = loss - next.loss;
    point.set(next.point);
    ({ gradient, loss } = next);
    if (gained < 1e-7 * loss) break;
  }
  return { weights: point.slice(0, size), constant: point[size] ?? 0 };
}

function lossAt(
  examples: readonly SparseExample[],
  at: { readonly point: Float64Array; readonly gradient: Float64Array; readonly strength: number },
): number {
  const { point, gradient, strength } = at;
  const last = point.length - 1;
  let loss = 0;
  for (let i = 0; i < last; i++) {
    const value = point[i] ?? 0;
    gradient[i] = value;
    loss += 0.5 * value * value;
  }
  for (const { buckets, value, sign, weight } of examples) {
    let sum = 0;
    for (const bucket of buckets) sum += point[bucket] ?? 0;
    const margin = sign * (sum * value + (point[last] ?? 0));
    const odds = Math.exp(-Math.abs(margin));
    loss += strength * weight * (Math.max(0, -margin) + Math.log1p(odds));
    const pull = (-sign * strength * weight * (margin > 0 ? odds : 1)) / (1 + odds);
    for (const bucket of buckets) gradient[bucket] = (gradient[bucket] ?? 0) + pull * value;
    gradient[last] = (gradient[last] ?? 0) + pull;
  }
  return loss;
}

function directionOf(
  gradient: Float64Array,
  steps: readonly { readonly step: Float64Array; readonly change: Float64Array; readonly scale: number }[],
): Float64Array {
  const direction = gradient.map((value) => -value);
  const pulls = steps.map(() => 0);
  for (let i = steps.length - 1; i >= 0; i--) {
    const past = steps[i];
    if (past === undefined) continue;
    const pull = past.scale * dot(past.step, direction);
    pulls[i] = pull;
    add(direction, past.change, -pull);
  }
  const newest = steps.at(-1);
  if (newest) {
    const factor = 1 / (newest.scale * dot(newest.change, newest.change));
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) * factor;
  }
  steps.forEach(({ step, change, scale }, i) => add(direction, step, (pulls[i] ?? 0) - scale * dot(change, direction)));
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function add(to: Float64Array, what: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + factor * (what[i] ?? 0);
}
