// Any node → its children, without a list of node kinds: trees are plain data, and whatever has a range is a node.
// INVARIANT: children come in the order of the tree's properties, which is the order of the text but for few nodes.

import type { Node } from './ast.ts';

/** A node of any kind. Things such as names and settings have no `kind`. */
export type AnyNode = Node & { readonly kind?: string };

/** Calls `visit` with each direct child of `node`, through the lists and plain records between. */
export function forEachChild(node: object, visit: (child: AnyNode, property: string) => void): void {
  for (const [property, value] of Object.entries(node)) visitValue(value, property, visit);
}

function visitValue(value: unknown, property: string, visit: (child: AnyNode, property: string) => void): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (Array.isArray(value)) for (const item of value) visitValue(item, property, visit);
  else if (isNode(value)) visit(value, property);
  else forEachChild(value, visit);
}

/** The direct children of `node`. */
export function childrenOf(node: object): readonly AnyNode[] {
  const children: AnyNode[] = [];
  forEachChild(node, (child) => children.push(child));
  return children;
}

/** Visits `node` and all below it, parents first. `visit` gives `'skip'` to stay out of a node's children. */
export function walk(node: AnyNode, visit: (node: AnyNode) => 'skip' | undefined | void): void {
  if (visit(node) === 'skip') return;
  forEachChild(node, (child) => walk(child, visit));
}

/** The nodes that cover `offset`, outermost first; the end of a node counts as inside. */
export function pathTo(root: AnyNode, offset: number): readonly AnyNode[] {
  const path: AnyNode[] = [];
  let at: AnyNode | undefined = root;
  while (at !== undefined) {
    path.push(at);
    let inner: AnyNode | undefined;
    forEachChild(at, (child) => {
      if (child.start <= offset && offset <= child.end) inner = child;
    });
    at = inner;
  }
  return path;
}

function isNode(value: object): value is AnyNode {
  return 'start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number';
}
