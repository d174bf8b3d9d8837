// What is written to the terminal: colours that respect NO_COLOR and pipes, and a progress line for work over a second.

import { stderr, type OutputStream } from './output-stream.ts';

/** Wraps text in a style, or returns it as it is. */
export type Paint = (text: string) => string;

export interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly note: Paint;
  readonly good: Paint;
  readonly strong: Paint;
  readonly faint: Paint;
}

const plain: Paint = (text) => text;

function ansi(code: number, reset: number): Paint {
  return (text) => `\u001b[${code}m${text}\u001b[${reset}m`;
}

const coloured: Palette = {
  error: ansi(31, 39),
  warning: ansi(33, 39),
  note: ansi(36, 39),
  good: ansi(32, 39),
  strong: ansi(1, 22),
  faint: ansi(2, 22),
};
const uncoloured: Palette = { error: plain, warning: plain, note: plain, good: plain, strong: plain, faint: plain };

/** Colours for `stream`: none in a pipe or with NO_COLOR (no-color.org), always with FORCE_COLOR. */
export function paletteFor(stream: { readonly isTTY?: boolean }): Palette {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return uncoloured;
  if (FORCE_COLOR && FORCE_COLOR !== '0') return coloured;
  return stream.isTTY === true && TERM !== 'dumb' ? coloured : uncoloured;
}

const progressAfter = 1000; // milliseconds

/** Shows `label` on the terminal while work goes on that takes over a second; the returned function takes it away. */
export function progress(label: string, stream: OutputStream = stderr): () => void {
  if (!stream.isTTY) return () => undefined;
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    stream.write(`${label} …`);
  }, progressAfter);
  timer.unref();
  return () => {
    clearTimeout(timer);
    if (shown) stream.write(`\r${' '.repeat(label.length + 2)}\r`);
  };
}
