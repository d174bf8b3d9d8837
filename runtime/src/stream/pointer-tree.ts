// JSON Pointers with `*` for every index → a tree, so that one walk through a value finds what all of them name.

/** What pointers lead to from here. */
export interface PointerTree<T> {
  readonly children: Map<string, PointerTree<T>>;
  /** Behind a `*`. */
  star: PointerTree<T> | undefined;
  /** What ends here. */
  readonly ends: T[];
}

/** The steps of a pointer. */
export function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The tree of some pointers. */
export function pointerTree<T>(items: readonly T[], pathOf: (item: T) => string): PointerTree<T> {
  const root = emptyTree<T>();
  for (const item of items) {
    let node = root;
    for (const step of stepsOf(pathOf(item))) node = step === '*' ? (node.star ??= emptyTree()) : childOf(node, step);
    node.ends.push(item);
  }
  return root;
}

function childOf<T>(node: PointerTree<T>, step: string): PointerTree<T> {
  const known = node.children.get(step);
  if (known) return known;
  const made = emptyTree<T>();
  node.children.set(step, made);
  return made;
}

function emptyTree<T>(): PointerTree<T> {
  return { children: new Map(), star: undefined, ends: [] };
}

/** The nodes behind a member of an object. */
export function behindKey<T>(nodes: readonly PointerTree<T>[], key: string): readonly PointerTree<T>[] {
  return nodes.flatMap((node) => node.children.get(key) ?? []);
}

/** The nodes behind an item of an array. */
export function behindIndex<T>(nodes: readonly PointerTree<T>[]): readonly PointerTree<T>[] {
  return nodes.flatMap((node) => node.star ?? []);
}

/** Calls `found` for everything in `value` that the tree leads to; `indexes` are what the `*` stood for. */
export function visitPointers<T>(
  tree: PointerTree<T>,
  value: unknown,
  found: (item: T, value: unknown, indexes: readonly number[]) => void,
  indexes: readonly number[] = [],
): void {
  for (const item of tree.ends) found(item, value, indexes);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const { star } = tree;
    if (star) value.forEach((item, index) => visitPointers(star, item, found, [...indexes, index]));
    return;
  }
  for (const [key, child] of tree.children)
    if (Object.hasOwn(value, key))
      visitPointers(child, (value as Readonly<Record<string, unknown>>)[key], found, indexes); // an object that has the key
}

/** The value at a pointer, whose `*` are `indexes`; undefined when there is none. */
export function valueAt(value: unknown, pointer: string, indexes: readonly number[]): unknown {
  let star = 0;
  return stepsOf(pointer).reduce<unknown>((inner, step) => {
    const key = step === '*' ? String(indexes[star++] ?? '') : step;
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return (inner as Readonly<Record<string, unknown>>)[key]; // an object or array that has the key
  }, value);
}
