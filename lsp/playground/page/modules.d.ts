// Modules that the build makes.

declare module 'rdp:gallery' {
  const gallery: readonly import('../gallery.ts').GalleryExample[];
  export default gallery;
}

declare module 'rdp:words' {
  const words: {
    readonly declarations: string[];
    readonly clauses: string[];
    readonly joining: string[];
    readonly reserved: string[];
    readonly units: string[];
  };
  export default words;
}

declare module '*.css';
