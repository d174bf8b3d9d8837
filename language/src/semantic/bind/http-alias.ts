// How the second form of an entrypoint is called where it must not lie below the first.

/**
 * The name of `…/Chat/request/http` that lies below no other entrypoint: `…/Chat/http/request`. OPA takes what lies below an
 * entrypoint for a place in its answer.
 */
export function httpAlias(entrypoint: string): string {
  const slash = entrypoint.lastIndexOf('/');
  return `${entrypoint.slice(0, slash)}/http${entrypoint.slice(slash)}`;
}
