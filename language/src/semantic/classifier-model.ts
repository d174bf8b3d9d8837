// The file of a learned detector, parsed from JSON → what core needs of it. Checks all that scoring relies on, so that no
// model can make it read outside of its weights; the weights themselves are decoded when somebody needs them.

/** A linear model over hashed n-grams of words. How it scores is in `compiler/src/classifier/score.ts`. */
export interface ClassifierModel {
  /** `std.injection.model` */
  readonly name: string;
  /** From this probability on a text counts as found. */
  readonly threshold: number;
  /** Words in the longest n-gram. */
  readonly longest: number;
  /** There are 2^bits weights. */
  readonly bits: number;
  /** Words in a window; 0: the text is scored as a whole only. */
  readonly window: number;
  /** Probability = 1 / (1 + e^-(slope · sum / √distinct + intercept)). */
  readonly slope: number;
  readonly intercept: number;
  /** The same array each time. */
  readonly weights: () => Int8Array;
}

/** What a model's file says, or why it is none. `name` and `threshold` are the declaration's; undefined: the file's own. */
export type ReadModel = { readonly model: ClassifierModel } | { readonly fault: string };

/** The `format` of a model's file. */
export const modelFormat = 'rdp-classifier/1';

/** Bounds of `bits`: fewer weights tell too little apart, more make a module that nobody wants to load. */
export const modelBits: { readonly least: number; readonly most: number } = { least: 8, most: 18 };

/** Reads the parsed content of a model's file. */
export function readModel(
  document: unknown,
  { name, threshold }: { readonly name: string; readonly threshold: number | undefined },
): ReadModel {
  if (typeof document !== 'object' || document === null) return { fault: 'it is no object' };
  const content: Readonly<Record<string, unknown>> = { ...document };
  if (content['format'] !== modelFormat) return { fault: `its \`format\` is not "${modelFormat}"` };
  const longest = wholeNumber(content['ngrams'], 1, 3);
  if (longest === undefined) return { fault: '`ngrams` is no whole number from 1 to 3' };
  const bits = wholeNumber(content['bits'], modelBits.least, modelBits.most);
  if (bits === undefined) return { fault: `\`bits\` is no whole number from ${modelBits.least} to ${modelBits.most}` };
  const window = wholeNumber(content['window'], 0, 4096);
  if (window === undefined || window % 2 === 1) return { fault: '`window` is no even number from 0 to 4096' };
  const slope = finite(content['slope']);
  const intercept = finite(content['intercept']);
  if (slope === undefined || intercept === undefined) return { fault: '`slope` or `intercept` is no number' };
  const own = finite(content['threshold']);
  if (own === undefined || own < 0 || own > 1) return { fault: '`threshold` is no number from 0 to 1' };
  const text = content['weights'];
  if (typeof text !== 'string' || !isBase64Of(text, 2 ** bits)) {
    return { fault: `\`weights\` is not base64 of ${2 ** bits} bytes` };
  }
  let weights: Int8Array | undefined;
  return {
    model: {
      name,
      threshold: threshold ?? own,
      longest,
      bits,
      window,
      slope,
      intercept,
      weights: () => (weights ??= decode(text)),
    },
  };
}

function wholeNumber(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function isBase64Of(text: string, bytes: number): boolean {
  const letters = Math.ceil((bytes * 4) / 3);
  return text.length === Math.ceil(bytes / 3) * 4 && /^[A-Za-z0-9+/]+=*$/.test(text) && text.indexOf('=') === letters;
}

function decode(base64: string): Int8Array {
  const text = atob(base64);
  return Int8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}
