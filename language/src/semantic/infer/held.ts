// A field of an object that is of a kind because it holds one of that kind: the pod in a controller's template. What the template
// cannot have (its name, its namespace) is read of the object itself, also where the object is of the kind itself, because there it
// is the same.
// INVARIANT: only fields are read, which cannot fail; so a record that is put together here may be taken apart again.

import type { CoreExpr } from '../core.ts';
import { optionalOf } from '../relate-types.ts';
import type { Field, RecordType } from '../types.ts';
import type { InferContext } from './context.ts';
import { isPath, narrow } from './facts.ts';

/** `of.field`; undefined when it is a field like any other. */
export function fieldOfHeld(ctx: InferContext, of: CoreExpr, field: Field): CoreExpr | undefined {
  if (of.op === 'record') {
    const part = isPath(of) ? of.fields.get(field.name) : undefined;
    return part && narrow(ctx, part);
  }
  if (of.op !== 'variant-cast') return undefined;
  const paths = (of.variant.held?.outer ?? []).filter(([first]) => first === field.name);
  if (paths.length === 0) return undefined;
  const inner = read(of, field);
  const outerField = of.union.base.fields().get(field.name);
  const outer = outerField && read(of.of, outerField);
  return (
    outer &&
    joined(
      inner,
      outer,
      paths.map((path) => path.slice(1)),
    )
  );
}

/** `outer` where a path ends, and the fields of both together where one goes on. */
function joined(inner: CoreExpr, outer: CoreExpr, paths: readonly (readonly string[])[]): CoreExpr {
  if (paths.some((path) => path.length === 0)) return outer;
  const record = recordOf(inner);
  if (record === undefined || record !== recordOf(outer)) return outer;
  const fields = [...record.fields()].map(([name, field]): readonly [string, CoreExpr] => {
    const further = paths.filter(([first]) => first === name).map((path) => path.slice(1));
    return [name, further.length > 0 ? joined(read(inner, field), read(outer, field), further) : read(inner, field)];
  });
  return { op: 'record', record, fields: new Map(fields), type: inner.type };
}

function recordOf({ type }: CoreExpr): RecordType | undefined {
  return type.kind === 'record' ? type.record : undefined;
}

function read(of: CoreExpr, field: Field): CoreExpr {
  return { op: 'field', of, field, type: field.presence === 'optional' ? optionalOf(field.type) : field.type };
}
