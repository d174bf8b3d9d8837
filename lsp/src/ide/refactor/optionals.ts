// A value that may be missing and is read as if it were there → what can be done about it: read on with `?.`, take another value,
// ask first. Each is tried: only what leaves the declaration with fewer faults is offered.

import { inspect, pathTo, type AnyNode, type Diagnostic, type TextEdit, type Type, type ast } from '@rdp/language';
import { applyEdits } from '../apply-edits.ts';
import type { OpenSelection, Refactor } from './refactor.ts';

/** What can be done about the optionals that are not handled at a place. */
export function optionalFixes(open: OpenSelection): readonly Refactor[] {
  const { unit, range, declared, inspector } = open;
  if (declared === undefined) return [];
  const faults = inspector.faults(declared);
  const here = faults.filter(
    ({ code, span }) =>
      code === 'unhandled-optional' && span.file === unit.file && span.start <= range.end && span.end >= range.start,
  );
  const [first] = here;
  return first ? candidates(open, first).filter((one) => isBetter(open, faults.length, one)) : [];
}

function candidates(open: OpenSelection, { span }: Diagnostic): readonly Refactor[] {
  const { unit, inspector } = open;
  const path = nodesAround(unit.tree, span);
  const expr = path.at(-1) as ast.Expr | undefined; // the fault is of an expression
  if (expr === undefined) return [];
  const type = inspector.recorder.types.get(expr);
  const payload = type?.kind === 'optional' ? type.of : undefined;
  const text = unit.file.text.slice(expr.start, expr.end);
  const found: Refactor[] = [];
  const chain = chainAbove(path);
  if (chain) {
    const insert = edit(open, expr.end, '?');
    found.push({ title: 'read on with `?.`', kind: 'quickfix', edits: [insert] });
    for (const value of ['false', '""', '0', '[]', 'true']) {
      const edits = [insert, ...wrapped(open, chain, value, path)];
      found.push({ title: `read on with \`?.\`, and take \`${value}\` where it is missing`, kind: 'quickfix', edits });
    }
  }
  const fallback = payload && defaultOf(payload);
  if (fallback !== undefined) {
    const edits = [edit(open, expr.start, '('), edit(open, expr.end, ` ?? ${fallback})`)];
    found.push({ title: `take \`${fallback}\` where it is missing`, kind: 'quickfix', edits });
  }
  const condition = conditionAbove(path);
  if (condition) {
    found.push({
      title: `ask first: \`${text} != none && …\``,
      kind: 'quickfix',
      edits: [edit(open, condition.start, `${text} != none && `)],
    });
  }
  return found;
}

function nodesAround(root: AnyNode, span: { readonly start: number; readonly end: number }): readonly AnyNode[] {
  const path = pathTo(root, span.start);
  const isIt = ({ start, end, kind }: AnyNode): boolean =>
    start === span.start && end === span.end && kind !== undefined;
  const at = path.findLastIndex(isIt);
  if (at >= 0) return path.slice(0, at + 1);
  // `pathTo` goes to the last of several children that touch the offset.
  const end = pathTo(root, span.end);
  return end.slice(0, end.findLastIndex(isIt) + 1);
}

/** The whole of the chain that goes on behind the last node of `path`; undefined where none does. */
function chainAbove(path: readonly AnyNode[]): AnyNode | undefined {
  let at = path.length - 1;
  let chain: AnyNode | undefined;
  for (;;) {
    const [inner, outer] = [path[at], path[at - 1]];
    if (inner === undefined || outer === undefined) return chain;
    const goesOn =
      ((outer.kind === 'member' || outer.kind === 'index') && 'of' in outer && outer.of === inner) ||
      (outer.kind === 'call' && 'callee' in outer && outer.callee === inner);
    if (!goesOn) return chain;
    if (chain === undefined && outer.kind !== 'member') return undefined;
    chain = outer;
    at--;
  }
}

/** `chain ?? value`, in parentheses where an operator is around it. */
function wrapped(open: OpenSelection, chain: AnyNode, value: string, path: readonly AnyNode[]): readonly TextEdit[] {
  const parent = path[path.indexOf(chain) - 1];
  const plain = parent?.kind !== 'binary' && parent?.kind !== 'unary';
  return plain
    ? [edit(open, chain.end, ` ?? ${value}`)]
    : [edit(open, chain.start, '('), edit(open, chain.end, ` ?? ${value})`)];
}

/** The condition, or operand of one, that the last node of `path` is read in. */
function conditionAbove(path: readonly AnyNode[]): AnyNode | undefined {
  for (let at = path.length - 1; at > 0; at--) {
    const [node, parent] = [path[at], path[at - 1]];
    if (node === undefined || parent === undefined) return undefined;
    if (parent.kind === 'when' || parent.kind === 'score') return node;
    if (parent.kind === 'binary' && 'operator' in parent && parent.operator === '&&') return node;
    if (parent.kind === 'call' && 'args' in parent && Array.isArray(parent.args) && parent.args.at(-1) === node)
      return node;
  }
  return undefined;
}

function defaultOf(type: Type): string | undefined {
  switch (type.kind) {
    case 'bool':
      return 'false';
    case 'int':
      return '0';
    case 'string':
      return '""';
    case 'list':
      return '[]';
    default:
      return undefined;
  }
}

function edit({ unit }: OpenSelection, at: number, text: string): TextEdit {
  return { span: { file: unit.file, start: at, end: at }, text };
}

/** Whether the declaration has fewer faults after the edits. */
function isBetter({ snapshot, path, declared }: OpenSelection, before: number, { edits }: Refactor): boolean {
  const files = applyEdits(snapshot.project.files, edits);
  const inspector = inspect({ ...snapshot.project, files });
  const unit = inspector.unit(path);
  const decl = unit && declared && inspector.declarationAt(unit, declared.decl.start);
  return decl !== undefined && inspector.faults(decl).length < before;
}
