// The intermediate representation → everything that the linker needs for one module, and the map from its functions to rules.

import type { RecordType } from '@rdp/language';
import type { Ir, IrEntrypoint, RecordLayout } from '../../ir/ir.ts';
import { buildFunction } from '../encode-function.ts';
import type { FunctionBody, FunctionBuilder, FunctionReference } from '../encode-function.ts';
import { kernelGlobal, staticBase } from '../kernel.ts';
import { createStaticData } from '../layout.ts';
import type { StaticData } from '../layout.ts';
import { callKernel, frameOffsets } from './context.ts';
import type { EntrypointContext, ModuleContext } from './context.ts';
import type { RuleCode } from './decide.ts';
import { generateEntrypoint, generateRules } from './decide.ts';
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
  readonly aliases: ReadonlyMap<string, number>;
  readonly rules: readonly RuleFunction[];
}

/** Generates the functions and static data of a policy; the same for the scalar and the SIMD module. */
export function generateModule(ir: Ir): GeneratedModule {
  const module: ModuleContext = {
    data: createStaticData(staticBase()),
    functions: [],
    table: [],
    helpers: new Map(),
    sets: new Map(),
    rules: [],
  };
  // Forms that decide on parts of a stream stand behind the others and have no names.
  const parts = ir.entrypoints.flatMap((entrypoint) =>
    typeof entrypoint.parts === 'object' ? [entrypoint.parts] : [],
  );
  const contexts = [...ir.entrypoints, ...parts].map((entrypoint, index) =>
    createEntrypoint(module, entrypoint, index),
  );
  const decisions = generateEntrypoints(contexts);
  const decide = generateDecide(module, contexts[0]?.entry, { ir, decisions });
  return {
    functions: module.functions,
    table: module.table,
    data: module.data,
    decide,
    entrypoints: ir.entrypoints.map((entrypoint) => entrypoint.name),
    aliases: new Map(ir.entrypoints.flatMap(({ aliases }, id) => aliases.map((alias) => [alias, id] as const))),
    rules: module.rules,
  };
}

interface CreatedEntrypoint {
  readonly entry: EntrypointContext;
  readonly frameSize: () => number;
}

/** Entrypoints that have the same rules, and see the same records in memory, have their code in common. */
function generateEntrypoints(contexts: readonly CreatedEntrypoint[]): readonly FunctionReference[] {
  const hosts = contexts.map(({ entry }) => contexts.find((other) => canHost(other.entry, entry))?.entry ?? entry);
  const code = new Map<EntrypointContext, RuleCode>();
  return contexts.map(({ entry, frameSize }, index) => {
    const host = hosts[index] ?? entry;
    const uses = hosts.filter((other) => other === host).length > 1 ? 'several' : 'one';
    const rules = code.get(host) ?? generateRules(host, { frameSize, uses });
    code.set(host, rules);
    return generateEntrypoint(entry, rules);
  });
}

/** Whether the functions of the rules of `host` can decide on the event that `guest` makes. */
function canHost(host: EntrypointContext, guest: EntrypointContext): boolean {
  if (host.entrypoint.prepare || host.entrypoint.rules !== guest.entrypoint.rules) return false;
  if ((host.entrypoint.usage === undefined) !== (guest.entrypoint.usage === undefined)) return false;
  const sameFields = ([record, { fields }]: readonly [RecordType, RecordLayout]): boolean => {
    const other = guest.records.get(record)?.fields;
    return other?.length === fields.length && fields.every((field, index) => field === other[index]);
  };
  return host.unions.size === 0 && [...host.records].every(sameFields);
}

function createEntrypoint(module: ModuleContext, entrypoint: IrEntrypoint, index: number): CreatedEntrypoint {
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
  { ir, decisions }: { readonly ir: Ir; readonly decisions: readonly FunctionReference[] },
): FunctionReference {
  const type = { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] } as const;
  const b = buildFunction('decide', type);
  const first = module.table.length;
  module.table.push(...decisions);
  b.get(0)
    .i32(ir.entrypoints.length)
    .op('i32.lt_u')
    .if(undefined, () => {
      if (decisions.length > ir.entrypoints.length) toParts(module, b, ir);
      b.get(1).get(2).get(3).get(0).i32(first).op('i32.add');
      b.callIndirect({ params: ['i32', 'i32', 'i32'], results: ['i32'] }).op('return');
    });
  callKernel(b, 'out_begin');
  if (entry) writeStatic(entry, b, '{"version":1,"action":"block","reason":"unknown_entrypoint","status":500}');
  callKernel(b, 'out_end');
  module.functions.push(b.finish());
  return { name: 'decide', type };
}

/** While a part of a stream is decided on, the entrypoint is the form of it that does. */
function toParts(module: ModuleContext, b: FunctionBuilder, { entrypoints }: Ir): void {
  let next = entrypoints.length;
  const forms = entrypoints.map(({ parts }, id) => (typeof parts === 'object' ? next++ : id));
  const table = module.data.place(new Uint8Array(Uint32Array.from(forms).buffer), 4);
  b.globalGet(kernelGlobal('stream')).if(undefined, () => {
    b.get(0).i32(2).op('i32.shl').memory('i32.load', table).set(0);
  });
}
