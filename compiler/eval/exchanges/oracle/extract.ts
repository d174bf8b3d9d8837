// What an exchange says, by the documents of its API alone: a second opinion on the library's mappings, which share no code with it.

/** A text and who says it. */
export interface Said {
  readonly role: string;
  readonly text: string;
}

/** A tool call; the arguments are JSON, or JSON as text where the API has them so. */
export interface Call {
  readonly name: string;
  readonly arguments: unknown;
}

/** What goes to a model. */
export interface AskedFor {
  readonly prompts: readonly Said[];
  readonly tools: readonly string[];
  readonly calls: readonly Call[];
}

/** What comes back. */
export interface Answered {
  readonly texts: readonly Said[];
  readonly calls: readonly Call[];
  readonly input: number;
  readonly output: number;
}

/** One API, read as its documents say. */
export interface Api {
  readonly request: (body: unknown) => AskedFor;
  readonly response: (body: unknown) => Answered;
  /** What the events of a stream add up to. */
  readonly stream?: (events: readonly unknown[]) => Answered;
}

export const nothing: Answered = { texts: [], calls: [], input: 0, output: 0 };
export const nothingAsked: AskedFor = { prompts: [], tools: [], calls: [] };

/** One of `role`, when there is a text. */
export function say(role: string, value: string | undefined): readonly Said[] {
  return value === undefined ? [] : [{ role, text: value }];
}
