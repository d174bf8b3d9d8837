// What code generation shares: the module that grows (functions, static data, table), one entrypoint's layouts, and the
// function that is being written. Helpers of a type are made once, when they are first asked for.

import type { CoreExpr, Field, LocalId, RecordType, Type, UnionType } from '@rdp/language';
import type { IrEntrypoint, RecordLayout, UnionLayout } from '../../ir/ir.ts';
import { buildFunction } from '../encode-function.ts';
import type {
  FunctionBody,
  FunctionBuilder,
  FunctionReference,
  FunctionType,
  Label,
  Local,
} from '../encode-function.ts';
import { kernelFunction, kernelGlobal } from '../kernel.ts';
import type { StaticData } from '../layout.ts';
import type { RuleFunction } from './function-map.ts';
import { machineOf } from './representation.ts';

/** The module while it is being made. */
export interface ModuleContext {
  readonly data: StaticData;
  readonly functions: FunctionBody[];
  /** Functions that are called through table 0, by position. */
  readonly table: FunctionReference[];
  readonly helpers: Map<string, FunctionReference>;
  /** Addresses of sets of patterns, by what they are, and of the view's table. */
  readonly sets: Map<string, number>;
  readonly rules: RuleFunction[];
}

/** One entrypoint while its functions are being made. */
export interface EntrypointContext {
  readonly module: ModuleContext;
  readonly entrypoint: IrEntrypoint;
  /** Prefix of the names of its functions. */
  readonly prefix: string;
  readonly records: Map<RecordType, RecordLayout>;
  readonly unions: ReadonlyMap<UnionType, UnionLayout>;
  /** Offset in the frame of a state slot (i32, zero at first) for `key`; asked for while functions are generated. */
  readonly stateSlot: (key: string) => number;
  /** Leaves an expression's value on the stack; kept here so that the files of the operators need not know one another. */
  readonly compile: (f: FunctionContext, expr: CoreExpr) => void;
  /** Keys of the expressions that are evaluated once a decision. */
  readonly shared?: ReadonlySet<string>;
}

/** One function while it is being written. */
export interface FunctionContext {
  readonly entry: EntrypointContext;
  readonly b: FunctionBuilder;
  /** Address of the frame: what one decision knows. */
  readonly frame: Local;
  readonly locals: Map<LocalId, Local>;
  /** Where an error goes: the kernel's `error` is set. */
  readonly handler: Label;
}

/** Leaves the value of `expr` on the stack; an error goes to the handler. */
export function compileExpr(f: FunctionContext, expr: CoreExpr): void {
  f.entry.compile(f, expr);
}

/** A local for the variable `id`. */
export function bindLocal(f: FunctionContext, id: LocalId, type: Type): Local {
  const local = f.b.local(machineOf(type));
  f.locals.set(id, local);
  return local;
}

/** Moves the error, which is set, into a local. */
export function holdError(f: FunctionContext, held: Local): void {
  f.b.globalGet(errorGlobal()).set(held).i32(0).globalSet(errorGlobal());
}

/** Offsets of the frame's fixed fields; state slots follow. */
export const frameOffsets = {
  input: 0,
  data: 4,
  document: 8,
  length: 12,
  /** Lowest rule with an error, or 0x7fffffff. */
  errorRule: 16,
  errorCode: 20,
  /** Bits of the rules that fired, then one bit for each word of them. */
  fired: 24,
} as const;

/** The kernel's mutable error code. */
export const errorGlobal: () => ReturnType<typeof kernelGlobal> = () => kernelGlobal('error');

/** Calls a kernel function. */
export function callKernel(b: FunctionBuilder, name: string): FunctionBuilder {
  return b.call(kernelFunction(name));
}

/** After a fallible call: on error to the handler. Whatever is on the stack stays there otherwise. */
export function checkError(f: FunctionContext): void {
  f.b.globalGet(errorGlobal()).brIf(f.handler);
}

/** Sets the error and goes to the handler. */
export function raise(f: FunctionContext, code: number): void {
  f.b.i32(code).globalSet(errorGlobal()).br(f.handler);
}

/** The function of `key`, made by `build` when it is asked for the first time; it may be recursive. */
export function helper(
  entry: EntrypointContext,
  key: string,
  type: FunctionType,
  build: (b: FunctionBuilder) => void,
): FunctionReference {
  const name = `${entry.prefix}${key}`;
  const known = entry.module.helpers.get(name);
  if (known) return known;
  const reference: FunctionReference = { name, type };
  entry.module.helpers.set(name, reference);
  const b = buildFunction(name, type);
  build(b);
  entry.module.functions.push(b.finish());
  return reference;
}

/** The layout of a record; one that no document carries has all its fields. */
export function layoutOf(entry: EntrypointContext, record: RecordType): RecordLayout {
  const known = entry.records.get(record);
  if (known) return known;
  const fields = [...record.fields().values()].toSorted((a, b) => (a.wire < b.wire ? -1 : 1));
  const layout: RecordLayout = { id: entry.records.size, record, fields };
  entry.records.set(record, layout);
  return layout;
}

/** The layout of a union; the checker saw to it that there is one. */
export function unionLayoutOf(entry: EntrypointContext, union: UnionType): UnionLayout {
  const layout = entry.unions.get(union);
  if (!layout) throw new Error(`no layout of union ${union.name}`);
  return layout;
}

/** Where a field stands in its record: the byte and bit of its presence, the offset of its slot. */
export interface FieldPlace {
  readonly field: Field;
  readonly byte: number;
  readonly mask: number;
  readonly slot: number;
}

/** Bytes of a record in memory. */
export function recordSize(layout: RecordLayout): number {
  return presenceSize(layout) + layout.fields.length * 8;
}

/** Bytes of presence bits before the slots. */
export function presenceSize(layout: RecordLayout): number {
  return Math.ceil(layout.fields.length / 64) * 8;
}

/** The place of the field at `index`. */
export function fieldPlace(layout: RecordLayout, index: number): FieldPlace {
  const field = layout.fields[index];
  if (!field) throw new Error(`no field ${index} in the layout of ${layout.record.name}`);
  return { field, byte: index >> 3, mask: 1 << (index & 7), slot: presenceSize(layout) + index * 8 };
}

/** The place of the field `name`; undefined when nobody uses it. */
export function findField(layout: RecordLayout, name: string): FieldPlace | undefined {
  const index = layout.fields.findIndex((field) => field.name === name);
  return index < 0 ? undefined : fieldPlace(layout, index);
}

/** A name for a type that is the same for equal types of one entrypoint. */
export function typeKey(entry: EntrypointContext, type: Type): string {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'optional':
      return `${type.kind}<${typeKey(entry, type.of)}>`;
    case 'map':
      return `map<${typeKey(entry, type.key)},${typeKey(entry, type.value)}>`;
    case 'record':
      return `${type.record.name}#${layoutOf(entry, type.record).id}`;
    case 'union':
      return `union ${type.union.name}#${unionLayoutOf(entry, type.union).id}`;
    default:
      return type.kind;
  }
}
