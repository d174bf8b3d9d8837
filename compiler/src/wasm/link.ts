// Generated functions and static data, onto the kernel → one module that any OPA host loads, or a filter of a proxy. Only what can be
// reached from the exports comes along; kernel names disappear from the exports.
//
// INVARIANT: an OPA host gives `env.memory` (two pages, no maximum) and `env.opa_abort` alone, whatever the size of the data: what
// does not fit into two pages is a passive segment that the start function puts in place. The heap begins behind the data.

import { dynamicFunctions, generatedImports, minPages, opaHost } from './abi.ts';
import type { ModuleHost } from './abi.ts';
import { encodeModule } from './encode.ts';
import type { DataSegment, GlobalDefinition } from './encode.ts';
import { buildFunction } from './encode-function.ts';
import type { FunctionBody, FunctionReference } from './encode-function.ts';
import { kernelFor, kernelFunction } from './kernel.ts';
import type { Kernel, WasmTarget } from './kernel.ts';
import type { StaticData } from './layout.ts';

export interface LinkOptions {
  readonly target: WasmTarget;
  /** An OPA host unless said. */
  readonly host?: ModuleHost;
  /** What generated code consists of; only what `decide` reaches is kept, in this order. */
  readonly functions: readonly FunctionBody[];
  /** `decide(entrypoint, data, input, length)` → address of the decision's text (see `generatedImports`). */
  readonly decide: FunctionReference;
  /** Names as OPA knows them; an entrypoint's position is its id. */
  readonly entrypoints: readonly string[];
  /** Ids by further names. */
  readonly aliases?: ReadonlyMap<string, number>;
  readonly data: StaticData;
  /** Kernel functions that are exported besides the ABI's. */
  readonly extra?: readonly string[];
  /** Table 0, for indirect calls. */
  readonly table?: readonly FunctionReference[];
  readonly customSections?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Static data up to here is an active segment; it leaves room for a heap in the two pages that every host gives. */
const activeLimit = 100 * 1024;

/** The module's bytes. */
export function linkModule(options: LinkOptions): Uint8Array<ArrayBuffer> {
  const kernel = kernelFor(options.target);
  const { extra = [], host = opaHost } = options;
  const exported = new Map([...host.exports, ...extra.map((name) => [name, name] as const)]);
  const entrypoints = placeEntrypoints(options.data, options);
  const generated = [...options.functions, entrypoints, ...absentFunctions()];
  const imports = new Map([
    ['rdp.decide', options.decide.name],
    ['rdp.entrypoints', entrypoints.name],
    ...dynamicFunctions.map((name) => [`rdp.${name}`, name] as const),
    ...[...host.standsFor].map(([name, by]) => [name, kernel.exports.get(by) ?? by] as const),
  ]);
  const given = new Set(host.imports.map(({ name }) => name));
  const names = nameResolver(kernel, imports);
  const table = (options.table ?? []).map((item) => names(item.name));

  const heapBase = Math.ceil(options.data.end() / 16) * 16;
  const start = host.memory === 'imported' && heapBase > activeLimit ? placeData(options.data, heapBase) : undefined;
  const own = new Map([...generated, ...(start === undefined ? [] : [start])].map((body) => [body.name, body]));
  const find = (name: string): FunctionBody | undefined => own.get(name) ?? kernel.function(name);
  const reached = { find, names, given };
  const policy = reach(reached, [options.decide.name, ...table]);
  if (![...policy.functions].some(looksAtDynamic))
    for (const name of dynamicFunctions) imports.set(`rdp.${name}`, `no-${name}`);
  const kept = reach(reached, [
    ...[...exported.values()].map(names),
    ...table,
    ...(start === undefined ? [] : [start.name]),
  ]);
  const functions = [...kernel.functionNames, ...own.keys()]
    .filter((name) => kept.functions.has(name))
    .flatMap((name) => find(name) ?? [])
    .map((body) => renamed(body, names));

  const globals: GlobalDefinition[] = kernel.globals
    .filter((global) => kept.globals.has(global.name))
    .map((global) =>
      global.name === 'heap' || global.name === 'heap_base' ? { ...global, value: BigInt(heapBase) } : global,
    );
  for (const [name, value] of host.globals) globals.push({ name, type: 'i32', mutable: false, value });

  const bytes = options.data.finish();
  // Zeros are there without being said.
  const segments: DataSegment[] = kernel.data.filter((segment) => segment.bytes.some((byte) => byte !== 0));
  if (bytes.length > 0)
    segments.unshift({ offset: start === undefined ? options.data.end() - bytes.length : undefined, bytes });
  return encodeModule({
    memory:
      host.memory === 'imported'
        ? { module: 'env', name: 'memory', minPages }
        : { minPages: Math.ceil(heapBase / 0x10000) + 1 },
    imports: host.imports.map((item) => ({ module: 'env', name: item.name.slice('env.'.length), function: item })),
    functions,
    globals,
    table,
    exports: [
      { name: 'memory', kind: 'memory', of: 'memory' },
      ...[...host.globals.keys()].map((name) => ({ name, kind: 'global', of: name }) as const),
      ...[...exported].map(([name, of]) => ({ name, kind: 'function', of: names(of) }) as const),
    ],
    start: start?.name,
    // A policy's functions; those of types are told by their callers.
    isNamed: (name) => own.has(name) && !/^(?:\d|no-)/.test(name),
    data: segments,
    customSections: options.customSections ?? [],
  });
}

/** Kernel functions that give or take dynamic values. */
const looksAtDynamic = (name: string): boolean => /^(?:dyn_|data_|read_dyn$|out_dyn$)/.test(name);

/** In place of `dynamicFunctions` where nobody can see what they do. */
function absentFunctions(): readonly FunctionBody[] {
  return dynamicFunctions.map((name) => {
    const { type } = kernelFunction(name);
    const body = buildFunction(`no-${name}`, type);
    for (const result of type.results)
      if (result === 'f64') body.f64(0);
      else body.i32(0);
    return body.finish();
  });
}

const utf8 = new TextEncoder();

/** The names as JSON text with its length before it, and a function that gives its address. */
function placeEntrypoints(
  data: StaticData,
  { entrypoints, aliases }: Pick<LinkOptions, 'entrypoints' | 'aliases'>,
): FunctionBody {
  const ids = [...entrypoints.map((name, id) => [name, id] as const), ...(aliases ?? [])];
  const text = utf8.encode(JSON.stringify(Object.fromEntries(ids)));
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  const type = generatedImports.get('rdp.entrypoints') ?? { params: [], results: ['i32'] };
  return buildFunction('entrypoint-names', type)
    .i32(data.place(bytes, 4) + 4)
    .finish();
}

/** The start function that makes memory large enough and copies segment 0 to where the data belongs. */
function placeData(data: StaticData, end: number): FunctionBody {
  const length = data.finish().length;
  const pages = Math.ceil(end / 0x10000);
  const start = buildFunction('start', { params: [], results: [] });
  start.op('memory.size').i32(pages).op('i32.lt_u');
  start.if(undefined, () => {
    start.i32(pages).op('memory.size', 'i32.sub', 'memory.grow').i32(-1).op('i32.eq');
    start.if(undefined, () => start.op('unreachable'));
  });
  return start
    .i32(data.end() - length)
    .i32(0)
    .i32(length)
    .memoryInit(0)
    .finish();
}

/** From the names that code uses to those of functions that exist: imports of the kernel, and functions merged into one. */
function nameResolver(kernel: Kernel, generated: ReadonlyMap<string, string>): (name: string) => string {
  return (name) => generated.get(name) ?? kernel.exports.get(name) ?? name;
}

interface Kept {
  readonly functions: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
}

interface Reachable {
  readonly find: (name: string) => FunctionBody | undefined;
  readonly names: (name: string) => string;
  /** What the host gives. */
  readonly given: ReadonlySet<string>;
}

function reach({ find, names, given }: Reachable, roots: readonly string[]): Kept {
  const functions = new Set<string>();
  const globals = new Set<string>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (functions.has(name) || given.has(name)) continue;
    const body = find(name);
    if (body === undefined) throw new Error(`no function \`${name}\` to link`);
    functions.add(name);
    for (const relocation of body.relocations) {
      if (relocation.kind === 'function') open.push(names(relocation.name));
      else if (relocation.kind === 'global') globals.add(relocation.name);
    }
  }
  return { functions, globals };
}

const renamed = (body: FunctionBody, names: (name: string) => string): FunctionBody => ({
  ...body,
  relocations: body.relocations.map((relocation) =>
    relocation.kind === 'function' ? { ...relocation, name: names(relocation.name) } : relocation,
  ),
});
