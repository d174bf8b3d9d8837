// Problems of a document as diagnostics of the policy that names it.

import test from 'ava';
import type { SourceFile } from '../../src/source/source-file.ts';
import { importDiagnostics } from '../../src/import/problem.ts';

const file: SourceFile = { path: 'policy.rdp', text: 'openapi "a.yaml"' };

test('problems become diagnostics at the place that names the document', (t) => {
  const diagnostics = importDiagnostics(
    [
      { code: 'unsupported-openapi', version: '2.0' },
      { code: 'unresolved-reference', reference: 'b.yaml#/A', at: '/paths' },
    ],
    { file, start: 8, end: 16 },
  );
  t.deepEqual(
    diagnostics.map(({ code, severity, message, span }) => [code, severity, message, span.start]),
    [
      ['unsupported-openapi', 'error', 'OpenAPI 2.0 cannot be read', 8],
      ['unresolved-reference', 'warning', 'the reference `b.yaml#/A` leads nowhere', 8],
    ],
  );
});
