// Writing values of a type as JSON into the decision's text: scalars by the kernel, the others by a function of the type.

import type { Field, Type } from '@rdp/language';
import type { FunctionBuilder } from '../encode-function.ts';
import { callKernel, fieldPlace, helper, layoutOf, typeKey, unionLayoutOf } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { loadSlot, machineOf } from './representation.ts';

const utf8 = new TextEncoder();

/** `text` as a JSON string, escaped as decisions are: no more than JSON asks for. */
export function jsonText(text: string): string {
  // JSON.stringify escapes the same characters, and lone surrogates, which UTF-8 text has none of.
  return JSON.stringify(text);
}

/** Writes text that is known when compiled. */
export function writeStatic(entry: EntrypointContext, b: FunctionBuilder, text: string): void {
  const bytes = utf8.encode(text);
  if (bytes.length === 0) return;
  if (bytes.length === 1) {
    b.i32(bytes[0] ?? 0);
    callKernel(b, 'out_byte');
    return;
  }
  b.i32(entry.module.data.place(bytes)).i32(bytes.length);
  callKernel(b, 'out_text');
}

/** Takes a value of `type` from the stack and writes it. */
export function writeJson(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  switch (type.kind) {
    case 'bool':
    case 'uint':
    case 'int':
    case 'float':
    case 'string':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'dyn':
      callKernel(b, `out_${type.kind}`);
      return;
    case 'quantity':
      callKernel(b, 'out_int');
      return;
    case 'type':
      callKernel(b, 'out_string');
      return;
    case 'null':
    case 'never':
    case 'unknown':
      b.op('drop');
      callKernel(b, 'out_null');
      return;
    case 'list':
    case 'set':
    case 'map':
    case 'optional':
    case 'record':
    case 'union':
      b.call(
        helper(entry, `json:${typeKey(entry, type)}`, { params: [machineOf(type)], results: [] }, (inner) =>
          buildJson(entry, inner, type),
        ),
      );
  }
}

function buildJson(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  switch (type.kind) {
    case 'optional':
      b.get(0).if(
        undefined,
        () => {
          b.get(0);
          loadSlot(b, type.of);
          writeJson(entry, b, type.of);
        },
        () => callKernel(b, 'out_null'),
      );
      return;
    case 'list':
    case 'set':
      return buildItems(entry, b, {
        stride: 8,
        open: '[',
        close: ']',
        item: (at) => {
          b.get(at);
          loadSlot(b, type.of);
          writeJson(entry, b, type.of);
        },
      });
    case 'map':
      return buildItems(entry, b, {
        stride: 16,
        open: '{',
        close: '}',
        item: (at) => {
          const bare = ['bool', 'int', 'uint', 'float', 'quantity'].includes(type.key.kind);
          if (bare) writeStatic(entry, b, '"');
          b.get(at);
          loadSlot(b, type.key);
          if (type.key.kind === 'dyn') callKernel(b, 'out_key');
          else writeJson(entry, b, type.key);
          writeStatic(entry, b, bare ? '":' : ':');
          b.get(at);
          loadSlot(b, type.value, 8);
          writeJson(entry, b, type.value);
        },
      });
    case 'record':
    case 'union':
      return buildObject(entry, b, type);
    default:
      b.op('unreachable');
  }
}

function buildItems(
  entry: EntrypointContext,
  b: FunctionBuilder,
  container: {
    readonly stride: 8 | 16;
    readonly open: string;
    readonly close: string;
    readonly item: (at: number) => void;
  },
): void {
  const at = b.local('i32');
  const end = b.local('i32');
  writeStatic(entry, b, container.open);
  b.get(0).memory('i32.load', 4).tee(at);
  b.get(0)
    .memory('i32.load')
    .i32(container.stride === 8 ? 3 : 4)
    .op('i32.shl', 'i32.add')
    .set(end);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(at).get(end).op('i32.ge_u').brIf(exit);
      b.get(at)
        .get(0)
        .memory('i32.load', 4)
        .op('i32.ne')
        .if(undefined, () => writeStatic(entry, b, ','));
      container.item(at);
      b.get(at).i32(container.stride).op('i32.add').set(at).br(again);
    });
  });
  writeStatic(entry, b, container.close);
}

/** Members in the order of wire names, those of a union's base first; what is missing is left out. */
function buildObject(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  const record = b.local('i32');
  const some = b.local('i32');
  writeStatic(entry, b, '{');
  if (type.kind === 'record') {
    b.get(0).set(record);
    writeMembers(entry, b, { type, record, some, known: () => false });
  } else if (type.kind === 'union') {
    const layout = unionLayoutOf(entry, type.union);
    const base = new Set(layout.base.fields.map((field) => field.name));
    b.get(0).memory('i32.load', 4).set(record);
    writeMembers(entry, b, { type: { kind: 'record', record: type.union.base }, record, some, known: () => false });
    layout.variants.forEach(({ variant }, index) => {
      b.get(0)
        .memory('i32.load')
        .i32(index)
        .op('i32.eq')
        .if(undefined, () => {
          b.get(0).memory('i32.load', 8).set(record);
          writeMembers(entry, b, {
            type: { kind: 'record', record: variant.record },
            record,
            some,
            known: (field) => base.has(field.name),
          });
        });
    });
  }
  writeStatic(entry, b, '}');
}

function writeMembers(
  entry: EntrypointContext,
  b: FunctionBuilder,
  part: {
    readonly type: Type & { readonly kind: 'record' };
    readonly record: number;
    /** Local: whether a member was written. */
    readonly some: number;
    readonly known: (field: Field) => boolean;
  },
): void {
  const layout = layoutOf(entry, part.type.record);
  layout.fields.forEach((field, index) => {
    if (part.known(field)) return;
    const place = fieldPlace(layout, index);
    const write = (): void => {
      b.get(part.some).if(undefined, () => writeStatic(entry, b, ','));
      b.i32(1).set(part.some);
      writeStatic(entry, b, `${jsonText(field.wire)}:`);
      b.get(part.record);
      loadSlot(b, field.type, place.slot);
      writeJson(entry, b, field.type);
    };
    if (field.presence !== 'optional') return write();
    b.get(part.record).memory('i32.load8_u', place.byte).i32(place.mask).op('i32.and').if(undefined, write);
  });
}
