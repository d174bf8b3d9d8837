// Keeps trees shallow enough for everyone who walks them by recursion: an expression or type that is nested deeper than
// `treeDepthLimit` becomes a hole. Long chains such as `a.b.c…` and `a + b + c…` nest without brackets, so the parser's
// own limit does not see them. INVARIANT: works without recursion itself.

import type * as ast from './ast.ts';

/** How many nodes may stand above one another. */
export const treeDepthLimit = 500;

/** Cuts off what is too deep, in place (the tree is the parser's own until it is returned); gives the first cut. */
export function limitDepth(root: object): ast.Node | undefined {
  let cut: ast.Node | undefined;
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    const next: object[] = [];
    for (const node of level) {
      for (const key in node) {
        const child = (node as Record<string, unknown>)[key]; // nodes are plain records
        if (typeof child !== 'object' || child === null || child instanceof Uint8Array) continue;
        if (depth > treeDepthLimit && isCuttable(child)) {
          const hole: ast.Expr & ast.TypeExpr = { kind: 'hole', start: child.start, end: child.end };
          (node as Record<string, unknown>)[key] = hole; // see above
          cut ??= hole;
        } else next.push(child);
      }
    }
    level = next;
  }
  return cut;
}

function isCuttable(child: object): child is ast.Node {
  return 'kind' in child && 'start' in child && 'end' in child;
}
