// JSON lines → examples to learn from. Every line that is none is told with its number; a set without both answers teaches
// nothing. What the labels mean is up to whoever trains: one of them is looked for, all others are not it.

/** One labelled text. */
export interface Example {
  readonly text: string;
  /** As in the data; `true` and `1` are written so. */
  readonly label: string;
  readonly isPositive: boolean;
  /** How much it counts in learning and in the rate of false alarms. */
  readonly weight: number;
  /** Examples of a group are never learned from and judged by one another. */
  readonly group: string | undefined;
  /** Not judged, a text is learned from in every part of cross-validation and has no figures: what was written for training. */
  readonly isJudged: boolean;
  /** Where it comes from; figures are told by source. */
  readonly source: string | undefined;
}

/** A line that is no example. */
export interface ExampleFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface ExampleOptions {
  /** The label that is looked for. */
  readonly positive: string;
  /** Weights by label; 1 unless said. */
  readonly weights: ReadonlyMap<string, number>;
}

/**
 * The examples of files with a JSON object a line: `text`, `label`, and where they are known `group` and `source`; with
 * `"judged": false` it only teaches.
 */
export function readExamples(
  files: readonly { readonly path: string; readonly text: string }[],
  options: ExampleOptions,
): { readonly examples: readonly Example[]; readonly faults: readonly ExampleFault[] } {
  const examples: Example[] = [];
  const faults: ExampleFault[] = [];
  for (const { path, text } of files) {
    text.split('\n').forEach((line, index) => {
      if (line.trim() === '') return;
      const read = readExample(line, options);
      if (typeof read === 'string') faults.push({ file: path, line: index + 1, reason: read });
      else examples.push(read);
    });
  }
  return { examples, faults };
}

function readExample(line: string, { positive, weights }: ExampleOptions): Example | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is no JSON';
  }
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const row: Readonly<Record<string, unknown>> = { ...value };
  const { text, group, source } = row;
  if (typeof text !== 'string') return 'it has no `text`';
  const label = labelOf(row['label']);
  if (label === undefined) return 'its `label` is neither text, nor a number, nor true or false';
  return {
    text,
    label,
    isPositive: label === positive || label === 'true' || label === '1',
    weight: weights.get(label) ?? 1,
    group: typeof group === 'string' ? group : undefined,
    isJudged: row['judged'] !== false,
    source: typeof source === 'string' ? source : undefined,
  };
}

function labelOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;
}
