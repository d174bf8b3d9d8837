// A part of an expression → a declaration of its own, and its name in the place: a function, a set, a pattern.

import { walk, type AnyNode, type TextEdit, type Type, type ast } from '@rdp/language';
import { freshName, insertAhead, type OpenSelection, type Refactor } from './refactor.ts';
import { typeText } from './type-text.ts';

/** What can be extracted of what is selected. */
export function extractions(open: OpenSelection): readonly Refactor[] {
  const { declared, nodes, inspector } = open;
  if (declared === undefined) return [];
  inspector.namesIn(declared);
  const found = [extractFn(open), extractSet(open), extractPattern(open, nodes.at(-1))];
  return found.filter((each) => each !== undefined);
}

const expressionKinds: ReadonlySet<string> = new Set([
  'binary',
  'call',
  'conditional',
  'unary',
  'paren',
  'member',
  'is',
  'index',
]);

/** The expression that is just what is selected. */
function selectedExpr({ nodes, range, inspector }: OpenSelection): ast.Expr | undefined {
  if (range.start === range.end) return undefined;
  const node = nodes.findLast(({ start, end }) => start === range.start && end === range.end);
  if (node?.kind === undefined || !expressionKinds.has(node.kind)) return undefined;
  const expr = node as ast.Expr; // by its kind
  return inspector.recorder.types.has(expr) ? expr : undefined;
}

interface Param {
  readonly name: string;
  readonly text: string;
  readonly type: string;
}

/** `fn extracted(host: string) -> bool = …`: what the file does not know becomes a parameter. */
function extractFn(open: OpenSelection): Refactor | undefined {
  const expr = selectedExpr(open);
  const { unit, inspector } = open;
  if (expr === undefined || open.declared?.decl.kind === 'fn') return undefined;
  const type = inspector.recorder.types.get(expr);
  const paths = new Map<ast.Expr, Param>();
  const params = new Map<string, Param>();
  const bound = boundInside(expr);
  let possible = true;
  const visit = (node: AnyNode): 'skip' | undefined => {
    if (node.kind !== 'name' && node.kind !== 'member') return undefined;
    const path = node as ast.Expr & { kind: 'name' | 'member' }; // by its kind
    const root = rootOf(path);
    if (root === undefined || bound.has(root.name.text)) return undefined;
    const binding = inspector.recorder.bindings.get(root.name);
    // What the file knows stays; functions of the language have no binding.
    if (binding === undefined || (binding.kind !== 'value' && binding.kind !== 'rule')) return 'skip';
    const own = inspector.scopeOf(unit).lookup(root.name.text);
    if (own?.kind === binding.kind) return 'skip';
    const readable = longestReadable(open, path);
    const text = unit.file.text.slice(readable.start, readable.end);
    const known = params.get(text);
    const read = inspector.recorder.types.get(readable);
    const written = read && typeText(unit, read);
    if (written === undefined) possible = false;
    else if (known) paths.set(readable, known);
    else {
      const param = { name: paramName(params, readable), text, type: written };
      params.set(text, param);
      paths.set(readable, param);
    }
    return 'skip';
  };
  walkPaths(expr, visit);
  if (!possible || type === undefined || type.kind === 'unknown') return undefined;
  const name = freshName(open, 'extracted');
  const result = typeText(unit, type);
  const list = [...params.values()];
  const signature = list.map((param) => `${param.name}: ${param.type}`).join(', ');
  const body = rewritten(unit.file.text, expr, paths);
  const declaration = `fn ${name}(${signature})${result === undefined ? '' : ` -> ${result}`} = ${body}`;
  const call: TextEdit = {
    span: { file: unit.file, start: expr.start, end: expr.end },
    text: `${name}(${list.map(({ text }) => text).join(', ')})`,
  };
  return { title: 'extract a function', kind: 'extract', edits: [insertAhead(open, declaration), call] };
}

/** Visits names and paths, but not the variables that macros declare. */
function walkPaths(expr: ast.Expr, visit: (node: AnyNode) => 'skip' | undefined): void {
  walk(expr, (node) => {
    if (node.kind === 'call' && 'callee' in node) {
      const { callee, args } = node as ast.Expr & { kind: 'call' }; // by its kind
      // The name of a function is no value; what it is called on is.
      if (callee.kind === 'member') walkPaths(callee.of, visit);
      for (const arg of args) walkPaths(arg, visit);
      return 'skip';
    }
    return visit(node);
  });
}

/** The variables of macros inside of `expr`. */
function boundInside(expr: ast.Expr): ReadonlySet<string> {
  const names = new Set<string>();
  walk(expr, (node) => {
    if (node.kind !== 'call' || !('callee' in node)) return;
    const { callee, args } = node as ast.Expr & { kind: 'call' }; // by its kind
    if (callee.kind !== 'member' || args.length < 2) return;
    for (const arg of args.slice(0, -1)) if (arg.kind === 'name') names.add(arg.name.text);
  });
  return names;
}

function rootOf(path: ast.Expr): (ast.Expr & { readonly kind: 'name' }) | undefined {
  if (path.kind === 'name') return path;
  return path.kind === 'member' && !path.optional ? rootOf(path.of) : undefined;
}

/** The longest part of a path that is a value with a type that the file can write; its root where there is none. */
function longestReadable(open: Pick<OpenSelection, 'inspector' | 'unit'>, path: ast.Expr): ast.Expr {
  const { inspector, unit } = open;
  const type = inspector.recorder.types.get(path);
  const isScalar = (read: Type | undefined): boolean =>
    read !== undefined && read.kind !== 'record' && read.kind !== 'union';
  if (path.kind !== 'member' || (isScalar(type) && type && typeText(unit, type) !== undefined)) return path;
  return longestReadable(open, path.of);
}

function paramName(params: ReadonlyMap<string, Param>, path: ast.Expr): string {
  const base = path.kind === 'name' || path.kind === 'member' ? path.name.text : 'value';
  const taken = new Set([...params.values()].map(({ name }) => name));
  if (!taken.has(base)) return base;
  for (let count = 2; ; count++) if (!taken.has(`${base}_${count}`)) return `${base}_${count}`;
}

/** The text of `expr` with each path as its parameter. */
function rewritten(text: string, expr: ast.Expr, paths: ReadonlyMap<ast.Expr, Param>): string {
  let result = '';
  let at = expr.start;
  for (const [path, { name }] of [...paths].toSorted(([a], [b]) => a.start - b.start)) {
    result += text.slice(at, path.start) + name;
    at = path.end;
  }
  return (result + text.slice(at, expr.end)).replace(/\s*\n\s*/g, ' ');
}

/** `x in ["a", "b"]` → `set extracted = ["a", "b"]` */
function extractSet(open: OpenSelection): Refactor | undefined {
  const { nodes, unit, declared } = open;
  const node = nodes.findLast(({ kind }) => kind === 'list');
  if (node === undefined || declared?.decl.kind === 'set') return undefined;
  const list = node as ast.Expr & { kind: 'list' }; // by its kind
  const parent = nodes[nodes.indexOf(node) - 1];
  if (parent?.kind !== 'binary' || list.items.length === 0) return undefined;
  if (!list.items.every(({ kind }) => kind === 'string' || kind === 'int')) return undefined;
  const name = freshName(open, 'extracted');
  const text = unit.file.text.slice(list.start, list.end);
  return {
    title: 'extract a set',
    kind: 'extract',
    edits: [insertAhead(open, `set ${name} = ${text}`), replaced(open, list, name)],
  };
}

/** `text.matches(re"…")` → `pattern extracted = re"…"` */
function extractPattern(open: OpenSelection, node: AnyNode | undefined): Refactor | undefined {
  const { unit, declared } = open;
  if (node?.kind !== 'regex' || declared?.decl.kind === 'pattern') return undefined;
  const name = freshName(open, 'extracted');
  const text = unit.file.text.slice(node.start, node.end);
  return {
    title: 'extract a pattern',
    kind: 'extract',
    edits: [insertAhead(open, `pattern ${name} = ${text}`), replaced(open, node, name)],
  };
}

function replaced({ unit }: OpenSelection, { start, end }: ast.Node, text: string): TextEdit {
  return { span: { file: unit.file, start, end }, text };
}
