// What a measurement gives: figures with what is wanted of them, as plain data that the page and the terminal both show.

/** A figure: a share of cases, or the F1 of spans. */
export interface Figure {
  readonly what: string;
  readonly value:
    | { readonly kind: 'share'; readonly hits: number; readonly total: number }
    /** Spans: right ones, ones that are none, ones that were missed. */
    | { readonly kind: 'f1'; readonly right: number; readonly wrong: number; readonly missed: number };
  /** A share between 0 and 1. */
  readonly wanted?: { readonly atLeast: number } | { readonly atMost: number };
}

/** What was measured on some sets with one protocol. */
export interface Section {
  readonly title: string;
  /** Markdown: which sets, what counts as found, what the detectors are. */
  readonly protocol: string;
  readonly figures: readonly Figure[];
  /** Figures by kind, rule or source. */
  readonly details?: readonly { readonly title: string; readonly figures: readonly Figure[] }[];
  /** Anything else, such as the curve of a scored detector. */
  readonly tables?: readonly {
    readonly title: string;
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
}

/** Between 0 and 1; 0 of 0 is undefined. */
export function valueOf({ value }: Figure): number | undefined {
  if (value.kind === 'share') return value.total === 0 ? undefined : value.hits / value.total;
  const all = 2 * value.right + value.wrong + value.missed;
  return all === 0 ? undefined : (2 * value.right) / all;
}

/** Whether the figure is what is wanted of it; undefined where nothing is. */
export function isMet(figure: Figure): boolean | undefined {
  const value = valueOf(figure);
  if (figure.wanted === undefined || value === undefined) return undefined;
  return 'atLeast' in figure.wanted ? value >= figure.wanted.atLeast : value <= figure.wanted.atMost;
}

/** The 95 % interval of a share (Wilson's score interval). */
export function wilson(hits: number, total: number): readonly [number, number] {
  const z = 1.959964;
  const share = hits / total;
  const middle = share + (z * z) / (2 * total);
  const half = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
