// Requests that rules concern → those in which an object can be changed as it is admitted. What is deleted or connected to cannot be;
// neither can the pods that a stored object has or makes once and for all: a patch that adds to them what a policy asks for makes every
// later update fail, also one that takes a finalizer away.

import type { RequestScope } from './policy-object.ts';

/** Resources whose pods stay what they were when they were made. A replica set's are its deployment's, which would make another one. */
const madeOnce: ReadonlySet<string> = new Set(['jobs', 'pods', 'replicasets']);

/** What is asked about to change it. */
export function changeable(scope: readonly RequestScope[]): readonly RequestScope[] {
  return scope.flatMap((one) => {
    const made = one.resources.filter((resource) => madeOnce.has(resource));
    const others = one.resources.filter((resource) => !madeOnce.has(resource) && !resource.startsWith('pods/'));
    return [
      ...part(one, made, (operation) => operation === 'CREATE'),
      ...part(one, others, (operation) => operation === 'CREATE' || operation === 'UPDATE'),
    ];
  });
}

function part(
  scope: RequestScope,
  resources: readonly string[],
  takes: (operation: string) => boolean,
): readonly RequestScope[] {
  const operations = scope.operations.filter(takes);
  return resources.length === 0 || operations.length === 0 ? [] : [{ ...scope, resources, operations }];
}
