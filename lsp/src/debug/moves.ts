// Where a debugger goes from a stop: into, over and out of what is worked out, to breakpoints, forwards and back. Indexes of stops;
// undefined is the end, or the beginning where one goes back.

import { lineColumn } from '@rdp/language';
import type { Stop } from './stops.ts';

export type Move = 'into' | 'over' | 'out' | 'back';

/** The stop after `move`. */
export function moved(stops: readonly Stop[], at: number, move: Move): number | undefined {
  const depth = depthOf(stops[at]);
  const found = ((): number => {
    switch (move) {
      case 'into':
        return at + 1;
      case 'over':
        return stops.findIndex((stop, index) => index > at && depthOf(stop) <= depth);
      case 'out':
        return stops.findIndex((stop, index) => index > at && depthOf(stop) < depth);
      case 'back':
        return stops.findLastIndex((stop, index) => index < at && depthOf(stop) <= depth);
    }
  })();
  return found >= 0 && found < stops.length ? found : undefined;
}

function depthOf(stop: Stop | undefined): number {
  return stop?.levels.length ?? 0;
}

/** What ends a run. */
export interface Halts {
  /** Lines by path in the project, starting at 1. */
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>;
  /** Whether an expression without a value does. */
  readonly errors: boolean;
}

/** Where a run from `at` ends, and why. */
export function run(
  stops: readonly Stop[],
  at: number,
  options: { readonly direction: 'forwards' | 'back'; readonly halts: Halts },
): { readonly index: number; readonly why: 'breakpoint' | 'exception' } | undefined {
  const { direction, halts } = options;
  const step = direction === 'forwards' ? 1 : -1;
  for (let index = at + step; index >= 0 && index < stops.length; index += step) {
    const stop = stops[index];
    if (stop === undefined) return undefined;
    if (halts.errors && stop.error !== undefined) return { index, why: 'exception' };
    const place = beginsLine(stop);
    if (place && halts.lines.get(place.path)?.has(place.line) === true) return { index, why: 'breakpoint' };
  }
  return undefined;
}

/** The line on which a stop begins something: what is around it begins elsewhere, or for each element anew. */
function beginsLine(stop: Stop): { readonly path: string; readonly line: number } | undefined {
  if (stop.kind === 'outcome' || stop.kind === 'decision') return undefined;
  const own = lineOf(stop, -1);
  const around = stop.levels.at(-2);
  if (own === undefined) return undefined;
  const outer = stop.kind === 'rule' || around?.kind === 'round' ? undefined : lineOf(stop, -2);
  return outer?.path === own.path && outer.line === own.line ? undefined : own;
}

function lineOf(stop: Stop, level: number): { readonly path: string; readonly line: number } | undefined {
  const span = stop.levels.at(level)?.span;
  return span && { path: span.file.path, line: lineColumn(span.file, span.start).line };
}

/** The line at or behind `line` on which a run can end, as far as this decision goes. */
export function lineToHalt(stops: readonly Stop[], path: string, line: number): number | undefined {
  const lines = stops.flatMap((stop) => {
    const place = beginsLine(stop);
    return place !== undefined && place.path === path && place.line >= line ? [place.line] : [];
  });
  return lines.length === 0 ? undefined : Math.min(...lines);
}
