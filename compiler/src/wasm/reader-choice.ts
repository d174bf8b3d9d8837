// Which kind an object is of, once its discriminating fields were read: the narrowest that rules name. Mirrors
// compiler/src/ir/interpret/choose-variant.ts.
// INVARIANT: at most one of the conditions that are asked holds, but for wider kinds, which are asked after narrower ones.

import type { RouteChoice, Variant } from '@rdp/language';
import type { RecordLayout, UnionLayout } from '../ir/ir.ts';
import { callKernel, fieldPlace, recordSize } from './codegen/context.ts';
import type { EntrypointContext } from './codegen/context.ts';
import { pushRoute } from './codegen/routes.ts';
import type { FunctionBuilder, Local } from './encode-function.ts';

/** What is known of the object so far. `variant` gets the position of its kind, `record` the address of that kind's record. */
export interface Choice {
  readonly entry: EntrypointContext;
  readonly layout: UnionLayout;
  readonly base: Local;
  readonly variant: Local;
  readonly record: Local;
}

/** Sets the variant, and makes its record, if the values that were read are those of one. */
export function emitChoose(b: FunctionBuilder, choice: Choice): void {
  const { layout, variant, record } = choice;
  const pushIsOf = layout.union.choice
    ? exchangeTest(b, choice, layout.union.choice)
    : (kind: Variant) => pushHasTags(b, choice, kind);
  const narrowFirst = layout.variants
    .map((item, index) => ({ ...item, index }))
    .toSorted((a, z) => z.variant.tag.length - a.variant.tag.length);
  b.block(undefined, (done) => {
    for (const item of narrowFirst) {
      pushIsOf(item.variant);
      b.if(undefined, () => {
        b.i32(item.index).set(variant);
        emitEmptyRecord(b, item.layout, record);
        b.br(done);
      });
    }
  });
}

/** Words of the bits of keys seen, which stand behind a variant's slots. */
const wordsOf = (layout: RecordLayout): number => Math.ceil(layout.fields.length / 64);

function emitEmptyRecord(b: FunctionBuilder, layout: RecordLayout, record: Local): void {
  callKernel(b.i32(recordSize(layout) + wordsOf(layout) * 8), 'alloc').set(record);
  for (let word = 0; word < wordsOf(layout); word++) {
    b.get(record)
      .i64(0n)
      .memory('i64.store', word * 8);
    b.get(record)
      .i64(0n)
      .memory('i64.store', recordSize(layout) + word * 8);
  }
}

/** Leaves the value of a discriminator. */
function pushValue(b: FunctionBuilder, { layout, base }: Choice, name: string): FunctionBuilder {
  const field = layout.base.fields.findIndex((candidate) => candidate.wire === name);
  return b.get(base).memory('i64.load', fieldPlace(layout.base, field).slot);
}

/** Leaves whether the discriminators have the values of the kind's tag. */
function pushHasTags(b: FunctionBuilder, choice: Choice, { tag }: Variant): void {
  choice.layout.union.discriminators.forEach((name, position) => {
    pushValue(b, choice, name).i64(choice.entry.module.data.text(tag[position] ?? ''));
    callKernel(b, 'string_equal');
    if (position > 0) b.op('i32.and');
  });
}

/** Looks up the route; the function leaves whether the exchange is of a kind. */
function exchangeTest(
  b: FunctionBuilder,
  choice: Choice,
  { routes, statuses }: RouteChoice,
): (variant: Variant) => void {
  const { entry, layout } = choice;
  const [method, target, route] = [b.local('i64'), b.local('i64'), b.local('i32')];
  const [methodName = '', targetName = '', statusName = ''] = layout.union.discriminators;
  pushValue(b, choice, methodName).set(method);
  pushValue(b, choice, targetName).set(target);
  // The number of the route's operation among those that rules name, and 0 for every other.
  const operations = [...new Set(layout.variants.map(({ variant }) => variant.tag[0] ?? ''))];
  const numbers = new Uint16Array(routes.map(({ operation }) => operations.indexOf(operation) + 1));
  const table = entry.module.data.place(new Uint8Array(numbers.buffer), 2);
  pushRoute(entry, b, { routes, method, target });
  b.tee(route).i32(0).op('i32.ge_s');
  b.if(
    'i32',
    () => b.get(route).i32(1).op('i32.shl').i32(table).op('i32.add').memory('i32.load16_u'),
    () => b.i32(0),
  );
  b.set(route);
  return ({ tag: [operation = '', key] }) => {
    b.get(route)
      .i32(operations.indexOf(operation) + 1)
      .op('i32.eq');
    if (key === undefined) return;
    pushIsDescribed(b, { key, described: statuses?.get(operation) ?? [] }, () => pushValue(b, choice, statusName));
    b.op('i32.and');
  };
}

/** Leaves whether a status is described under `key`: under no other that says it more exactly. */
function pushIsDescribed(
  b: FunctionBuilder,
  { key, described }: { readonly key: string; readonly described: readonly string[] },
  pushStatus: () => FunctionBuilder,
): void {
  const isRange = (other: string): boolean => /^[1-5]XX$/.test(other);
  const pushFits = (other: string): void => {
    if (isRange(other))
      pushStatus()
        .i64(100n)
        .op('i64.div_s')
        .i64(BigInt(other.slice(0, 1)))
        .op('i64.eq');
    else pushStatus().i64(BigInt(other)).op('i64.eq');
  };
  const moreExact = described.filter((other) =>
    key === 'default' ? other !== 'default' : isRange(key) && other !== 'default' && !isRange(other),
  );
  if (key === 'default') b.i32(1);
  else pushFits(key);
  for (const other of moreExact) {
    pushFits(other);
    b.op('i32.eqz', 'i32.and');
  }
}
