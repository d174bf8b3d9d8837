// The diagnostics about names, packages and references: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const nameCatalog = {} as const;
