// A host and a path → the provider of models whose exchange that is, in the order in which the policy's module asks: an exact host, then
// suffixes; then the path.
//
// INVARIANT: says of no exchange that it is another provider's than the module does, since the module's mapping decided on it.

import type { ProviderPlan } from '../contract/index.ts';
import { fitsTemplate } from './path-template.ts';

/** The providers that answer at a host. */
export function providersAt(providers: readonly ProviderPlan[], host: string): readonly ProviderPlan[] {
  const exact = providers.filter(({ hosts }) => hosts.includes(host));
  if (exact.length > 0) return exact;
  return providers.filter(({ hosts }) =>
    hosts.some((known) => known.startsWith('*.') && host.endsWith(known.slice(1))),
  );
}

/** The provider of an exchange; undefined where none answers at the path. */
export function providerOf(providers: readonly ProviderPlan[], host: string, target: string): ProviderPlan | undefined {
  const path = pathOf(target);
  const owners = providersAt(providers, host);
  if (owners.length > 0) return owners.find((owner) => owner.paths.length === 0 || answersAt(owner, path));
  return providers.find((provider) => provider.hosts.length === 0 && answersAt(provider, path));
}

/** A target without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function answersAt({ paths }: ProviderPlan, path: string): boolean {
  return paths.some((template) => fitsTemplate(template, path));
}
