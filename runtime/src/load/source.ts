// Where bundles come from. A source reads, and says when reading again might give something new; whether the new bundle is good
// is not its business.

import type { BundleFiles } from './archive.ts';
import type { Outcome } from './problem.ts';

/** What reading a source gave. `tag` tells this content from other content: an ETag, a digest. */
export type SourceContent =
  | { readonly kind: 'archive'; readonly bytes: Uint8Array; readonly tag: string }
  | { readonly kind: 'files'; readonly files: BundleFiles; readonly tag: string }
  | { readonly kind: 'unchanged' };

/** Tells the source how reading again went, so that it can wait longer after failures. */
export type Changed = () => Promise<'fine' | 'failed'>;

export interface BundleSource {
  /** For messages and statistics: a path or an address without credentials. */
  readonly name: string;
  /** `seen` is the tag of the bundle in force; content with the same tag is `unchanged`. */
  readonly read: (seen: string | undefined) => Promise<Outcome<SourceContent>>;
  /** Calls `changed` until the returned function is called. Absent when a source never changes by itself. */
  readonly watch?: (changed: Changed) => () => void;
}
