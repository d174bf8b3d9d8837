// What inference needs from its surroundings, and the few ways in which it speaks to them. A context is immutable but for
// what its callbacks collect; facts (what conditions to the left have established) are a part of it.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/catalog.ts';
import type { DiagnosticCode, DiagnosticExtra, HolesFor } from '../../diagnostics/catalog.ts';
import type { RegexFault } from '../../pattern-syntax/regex-fault.ts';
import type { SourceFile, Span } from '../../source/source-file.ts';
import type { Expr, Name, Node } from '../../syntax/ast.ts';
import type { CoreExpr, LocalId } from '../core.ts';
import type { Origins } from '../origins.ts';
import type { Recorder } from '../recorder.ts';
import type { Variant } from '../types.ts';

/** What is known to hold of a path: its optional is there, its union is of one kind. */
export interface Fact {
  readonly present?: true;
  readonly variant?: Variant;
}

/** Facts by path (see `pathKey`). */
export type Facts = ReadonlyMap<string, Fact>;

export interface InferContext {
  /** The file that the expression stands in. */
  readonly file: SourceFile;
  readonly report: (diagnostic: Diagnostic) => void;
  /** A variable that no other in the same rule has. */
  readonly freshLocal: () => LocalId;
  /** Told what tools want to know. */
  readonly recorder?: Recorder;
  /** Told where every expression stands, for traces of decisions. */
  readonly origins?: Origins;
  /** What is wrong with a regular expression; undefined when nothing is. */
  readonly checkRegex?: (regex: string) => RegexFault | undefined;
  /** What to do about a first name that nothing is bound to, where that is known. */
  readonly adviseName?: (name: Name) => DiagnosticExtra | undefined;
  readonly facts?: Facts;
  /** Whether a variable stands for a parameter of a pack, which is a constant wherever the pack is applied. */
  readonly isParameter?: (id: LocalId) => boolean;
  /** Functions that are being inlined, outermost first; `call` is where the outermost is called. */
  readonly inlining?: Inlining;
}

export interface Inlining {
  readonly bodies: readonly Expr[];
  readonly call: Span;
  readonly report: (diagnostic: Diagnostic) => void;
  /** How many more calls may be inlined below the outermost; shared. */
  readonly budget: { left: number };
}

/** The span of `node` in the file of the context. */
export function spanOf(ctx: InferContext, node: Node): Span {
  return { file: ctx.file, start: node.start, end: node.end };
}

/** The source text of `node`, for messages. */
export function textOf(ctx: InferContext, node: Node): string {
  const text = ctx.file.text.slice(node.start, node.end);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Reports `code` at `node` and gives the value that a fault leaves behind. */
export function fault<Code extends DiagnosticCode>(
  ctx: InferContext,
  code: Code,
  node: Node,
  holes: HolesFor<Code>,
  extra?: DiagnosticExtra,
): CoreExpr {
  ctx.report(diagnose(code, spanOf(ctx, node), holes, extra));
  return unknownValue;
}

/** What stands where a fault is; its type silences whatever follows. Never part of a core program. */
export const unknownValue: CoreExpr = { op: 'const', value: { kind: 'null' }, type: { kind: 'unknown' } };

/** Whether something below this type is at fault, so that nothing more needs to be said. */
export function isUnknown(core: CoreExpr): boolean {
  return core.type.kind === 'unknown';
}
