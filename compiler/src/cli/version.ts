// The version of the toolchain; the manifests of the workspaces say the same, and a test compares them.

/** Semantic version of language, compiler and runtime. */
export const version = '0.1.0';
