// Which updates a rule leaves alone → CEL: whether the object has what the rule reads as it had it, or is gone with the update. Says
// what compiler/src/ir/interpret/settled.ts says; in the variable `settled`, which is asked last.
// INVARIANT: it cannot fail for objects as an API server gives them. Null is nothing where it may stand.

import type { ObjectReads, Path, Settled } from '../../ir/settled.ts';
import {
  binary,
  both,
  call,
  celBool,
  celEmptyList,
  celInt,
  celName,
  celNull,
  conditional,
  either,
  method,
  negated,
  optionalSelect,
  type Cel,
} from './cel.ts';
import { emitKindBefore } from './emit-kind.ts';
import type { Emission } from './emission.ts';

const object = celName('object');
const oldObject = celName('oldObject');

/** Whether an update is left alone. */
export function emitSettled(em: Emission, { reads, ends }: Settled): Cel {
  return em.variable('settled', 'settled', () => {
    const update = both(
      em.objectMayBeNull ? binary('!=', object, celNull) : celBool(true),
      binary('!=', oldObject, celNull),
    );
    const unchanged = reads ? emitUnchanged(em, reads) : celBool(false);
    return both(update, either(unchanged, ends ? endsObject : celBool(false)));
  });
}

/** The API server deletes what has no finalizers and waits for nothing else. Source: `ShouldDeleteDuringUpdate` of k8s.io/apiserver. */
const endsObject: Cel = [
  binary('!=', valueAt(oldObject, metadata('deletionTimestamp')), celNull),
  binary(
    '==',
    method(optionalAt(oldObject, metadata('deletionGracePeriodSeconds')), 'orValue', celInt(0n)),
    celInt(0n),
  ),
  binary('==', call('size', listAt(object, metadata('finalizers'))), celInt(0n)),
].reduce(both);

function metadata(name: string): Path {
  return ['metadata', name].map((step) => ({ name: step, nullable: false }));
}

/** An empty list where nothing stands at the path, or null. */
function listAt(of: Cel, path: Path): Cel {
  const value = valueAt(of, path);
  return conditional(binary('==', value, celNull), celEmptyList, value);
}

function emitUnchanged(em: Emission, { own, held }: ObjectReads): Cel {
  const unchanged = own.map((path) => isSame(object, oldObject, path));
  if (held) unchanged.push(emitHeldUnchanged(em, held));
  return unchanged.reduce(both, celBool(true));
}

/** What the object is of a kind that others hold, or holds of it: both objects do, with the same in it, or neither. */
function emitHeldUnchanged(em: Emission, held: NonNullable<ObjectReads['held']>): Cel {
  const kind = emitKindBefore(em, held);
  if (kind === undefined) return em.refuse('a kind of something that is no object');
  const { is, was, now, before } = kind;
  const unchanged = held.paths.map((path) => isSame(now, before, path)).reduce(both, celBool(true));
  return both(binary('==', is, was), either(negated(is), unchanged));
}

function isSame(of: Cel, before: Cel, path: Path): Cel {
  return binary('==', valueAt(of, path), valueAt(before, path));
}

/** What stands at a path, or null. */
function valueAt(of: Cel, path: Path): Cel {
  const at = path.findIndex(({ nullable }, i) => nullable && i < path.length - 1);
  if (path.length === 0) return of;
  if (at < 0) return method(optionalAt(of, path), 'orValue', celNull);
  const ahead = valueAt(of, path.slice(0, at + 1));
  return conditional(binary('==', ahead, celNull), celNull, valueAt(ahead, path.slice(at + 1)));
}

function optionalAt(of: Cel, path: Path): Cel {
  return path.reduce((inner, { name }) => optionalSelect(inner, name), of);
}
