// Documented routes → a tree of segments for each method in static data, which the kernel walks.
// INVARIANT: literals stand before parameters, so that a route with a literal wins over one with a parameter there; among
// parameters of different shapes the ranks of their routes decide.

import type { CoreExpr, CoreRoute } from '@rdp/language';
import type { FunctionBuilder, Local } from '../encode-function.ts';
import { callKernel, compileExpr } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { placeStringTable } from './hash.ts';

interface Node {
  readonly before: string;
  readonly behind: string;
  readonly parameter: boolean;
  readonly children: Map<string, Node>;
  /** The route that ends here, or -1, and where it has parameters: one bit a segment, the first one highest. */
  route: number;
  rank: number;
}

const createNode = (segment: string): Node => {
  const [open, close] = [segment.indexOf('{'), segment.lastIndexOf('}')];
  const parameter = open >= 0 && close >= open;
  return {
    before: parameter ? segment.slice(0, open) : segment,
    behind: parameter ? segment.slice(close + 1) : '',
    parameter,
    children: new Map(),
    route: -1,
    rank: 0,
  };
};

/** The segments of a template, as paths are cut. */
function segmentsOf(template: string): readonly string[] {
  const path = template.split(/[?#]/, 1)[0] ?? '';
  return (path.startsWith('/') ? path.slice(1) : path).split('/');
}

/** Leaves the index of the request's route, or -1, as int. */
export function compileRoute(f: FunctionContext, expr: CoreExpr & { readonly op: 'route' }): void {
  const { b, entry } = f;
  const method = b.local('i64');
  const target = b.local('i64');
  compileExpr(f, expr.method);
  b.set(method);
  compileExpr(f, expr.target);
  b.set(target);
  pushRoute(entry, b, { routes: expr.routes, method, target });
  b.op('i64.extend_i32_s');
}

/** Leaves the index of the route that a method and a target take, or -1. */
export function pushRoute(
  entry: EntrypointContext,
  b: FunctionBuilder,
  request: { readonly routes: readonly CoreRoute[]; readonly method: Local; readonly target: Local },
): void {
  const { routes, method, target } = request;
  const place = b.local('i32');
  const trees = new Map<string, Node>();
  let deepest = 1;
  routes.forEach((route, index) => {
    const tree = trees.get(route.method) ?? createNode('');
    trees.set(route.method, tree);
    deepest = Math.max(deepest, addRoute(tree, route, index));
  });
  const roots = [...trees.values()].map((tree) => placeNode(entry, tree));
  const view = new DataView(new ArrayBuffer(Math.max(4, roots.length * 4)));
  roots.forEach((root, index) => view.setUint32(index * 4, root, true));
  const rootsAt = entry.module.data.place(new Uint8Array(view.buffer), 4);
  b.i32(placeStringTable(entry.module.data, [...trees.keys()])).get(method);
  callKernel(b, 'table_find').tee(place).i32(0).op('i32.lt_s');
  b.if(
    'i32',
    () => b.i32(-1),
    () => {
      b.get(place).i32(2).op('i32.shl').i32(rootsAt).op('i32.add').memory('i32.load').get(target).i32(deepest);
      callKernel(b, 'route_find');
    },
  );
}

function addRoute(tree: Node, route: CoreRoute, index: number): number {
  const segments = segmentsOf(route.template);
  let node = tree;
  let rank = 0;
  for (const segment of segments) {
    const created = createNode(segment);
    const shape = created.parameter ? `{${created.before}}${created.behind}` : `=${segment}`;
    const next = node.children.get(shape) ?? created;
    node.children.set(shape, next);
    rank = rank * 2 + (segment.includes('{') ? 1 : 0);
    node = next;
  }
  if (node.route < 0) [node.route, node.rank] = [index, rank];
  return segments.length;
}

/** The node as the kernel's `find_below` reads it. */
function placeNode(entry: EntrypointContext, node: Node): number {
  const { data } = entry.module;
  const children = [...node.children.values()];
  const ordered = [...children.filter((child) => !child.parameter), ...children.filter((child) => child.parameter)];
  const places = ordered.map((child) => placeNode(entry, child));
  const list = new DataView(new ArrayBuffer(Math.max(4, places.length * 4)));
  places.forEach((place, index) => list.setUint32(index * 4, place, true));
  const view = new DataView(new ArrayBuffer(40));
  view.setBigUint64(0, data.text(node.before), true);
  view.setBigUint64(8, data.text(node.behind), true);
  view.setUint32(16, node.parameter ? 1 : 0, true);
  view.setInt32(20, node.route, true);
  view.setUint32(24, places.length, true);
  view.setUint32(28, data.place(new Uint8Array(list.buffer), 4), true);
  view.setFloat64(32, node.rank, true);
  return data.place(new Uint8Array(view.buffer), 8);
}
