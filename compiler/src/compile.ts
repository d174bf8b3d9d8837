// The pipeline on one screen: checked programs → intermediate representation → generated code → two modules and the map
// that leads from their functions back to rules. Reading sources is the language's business, writing files the caller's.
// INVARIANT: same programs, same bytes; nothing here knows of paths, clocks or machines.

import type { CoreProgram } from '@rdp/language';
import { skimExport, streamExport, type AdmissionPlan, type StreamPlan, type SurfacePlan } from '@rdp/runtime/contract';
import { planAdmission } from './ir/admission-plan.ts';
import type { Ir } from './ir/ir.ts';
import { lowerProgram } from './ir/lower.ts';
import { planStream } from './ir/stream-plan.ts';
import { planSurfaces } from './ir/surface-plan.ts';
import { mapText } from './wasm/codegen/function-map.ts';
import { generateModule } from './wasm/codegen/module.ts';
import { linkModule } from './wasm/link.ts';

/** A compiled policy. */
export interface Compiled {
  /** Scalar WebAssembly, which every OPA host loads. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** The same policy with SIMD128. */
  readonly simd: Uint8Array<ArrayBuffer>;
  /** Text of `policy.map.json`. */
  readonly map: string;
  /** `shop/checkout/Chat/request` …: a position is an id; then aliases, whose ids the module tells. */
  readonly entrypoints: readonly string[];
  /** How the events are decided on whose documents stream. */
  readonly streams: readonly StreamPlan[];
  /** What the entrypoints need that decide on AdmissionReviews. */
  readonly admission: readonly AdmissionPlan[];
  /** What a gateway has to know of the surfaces. */
  readonly surfaces: readonly SurfacePlan[];
  readonly ir: Ir;
}

/** What becomes of the entrypoints that only tests ask: a bundle has no use for them. */
export interface CompileOptions {
  readonly internal: 'keep' | 'omit';
}

/** Compiles programs that have no errors into one policy, as it ships unless said. */
export function compilePrograms(
  programs: readonly CoreProgram[],
  options: CompileOptions = { internal: 'omit' },
): Compiled {
  const streams = programs.flatMap(({ entrypoints }) =>
    entrypoints.flatMap((entrypoint) => planStream(entrypoint) ?? []),
  );
  const ir = lowerPrograms(programs, options);
  const entrypoints = programs.flatMap((program) => program.entrypoints);
  return compileIr(ir, {
    streams,
    admission: planAdmission(entrypoints, ir.entrypoints),
    surfaces: planSurfaces(programs, ir.entrypoints),
  });
}

/** What a bundle says of its entrypoints beside the module. */
export interface Plans {
  readonly streams: readonly StreamPlan[];
  readonly admission: readonly AdmissionPlan[];
  readonly surfaces: readonly SurfacePlan[];
}

/** Generates and links both modules. */
export function compileIr(ir: Ir, plans: Plans = { streams: [], admission: [], surfaces: [] }): Compiled {
  const { streams, admission, surfaces } = plans;
  const inParts = streams.some(({ scan }) => scan === 'incremental');
  const generated = generateModule(inParts ? ir : wholeOnly(ir));
  const extra = inParts ? [streamExport, skimExport] : [];
  const [wasm, simd] = (['scalar', 'simd'] as const).map((target) => linkModule({ target, extra, ...generated }));
  if (!wasm || !simd) throw new Error('two targets give two modules');
  return {
    wasm,
    simd,
    map: mapText(ir, generated.rules),
    entrypoints: [...generated.entrypoints, ...generated.aliases.keys()],
    streams,
    admission,
    surfaces,
    ir,
  };
}

/** What is never asked about parts of a stream needs nothing for it. */
function wholeOnly(ir: Ir): Ir {
  return { ...ir, entrypoints: ir.entrypoints.map((entrypoint) => ({ ...entrypoint, parts: undefined })) };
}

/** The intermediate representation of several packages, as one policy. */
export function lowerPrograms(programs: readonly CoreProgram[], { internal }: CompileOptions): Ir {
  const parts = programs.map((program) => lowerProgram(internal === 'keep' ? program : withoutInternal(program)));
  const patterns = new Map(parts.flatMap((ir) => ir.patterns.map((pattern) => [pattern.name, pattern])));
  return {
    package: parts[0]?.package ?? '',
    entrypoints: parts.flatMap((ir) => ir.entrypoints),
    patterns: [...patterns.keys()].toSorted().flatMap((name) => patterns.get(name) ?? []),
    data: parts.flatMap((ir) => ir.data),
  };
}

function withoutInternal(program: CoreProgram): CoreProgram {
  return { ...program, entrypoints: program.entrypoints.filter(({ internal }) => internal !== true) };
}
