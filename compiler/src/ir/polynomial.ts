// Polynomials with non-negative coefficients over named sizes: what a bound on work is made of. Plain immutable maps.

/** From a product of variables (names sorted, joined by `·`, `''` for the constant) to its coefficient. */
export type Polynomial = ReadonlyMap<string, number>;

/** A constant. */
export function constant(value: number): Polynomial {
  return new Map(value === 0 ? [] : [['', value]]);
}

/** One variable. */
export function variable(name: string): Polynomial {
  return new Map([[name, 1]]);
}

/** The sum of all. */
export function sum(...terms: readonly Polynomial[]): Polynomial {
  const total = new Map<string, number>();
  for (const term of terms) for (const [key, value] of term) total.set(key, (total.get(key) ?? 0) + value);
  return total;
}

/** The product of two. */
export function product(a: Polynomial, b: Polynomial): Polynomial {
  return sum(...[...a].flatMap(([left, x]) => [...b].map(([right, y]) => new Map([[joined(left, right), x * y]]))));
}

function joined(left: string, right: string): string {
  return [...factorsOf(left), ...factorsOf(right)].sort().join('·');
}

function factorsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split('·');
}

/**
 * Bounds the sum of `each` over the items of a collection of size `whole`, where `item` stands for the size of one item and
 * items have at least size 1: there are at most `whole` items, and the k-th powers of their sizes add up to at most `wholeᵏ`.
 */
export function sumOver(each: Polynomial, item: string, whole: Polynomial): Polynomial {
  const terms = [...each].map(([key, value]) => {
    const factors = factorsOf(key);
    const others = factors.filter((factor) => factor !== item);
    let term: Polynomial = new Map([[others.join('·'), value]]);
    const powers = Math.max(1, factors.length - others.length);
    for (let i = 0; i < powers; i++) term = product(term, whole);
    return term;
  });
  return sum(...terms);
}

/** Coefficients by degree, every variable taken for the same size. */
export function byDegree(polynomial: Polynomial): readonly number[] {
  const coefficients: number[] = [];
  for (const [key, value] of polynomial) {
    const degree = factorsOf(key).length;
    while (coefficients.length <= degree) coefficients.push(0);
    coefficients[degree] = (coefficients[degree] ?? 0) + value;
  }
  return coefficients;
}
