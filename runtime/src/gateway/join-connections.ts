// Two connections → one: bytes pass both ways at the slower one's pace until both sides have ended, one fails, nothing passes for too long, or
// nothing may pass any more.
//
// INVARIANT: no more is held than the two connections buffer by themselves. What one side has sent before it ended reaches the other.

import type { Duplex } from 'node:stream';
import type { ExchangeEnd } from './gateway-metrics.ts';

export interface JoinOptions {
  /** Milliseconds in which nothing passes, in either direction. */
  readonly idle: number;
  /** Asked before each piece goes on. */
  readonly mayPass: () => boolean;
}

/** Milliseconds in which a side takes what is left for it. */
const lastWords = 5000;

/** `head`: what came from `one` already. Resolves when both are gone. */
export async function joinConnections(
  one: Duplex,
  other: Duplex,
  head: Uint8Array,
  { idle, mayPass }: JoinOptions,
): Promise<ExchangeEnd> {
  let end: ExchangeEnd = 'passed';
  const stop = (why: ExchangeEnd): void => {
    end = why;
    one.destroy();
    other.destroy();
  };
  let timer = setTimeout(() => stop('cut'), idle);
  const pass = async (from: Duplex, to: Duplex, first: Uint8Array): Promise<void> => {
    try {
      if (first.length > 0) await written(to, first);
      // A side that has ended may still be written to.
      for await (const piece of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        clearTimeout(timer);
        timer = setTimeout(() => stop('cut'), idle);
        if (!mayPass()) return stop('cut');
        if ((await written(to, piece)) === 'gone') break;
      }
      to.end();
    } catch {
      to.destroy();
    }
  };
  for (const side of [one, other]) side.on('error', () => side.destroy());
  await Promise.all([pass(one, other, head), pass(other, one, new Uint8Array(0))]);
  clearTimeout(timer);
  await Promise.all([one, other].map(gone));
  return end;
}

/** Waits until there is room for more; `gone` when nobody takes any. */
async function written(to: Duplex, bytes: Uint8Array): Promise<'written' | 'gone'> {
  if (to.destroyed || to.writableEnded) return 'gone';
  if (!to.write(bytes))
    await new Promise<void>((resolve) => {
      const done = (): void => {
        to.off('drain', done).off('close', done);
        resolve();
      };
      to.on('drain', done).on('close', done);
    });
  return to.destroyed ? 'gone' : 'written';
}

/** Waits for the last of what was written, for a while. */
function gone(side: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => side.destroy(), lastWords);
    const over = (): void => {
      clearTimeout(timer);
      resolve();
    };
    side.once('close', over);
    if (side.destroyed) over();
    else if (side.writableFinished) side.destroy();
    else side.once('finish', () => side.destroy());
  });
}
