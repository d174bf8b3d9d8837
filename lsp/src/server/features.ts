// Every feature of the server. A feature is a line here and a file in `features/`.

import type { Feature } from './feature.ts';
import { diagnosticsFeature } from './features/diagnostics.ts';
import { libraryTextFeature } from './features/library-text.ts';

/** In the order in which they are registered. */
export const features: readonly Feature[] = [diagnosticsFeature, libraryTextFeature];
