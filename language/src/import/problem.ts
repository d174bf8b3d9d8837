// What is wrong with an imported document: a code of the catalog, its holes, and where in the document. The caller knows
// the place in the policy that names the document and makes diagnostics of it.

import { diagnose } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/source-file.ts';

export type ImportProblem =
  | { readonly code: 'invalid-document'; readonly expected: string; readonly at: string }
  | { readonly code: 'unsupported-openapi'; readonly version: string }
  | { readonly code: 'unresolved-reference'; readonly reference: string; readonly at: string }
  | { readonly code: 'repeated-operation'; readonly operation: string; readonly route: string }
  | { readonly code: 'repeated-route'; readonly route: string }
  | { readonly code: 'repeated-kind'; readonly kind: string };

/** The diagnostics of `problems` at `span`, the place in the policy that names the document. */
export function importDiagnostics(problems: readonly ImportProblem[], span: Span): readonly Diagnostic[] {
  return problems.map((problem) => {
    switch (problem.code) {
      case 'invalid-document':
        return diagnose(problem.code, span, { expected: problem.expected, at: problem.at === '' ? '/' : problem.at });
      case 'unsupported-openapi':
        return diagnose(problem.code, span, { version: problem.version });
      case 'unresolved-reference':
        return diagnose(problem.code, span, { reference: problem.reference, at: problem.at });
      case 'repeated-operation':
        return diagnose(problem.code, span, { operation: problem.operation, route: problem.route });
      case 'repeated-route':
        return diagnose(problem.code, span, { route: problem.route });
      case 'repeated-kind':
        return diagnose(problem.code, span, { kind: problem.kind });
    }
  });
}
