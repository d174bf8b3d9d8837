// What a generator gives back; `run.ts` writes it or compares it with what is there.

/** One generated file. */
export interface Generated {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}
