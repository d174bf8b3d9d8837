// The diagnostics about types of expressions: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const typeCatalog = {} as const;
