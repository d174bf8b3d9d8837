// Learned detectors: a model's weights in static data, and the call that scores a text or its normalised view with them.

import type { CoreExpr } from '@rdp/language';
import { callKernel, compileExpr } from './context.ts';
import type { FunctionContext } from './context.ts';
import { pushView } from './view.ts';

/** Leaves the model's probability of a text. */
export function compileClassify(f: FunctionContext, expr: CoreExpr & { readonly op: 'classify' }): void {
  const { b, entry } = f;
  const { bits, longest, window, slope, intercept, weights } = expr.model;
  const text = (): void => compileExpr(f, expr.of);
  if (expr.view === 'plain') text();
  else pushView(entry, b, { view: expr.view, text });
  b.i32(entry.module.data.place(new Uint8Array(weights().buffer), 8));
  b.i32(bits).i32(longest).i32(window).f64(slope).f64(intercept);
  callKernel(b, expr.view === 'plain' ? 'classify' : 'classify_view');
}
