// The normalised view in modules: its table, which only modules that use it carry, and the call that makes a view.

import type { CoreView } from '@rdp/language';
import { viewTable } from '../../pattern/view-table.ts';
import type { FunctionBuilder } from '../encode-function.ts';
import { callKernel } from './context.ts';
import type { EntrypointContext } from './context.ts';

/** A view other than the text itself. */
export type ReadView = Exclude<CoreView, 'plain'>;

/** Makes (or finds) the view of the string that `text` pushes, by a kernel function of table, string and form. */
export function pushView(
  entry: EntrypointContext,
  b: FunctionBuilder,
  call: { readonly kernel: 'view_of' | 'view_text'; readonly view: ReadView; readonly text: () => void },
): FunctionBuilder {
  b.i32(placeTable(entry));
  call.text();
  b.i32(call.view === 'normalized-leet' ? 1 : 0);
  return callKernel(b, call.kernel);
}

function placeTable(entry: EntrypointContext): number {
  const { programs, data } = entry.module;
  const known = programs.get('view');
  if (known !== undefined) return known;
  const address = data.place(viewTable(), 8);
  programs.set('view', address);
  return address;
}
