// Which provider answers an exchange, as the `/http` entrypoints of a policy tell it: the one that has the host, on a path that it has;
// or, at a host of nobody, the first one that says that it may be anywhere.
//
// INVARIANT: whoever is told here is told by the module as well; a test compares the two.

import type { ProviderPlan } from '../contract/index.ts';

/** What is known of an exchange. */
export interface ExchangePlace {
  /** Without port. */
  readonly host: string;
  /** With or without query. */
  readonly path: string;
  /** Keys of the body of a request; undefined for a response, whose request was told already. */
  readonly keys: ReadonlySet<string> | undefined;
}

/** The provider that answers; undefined when it is nobody who is known. */
export function tellProvider(providers: readonly ProviderPlan[], place: ExchangePlace): ProviderPlan | undefined {
  const host = place.host.toLowerCase();
  const path = place.path.split(/[?#]/, 1)[0] ?? '';
  const owner =
    providers.find(({ hosts }) => hosts.includes(host)) ??
    providers.find(({ hosts }) => hosts.some((known) => known.startsWith('*.') && host.endsWith(known.slice(1))));
  if (owner !== undefined) return takesPath(owner, path) ? owner : undefined;
  const listed = providers.find(
    ({ hosts, anywhere, paths }) => hosts.length === 0 && anywhere.length === 0 && matchesSome(paths, path),
  );
  return listed ?? providers.find(({ anywhere }) => anywhere.some((end) => fits(end, path, place.keys)));
}

function takesPath({ paths }: ProviderPlan, path: string): boolean {
  return paths.length === 0 || paths.includes('*') || matchesSome(paths, path);
}

function matchesSome(templates: readonly string[], path: string): boolean {
  return templates.some((template) => template !== '*' && expressionOf(template).test(path));
}

const expressions = new Map<string, RegExp>();

/** `/model/{model}/converse`: a name in braces is a part of a segment that is not empty. */
function expressionOf(template: string): RegExp {
  const known = expressions.get(template);
  if (known) return known;
  const literal = template.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const made = new RegExp(`^${literal.join('[^/]+')}$`);
  expressions.set(template, made);
  return made;
}

function fits(
  { path: end, key }: ProviderPlan['anywhere'][number],
  path: string,
  keys: ReadonlySet<string> | undefined,
): boolean {
  return path.endsWith(end) && (key === undefined || keys === undefined || keys.has(key));
}
