// The normalised view in modules: its table, which only modules that use it carry, and the call that makes a view.

import type { CoreView } from '@rdp/language';
import { viewTable } from '../../pattern/view-table.ts';
import type { FunctionBuilder } from '../encode-function.ts';
import { callKernel } from './context.ts';
import type { EntrypointContext } from './context.ts';

/** A view other than the text itself. */
export type ReadView = Exclude<CoreView, 'plain'>;

/** Makes (or finds) the view of the string that `text` pushes, and pushes its text. */
export function pushViewText(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { view, text }: { readonly view: ReadView; readonly text: () => void },
): FunctionBuilder {
  pushArguments(entry, b, { view, text });
  return callKernel(b, 'view_text');
}

/** The same, and pushes its address. */
export function pushView(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { view, text }: { readonly view: ReadView; readonly text: () => void },
): FunctionBuilder {
  pushArguments(entry, b, { view, text });
  return callKernel(b, 'view_of');
}

function pushArguments(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { view, text }: { readonly view: ReadView; readonly text: () => void },
): void {
  b.i32(placeTable(entry));
  text();
  b.i32(view === 'normalized-leet' ? 1 : 0);
}

/** Address of the view's table. */
export function placeTable(entry: EntrypointContext): number {
  const { sets, data } = entry.module;
  const known = sets.get('view');
  if (known !== undefined) return known;
  const address = data.place(viewTable(), 8);
  sets.set('view', address);
  return address;
}
