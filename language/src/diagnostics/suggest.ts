// "Did you mean …": the one known name that is nearest to what was written, or none when nothing is near enough. Pure
// and deterministic: of equally near names the first in the given order wins.

/** The nearest of `candidates` to `written`, when it is near enough to be a slip of the keys. */
export function nearestName(written: string, candidates: Iterable<string>): string | undefined {
  if (written === '') return undefined;
  const limit = written.length <= 2 ? 1 : written.length <= 5 ? 2 : Math.ceil(written.length / 3);
  const target = normalize(written);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === written) continue;
    const other = normalize(candidate);
    // Other case or other separators only: nothing can be nearer.
    if (other === target) return candidate;
    if (Math.abs(candidate.length - written.length) >= bestDistance) continue;
    const distance = editDistance(target, other, bestDistance);
    // A word of which nothing would be left is not a slip.
    if (distance < bestDistance && distance < Math.max(written.length, candidate.length) - 1) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll('_', '').replaceAll('-', '');
}

/** Optimal string alignment distance (a swap of neighbours is one edit); gives `bound` for anything not below it. */
export function editDistance(a: string, b: string, bound: number): number {
  let beforePrevious: number[] = [];
  let previous: number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforePrevious, j - 2) + 1);
      }
      row.push(cost);
      if (cost < smallest) smallest = cost;
    }
    if (smallest >= bound) return bound;
    beforePrevious = previous;
    previous = row;
  }
  return Math.min(at(previous, b.length), bound);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.MAX_SAFE_INTEGER;
}
