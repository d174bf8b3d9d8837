// The intermediate representation → everything that the linker needs for one module, and the map from its functions to rules.

import type { Ir, IrEntrypoint } from '../../ir/ir.ts';
import { buildFunction } from '../encode-function.ts';
import type { FunctionBody, FunctionReference } from '../encode-function.ts';
import { staticBase } from '../kernel.ts';
import { createStaticData } from '../layout.ts';
import type { StaticData } from '../layout.ts';
import { callKernel, frameOffsets } from './context.ts';
import type { EntrypointContext, ModuleContext } from './context.ts';
import { generateEntrypoint } from './decide.ts';
import { compileExpression } from './expression.ts';
import type { RuleFunction } from './function-map.ts';
import { writeStatic } from './json.ts';
import { firedWords } from './rule-state.ts';
import { sharedKeys } from './shared.ts';

/** What generated code consists of. */
export interface GeneratedModule {
  readonly functions: readonly FunctionBody[];
  readonly table: readonly FunctionReference[];
  readonly data: StaticData;
  readonly decide: FunctionReference;
  readonly entrypoints: readonly string[];
  readonly rules: readonly RuleFunction[];
}

/** Generates the functions and static data of a policy; the same for the scalar and the SIMD module. */
export function generateModule(ir: Ir): GeneratedModule {
  const module: ModuleContext = {
    data: createStaticData(staticBase()),
    functions: [],
    table: [],
    helpers: new Map(),
    programs: new Map(),
    rules: [],
  };
  const contexts = ir.entrypoints.map((entrypoint, index) => createEntrypoint(module, entrypoint, index));
  const decisions = contexts.map(({ entry, frameSize }) => generateEntrypoint(entry, frameSize));
  const decide = generateDecide(module, contexts[0]?.entry, decisions);
  return {
    functions: module.functions,
    table: module.table,
    data: module.data,
    decide,
    entrypoints: ir.entrypoints.map((entrypoint) => entrypoint.name),
    rules: module.rules,
  };
}

function createEntrypoint(
  module: ModuleContext,
  entrypoint: IrEntrypoint,
  index: number,
): { readonly entry: EntrypointContext; readonly frameSize: () => number } {
  const words = firedWords(entrypoint.rules.length);
  const firstSlot = frameOffsets.fired + (words + Math.ceil(words / 64)) * 8;
  const slots = new Map<string, number>();
  const entry: EntrypointContext = {
    module,
    entrypoint,
    prefix: `${index}:`,
    records: new Map(entrypoint.records.map((layout) => [layout.record, layout])),
    unions: new Map(entrypoint.unions.map((layout) => [layout.union, layout])),
    stateSlot: (key) => {
      const known = slots.get(key) ?? firstSlot + slots.size * 4;
      slots.set(key, known);
      return known;
    },
    compile: compileExpression,
    shared: sharedKeys(entrypoint.rules),
  };
  return { entry, frameSize: () => Math.ceil((firstSlot + slots.size * 4) / 8) * 8 };
}

/** `decide(entrypoint, data, input, length)`: to the entrypoint's function; an id that is none blocks. */
function generateDecide(
  module: ModuleContext,
  entry: EntrypointContext | undefined,
  decisions: readonly FunctionReference[],
): FunctionReference {
  const type = { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] } as const;
  const b = buildFunction('decide', type);
  const first = module.table.length;
  module.table.push(...decisions);
  b.get(0)
    .i32(decisions.length)
    .op('i32.lt_u')
    .if(undefined, () => {
      b.get(1).get(2).get(3).get(0).i32(first).op('i32.add');
      b.callIndirect({ params: ['i32', 'i32', 'i32'], results: ['i32'] }).op('return');
    });
  callKernel(b, 'out_begin');
  if (entry) writeStatic(entry, b, '{"version":1,"action":"block","reason":"unknown_entrypoint","status":500}');
  callKernel(b, 'out_end');
  module.functions.push(b.finish());
  return { name: 'decide', type };
}
