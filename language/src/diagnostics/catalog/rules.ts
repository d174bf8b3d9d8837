// The diagnostics about rules as a whole: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const ruleCatalog = {} as const;
