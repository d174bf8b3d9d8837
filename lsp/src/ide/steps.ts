// A long answer in steps: a generator that stops wherever somebody may want to know whether the answer is still wanted, and ends with
// the answer. INVARIANT: what comes out depends on the snapshot alone, however long lies between two steps.

/** Work that ends with a `T`. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** The answer, at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Whether an answer is still to be worked out. */
export function isSteps<T>(answer: T | Steps<T>): answer is Steps<T> {
  return typeof answer === 'object' && answer !== null && Symbol.iterator in answer && 'next' in answer;
}
