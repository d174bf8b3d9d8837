// What the page is about: files, a document to decide on, and what is looked at. Plain data.

import type { GalleryExample } from '../gallery.ts';

export interface Scene {
  /** Texts by path, policies first. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** The path of the file that is shown. */
  readonly active: string;
  /** `Chat.request` */
  readonly event: string | undefined;
  readonly input: string;
  /** The example that it began as. */
  readonly example: string | undefined;
}

/** An example as it begins. */
export function sceneOfExample({ name, files, inputs }: GalleryExample): Scene {
  const [first] = inputs;
  return { files, active: files[0]?.[0] ?? '', event: first?.event, input: first?.text ?? '{}', example: name };
}
