// A name of a function or set of the file → what it stands for, in the place of this use. The declaration stays: others may use it.

import type { AnyNode, PolicySymbol, ast } from '@rdp/language';
import type { OpenSelection, Refactor } from './refactor.ts';

/** What can be put in the place of the name at a selection. */
export function inlined(open: OpenSelection): Refactor | undefined {
  const { inspector, unit, range } = open;
  const name = inspector.nameAt(unit, range.start);
  const declaration = name?.symbol.declaration;
  // Another file may see other things under the same names.
  if (name === undefined || name.access === 'declare' || declaration?.unit !== unit) return undefined;
  const { decl } = declaration;
  if (decl.kind === 'set' && name.symbol.kind === 'set') return inlinedSet(open, decl, name);
  return decl.kind === 'fn' && name.symbol.kind === 'fn' ? inlinedCall(open, decl, name) : undefined;
}

interface Use extends ast.Node {
  readonly symbol: PolicySymbol;
}

function inlinedSet({ unit }: OpenSelection, decl: ast.SetDecl, use: Use): Refactor | undefined {
  if (decl.value.kind !== 'list') return undefined;
  const { file } = unit;
  const text = file.text.slice(decl.value.start, decl.value.end);
  return {
    title: `put the values of \`${decl.name.text}\` here`,
    kind: 'inline',
    edits: [{ span: { file, start: use.start, end: use.end }, text }],
  };
}

function inlinedCall(open: OpenSelection, decl: ast.FnDecl, use: Use): Refactor | undefined {
  const { unit, inspector, nodes } = open;
  const { file } = unit;
  const at = nodes.findLastIndex((node) => isCallOf(node, use));
  const call = nodes[at] as (ast.Expr & { readonly kind: 'call' }) | undefined; // by `isCallOf`
  if (call === undefined || call.args.length !== decl.params.length) return undefined;
  const names = inspector.namesIn({ decl, unit });
  const inBody = names.filter(({ start }) => start >= decl.body.start);
  const variables = new Set(inBody.filter(({ symbol }) => symbol.kind === 'variable').map(({ symbol }) => symbol.name));
  // A variable of the body would take a name of the argument for its own.
  const texts = call.args.map(({ start, end }) => file.text.slice(start, end));
  if (texts.some((text) => (text.match(/[A-Za-z_]\w*/g) ?? []).some((word) => variables.has(word)))) return undefined;
  let body = '';
  let from = decl.body.start;
  for (const { start, end, symbol } of inBody) {
    const index = decl.params.findIndex(({ name }) => name.start === symbol.declared?.start);
    const argument = call.args[index];
    if (argument === undefined) continue;
    const text = texts[index] ?? '';
    body += file.text.slice(from, start) + (isOperand(argument) ? text : `(${text})`);
    from = end;
  }
  body += file.text.slice(from, decl.body.end);
  const text = isOperand(decl.body) || !isInOperator(nodes[at - 1]) ? body : `(${body})`;
  return {
    title: `put the body of \`${decl.name.text}\` here`,
    kind: 'inline',
    edits: [{ span: { file, start: call.start, end: call.end }, text }],
  };
}

function isCallOf(node: AnyNode, use: Use): boolean {
  if (node.kind !== 'call' || !('callee' in node)) return false;
  const { callee } = node as ast.Expr & { kind: 'call' }; // by its kind
  return callee.kind === 'name' && callee.name.start === use.start;
}

/** Whether an expression binds closer than any operator around it. */
function isOperand({ kind }: ast.Expr): boolean {
  return kind !== 'binary' && kind !== 'conditional' && kind !== 'unary' && kind !== 'is';
}

function isInOperator(node: AnyNode | undefined): boolean {
  return node?.kind === 'binary' || node?.kind === 'unary' || node?.kind === 'member' || node?.kind === 'is';
}
