// The diagnostics about compilation and targets: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const compileCatalog = {} as const;
