// What the page offers to begin with.

/** A document to decide on. */
export interface GalleryInput {
  readonly name: string;
  /** `Chat.request`, `Chat.request/http` */
  readonly event: string;
  readonly text: string;
}

/** An example: a project of a few files. */
export interface GalleryExample {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** Policies first. */
  readonly files: readonly (readonly [path: string, text: string])[];
  readonly inputs: readonly GalleryInput[];
}
