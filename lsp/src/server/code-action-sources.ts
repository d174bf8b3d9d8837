// Where code actions come from; `features/code-actions.ts` asks all of them.

import type { ActionSource } from './action-source.ts';
import { fixSource } from './features/quick-fixes.ts';
import { refactorSource } from './features/refactors.ts';

/** All sources, in the order in which a menu shows their actions. */
export const actionSources: readonly ActionSource[] = [fixSource, refactorSource];
