// From policy text to its intermediate representation, for tests: one package, the standard library at hand.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../../src/ir/lower.ts';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import type { Ir } from '../../src/ir/ir.ts';

/** The representation of a policy without errors. */
export function lowerSource(text: string): Ir {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text: `package t\n${text}` }],
    documents: new Map([['data.json', ['x']]]),
    std: stdFiles,
  });
  const program = programs?.[0];
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return lowerProgram(program);
}

/** The interpreter's decision of a policy's first entrypoint. */
export function decideOn(ir: Ir, document: string | Uint8Array, data: unknown = {}): unknown {
  const input = typeof document === 'string' ? Buffer.from(document) : document;
  return JSON.parse(interpret({ ir, entrypoint: ir.entrypoints[0]?.name ?? '', input, data }));
}
