// Errors of rules: of all rules with one, the first in source order is told.

import type { FunctionReference } from '../encode-function.ts';
import { errorGlobal, frameOffsets, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';

/** (frame, rule): notes the error that is set, unless a rule before has one. */
export function noteError(entry: EntrypointContext): FunctionReference {
  return helper(entry, 'note-error', { params: ['i32', 'i32'], results: [] }, (b) => {
    b.get(1)
      .get(0)
      .memory('i32.load', frameOffsets.errorRule)
      .op('i32.lt_u')
      .if(undefined, () => {
        b.get(0).get(1).memory('i32.store', frameOffsets.errorRule);
        b.get(0).globalGet(errorGlobal()).memory('i32.store', frameOffsets.errorCode);
      });
    b.i32(0).globalSet(errorGlobal());
  });
}
