// Every feature of the server. A feature is a line here and a file in `features/`.

import type { Feature } from './feature.ts';
import { callHierarchyFeature } from './features/call-hierarchy.ts';
import { codeActionsFeature } from './features/code-actions.ts';
import { codeLensFeature } from './features/code-lenses.ts';
import { completionFeature } from './features/completion.ts';
import { diagnosticsFeature } from './features/diagnostics.ts';
import { hoverFeature } from './features/hover.ts';
import { inlayHintFeature } from './features/inlay-hints.ts';
import { libraryTextFeature } from './features/library-text.ts';
import { linkedEditingFeature } from './features/linked-editing.ts';
import { navigationFeature } from './features/navigation.ts';
import { previewsFeature } from './features/previews.ts';
import { renameFeature } from './features/rename.ts';
import { signatureFeature } from './features/signature.ts';
import { documentLinksFeature } from './features/document-links.ts';
import { formattingFeature } from './features/formatting.ts';
import { rangesFeature } from './features/ranges.ts';
import { semanticTokensFeature } from './features/semantic-tokens.ts';
import { symbolsFeature } from './features/symbols.ts';

/** In the order in which they are registered. */
export const features: readonly Feature[] = [
  diagnosticsFeature,
  libraryTextFeature,
  navigationFeature,
  hoverFeature,
  completionFeature,
  signatureFeature,
  renameFeature,
  inlayHintFeature,
  codeLensFeature,
  callHierarchyFeature,
  linkedEditingFeature,
  codeActionsFeature,
  semanticTokensFeature,
  symbolsFeature,
  rangesFeature,
  formattingFeature,
  documentLinksFeature,
  previewsFeature,
];
