// From policy text to traces, for tests: one package, the standard library at hand, and where everything stands.

import { checkProgram, createOrigins, type CoreProgram, type Origins } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { traceDecision } from '../../src/trace/trace-decision.ts';
import type { Trace, TraceLimits } from '../../src/trace/trace.ts';

/** A checked policy that can be asked why. */
export interface Traceable {
  readonly program: CoreProgram;
  readonly origins: Origins;
}

/** Checks a policy, which must be without fault unless `undefined` will do. */
export function traceable(text: string, documents: ReadonlyMap<string, unknown> = new Map()): Traceable | undefined {
  const origins = createOrigins();
  const project = { files: [{ path: 'p.rdp', text }], documents, std: stdFiles, origins };
  const program = checkProgram(project).programs?.[0];
  return program && { program, origins };
}

/** The trace of a policy's first entrypoint. */
export function traceOf(
  text: string,
  document: unknown,
  options: { readonly sensitive?: 'show'; readonly limits?: TraceLimits } = {},
): Trace {
  const known = traceable(`package t\n${text}`);
  if (!known) throw new Error(`at fault: ${text}`);
  const { program, origins } = known;
  const input = Buffer.from(JSON.stringify(document));
  const entrypoint = program.entrypoints[0]?.name ?? '';
  return traceDecision({ programs: [program], origins, entrypoint, input, data: {}, ...options });
}

/** All of a trace but for the sources that its spans lead to. */
export function withoutSources(trace: Trace): string {
  return JSON.stringify(trace, (key, value: unknown) => (key === 'span' ? undefined : value));
}
