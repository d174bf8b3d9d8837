// Which updates a rule leaves alone → a function that looks at the document as it is. It is called when the rule would act, so that
// whatever passes pays nothing. Mirrors compiler/src/ir/interpret/settled.ts.

import type { ObjectReads, Path, Settled } from '../../ir/settled.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { placeSlots } from './constants.ts';
import { callKernel, compileExpr, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';

/** (frame) → whether the document is an update that is left alone. */
const settledType = { params: ['i32'], results: ['i32'] } as const;

/** The function for the rule at `owner`, or for the denial of what nothing permits; undefined where all is asked. */
export function settledFunction(entry: EntrypointContext, owner: number | 'denial'): FunctionReference | undefined {
  const { rules, denial } = entry.entrypoint.settled;
  const settled = owner === 'denial' ? denial : rules[owner];
  if (settled === undefined || (settled.reads === undefined && !settled.ends)) return undefined;
  return helper(entry, `settled:${owner}`, settledType, (b) => compileSettled(entry, b, settled));
}

function compileSettled(entry: EntrypointContext, b: FunctionBuilder, { reads, ends }: Settled): void {
  const { at } = entry.entrypoint;
  const object = b.local('i32');
  const old = b.local('i32');
  const leave = (answer: 0 | 1) => (): void => void b.i32(answer).op('return');
  callKernel(pushKeys(entry, b, [...at, 'object']), 'object_below')
    .tee(object)
    .op('i32.eqz')
    .if(undefined, leave(0));
  callKernel(pushKeys(entry, b, [...at, 'oldObject']), 'object_below')
    .tee(old)
    .op('i32.eqz')
    .if(undefined, leave(0));
  if (ends) {
    const keys = ['metadata', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'finalizers'];
    callKernel(b.get(object).get(old).i32(placeKeys(entry, keys)), 'ends_object').if(undefined, leave(1));
  }
  if (reads) compileReads(entry, { b, object, old, leave: leave(0) }, reads);
  b.i32(reads ? 1 : 0);
}

interface Comparison {
  readonly b: FunctionBuilder;
  /** Addresses in the document. */
  readonly object: Local;
  readonly old: Local;
  /** Leaves the function: something is not the same. */
  readonly leave: () => void;
}

function compileReads(entry: EntrypointContext, comparison: Comparison, { own, held }: ObjectReads): void {
  const { b } = comparison;
  for (const path of own) compare(entry, comparison, { names: namesOf(path), by: 'same_below' });
  // Where no rule is left that asks for a kind, none is read.
  const layout = held && entry.unions.get(held.union);
  if (held === undefined || layout === undefined) return;
  const holders = held.variant.held?.holders() ?? [];
  const { variants } = layout;
  const kind = b.local('i32');
  b.block(undefined, (handler) => {
    // A field, which has no error.
    compileExpr({ entry, b, frame: 0, locals: new Map(), handler }, held.of);
    b.memory('i32.load').set(kind);
  });
  for (const { variant, path } of [{ variant: held.variant, path: [] }, ...holders]) {
    const index = variants.findIndex((layout) => layout.variant === variant);
    if (index < 0) continue;
    b.get(kind).i32(index).op('i32.eq');
    b.if(undefined, () => {
      const way = path.map(({ wire }) => wire);
      if (way.length > 0) compare(entry, comparison, { names: way, by: 'both_below' });
      for (const more of held.paths)
        compare(entry, comparison, { names: [...way, ...namesOf(more)], by: 'same_below' });
    });
  }
}

function compare(
  entry: EntrypointContext,
  { b, object, old, leave }: Comparison,
  { names, by }: { readonly names: readonly string[]; readonly by: 'same_below' | 'both_below' },
): void {
  b.get(object).get(old).i32(placeKeys(entry, names)).i32(names.length);
  callKernel(b, by).op('i32.eqz').if(undefined, leave);
}

function namesOf(path: Path): readonly string[] {
  return path.map(({ name }) => name);
}

/** Leaves the address of keys, and how many they are. */
function pushKeys(entry: EntrypointContext, b: FunctionBuilder, keys: readonly string[]): FunctionBuilder {
  return b.i32(placeKeys(entry, keys)).i32(keys.length);
}

function placeKeys(entry: EntrypointContext, keys: readonly string[]): number {
  return placeSlots(
    entry,
    keys.map((key) => entry.module.data.text(key)),
  );
}
