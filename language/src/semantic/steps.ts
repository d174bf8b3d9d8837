// Work that may be stopped between its steps, by who has something more urgent to do: an editor goes on with a check when
// nothing was typed meanwhile. The work knows nothing of time; a compile takes all steps at once.

/** Work with a result. What was begun and is not taken to its end is let go. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Takes all steps that are left. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Work on a list is stopped ahead of each of so many items: a step costs more than to look at one that is known. */
export const itemsPerStep = 16;
