// A place inside of a text in quotes that is compared with something → the texts that are known for it: what its
// documentation lists, what the policy compares it with elsewhere, providers, methods.

import {
  forEachChild,
  inspect,
  pathTo,
  type AnyNode,
  type FieldUse,
  type FileUnit,
  type Inspector,
  type Parsed,
  type ast,
} from '@rdp/language';
import type { At } from '../symbol-at.ts';
import { propose, type Completions } from './item.ts';

/** Texts for the literal at a place; undefined where there is none that is compared. */
export function textValues({ snapshot, path, offset }: At): Completions | undefined {
  if (!isInText(snapshot.parsed(path), offset)) return undefined;
  const inspector = inspect(snapshot.project);
  const unit = inspector.unit(path);
  if (unit === undefined) return undefined;
  const nodes = pathTo(unit.tree, offset);
  const literal = nodes.at(-1);
  if (literal?.kind !== 'string' || offset <= literal.start || offset >= literal.end) return undefined;
  const text = literal as ast.StringLiteral; // by its kind
  inspector.look(unit, offset);
  const use = comparedField(inspector, nodes);
  if (use === undefined) return undefined;
  const values = new Set([...listed(inspector, use), ...comparedElsewhere(unit, use)]);
  values.delete(text.value);
  if (values.size === 0) return undefined;
  const items = [...values].map((value) => propose(value, 'text', { rank: 'wanted', detail: use.field.name }));
  return { replace: { file: unit.file, start: literal.start + 1, end: literal.end - 1 }, items };
}

/** Whether a place is inside of quotes: nearly always it is not, and nothing has to be bound for the answer. */
function isInText(parsed: Parsed | undefined, offset: number): boolean {
  const placed = parsed?.pieces.findLast(({ at }) => at < offset);
  return (
    placed?.piece.tokens.some(
      ({ image, startOffset, endOffset }) =>
        placed.at + startOffset < offset && offset <= placed.at + endOffset && /["']/.test(image),
    ) === true
  );
}

/** The field that a literal is compared with, or is the value of. */
function comparedField({ recorder }: Inspector, nodes: readonly AnyNode[]): FieldUse | undefined {
  const literal = nodes.at(-1);
  for (const node of nodes.slice(-3, -1).toReversed()) {
    if (node.kind === 'binary') {
      const { left, right } = node as ast.Expr & { kind: 'binary' }; // by its kind
      return fieldOf(recorder, left === literal ? right : left);
    }
    if (node.kind === undefined && 'value' in node && 'name' in node && node.value === literal) {
      return recorder.fields.get(node.name as ast.Name); // fields of literals have names
    }
    if (node.kind !== 'list') return undefined;
  }
  return undefined;
}

function fieldOf(recorder: Inspector['recorder'], expr: ast.Expr): FieldUse | undefined {
  if (expr.kind === 'member') return recorder.fields.get(expr.name);
  if (expr.kind !== 'name') return undefined;
  const binding = recorder.bindings.get(expr.name);
  const core = binding?.kind === 'value' ? binding.core : undefined;
  if (core?.op !== 'field') return undefined;
  const record =
    core.of.type.kind === 'record'
      ? core.of.type.record
      : core.of.type.kind === 'union'
        ? core.of.type.union.base
        : undefined;
  return record && { field: core.field, record };
}

/** Values that are the same in every policy. */
const known: Readonly<Record<string, readonly string[]>> = {
  method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  operation: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  role: ['system', 'user', 'assistant', 'tool'],
};

function listed(inspector: Inspector, { field }: FieldUse): readonly string[] {
  const providers =
    field.name === 'provider'
      ? (inspector.package('std.ai')?.declared ?? []).flatMap(({ decl }) =>
          decl.kind === 'provider' ? [decl.name.text] : [],
        )
      : [];
  // `system`, `user`: what the documentation has as code is mostly a value.
  const documented = [...field.doc.matchAll(/`"?([^`"]+)"?`/g)].map(([, value = '']) => value);
  return [...(Object.hasOwn(known, field.name) ? (known[field.name] ?? []) : []), ...providers, ...documented];
}

/** Texts that the file compares a field of that name with. */
function comparedElsewhere({ tree }: FileUnit, { field }: FieldUse): readonly string[] {
  const values: string[] = [];
  const visit = (node: AnyNode): void => {
    if (node.kind === 'binary') {
      const { left, right } = node as ast.Expr & { kind: 'binary' }; // by its kind
      if (lastName(left) === field.name) values.push(...textsOf(right));
      if (lastName(right) === field.name) values.push(...textsOf(left));
    }
    forEachChild(node, visit);
  };
  visit(tree);
  return values.filter((value) => value !== '');
}

function lastName(expr: ast.Expr): string | undefined {
  return expr.kind === 'name' || expr.kind === 'member' ? expr.name.text : undefined;
}

function textsOf(expr: ast.Expr): readonly string[] {
  if (expr.kind === 'string') return [expr.value];
  return expr.kind === 'list' ? expr.items.flatMap(textsOf) : [];
}
