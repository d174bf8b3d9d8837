// An object of Kubernetes → one that it may have been before an update: the same but for a label, for one thing somewhere in it, or
// altogether; on its way out now and then. So rules meet updates that change what they read, and updates that do not.

import type { Random } from './random.ts';

type Members = Readonly<Record<string, unknown>>;

/** What `object` may have been; the members that it shares are the same values. */
export function makeBefore(random: Random, object: unknown): unknown {
  if (!isMembers(object)) return object;
  const before = random.pick([
    () => object,
    () => withMetadata(object, { labels: random.pick([{}, { owner: 'a' }, { app: 'x', owner: '' }, undefined]) }),
    () => changedSomewhere(random, object),
    () => changedSomewhere(random, object),
  ])();
  if (!random.chance(0.2) || !isMembers(before)) return before;
  return withMetadata(before, {
    deletionTimestamp: random.pick(['2030-01-01T00:00:00Z', null]),
    deletionGracePeriodSeconds: random.pick([0, 30, undefined]),
    finalizers: random.pick([['x/y'], []]),
  });
}

function withMetadata(object: Members, members: Members): Members {
  const { metadata } = object;
  return { ...object, metadata: { ...(isMembers(metadata) ? metadata : {}), ...members } };
}

/** The value with one member or item left out, added, or changed; of the same type. */
function changedSomewhere(random: Random, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length === 0 || random.chance(0.3)) return [...items, ...items.slice(0, 1)];
    const at = random.below(items.length);
    return items.flatMap((item, i) =>
      i === at ? (random.chance(0.3) ? [] : [changedSomewhere(random, item)]) : [item],
    );
  }
  // Times stay times.
  if (typeof value === 'string') return /^\d{4}-/.test(value) ? value : random.pick(['', 'x']);
  if (typeof value === 'number') return value + 1;
  if (!isMembers(value)) return typeof value === 'boolean' ? !value : value;
  const names = Object.keys(value).filter((name) => name !== 'apiVersion' && name !== 'kind');
  if (names.length === 0) return value;
  const name = random.pick(names);
  const { [name]: changed, ...rest } = value;
  if (!alwaysThere.has(name) && random.chance(0.2)) return rest;
  return { ...value, [name]: changedSomewhere(random, changed) };
}

/** What an API server always has where it stands. */
const alwaysThere: ReadonlySet<string> = new Set(
  'containers image jobTemplate key kind metadata name path rules schedule selector serviceName spec template'.split(
    ' ',
  ),
);

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
