// The diagnostics about imported documents: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const importCatalog = {} as const;
