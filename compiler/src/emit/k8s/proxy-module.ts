// What `proxy.wasm` and its host agree on, as far as manifests say it: where the module comes from, how it is called, and how it hands
// a `limit` to the proxy, which counts: by a request header with the key, that the module sets where the rule fires and takes from
// whoever sends one, and by dynamic metadata with the cost.

import type { CoreEntrypoint, CoreRule } from '@rdp/language';
import { objectName } from './network-rules.ts';

/** A module in a registry. */
export interface ProxyModule {
  /** `registry.example/policies/rdp-proxy@sha256:…` */
  readonly reference: string;
}

/** The name of the module's filter and of its root context. */
export const moduleName = 'rdp';

/** Namespace of the dynamic metadata in which the module says costs. */
export const costNamespace = 'rdp';

/** What proxies may hold of a body when nobody says; a prompt with pictures is larger than their default of 32 KiB or 1 MiB. */
export const defaultBuffer = '8Mi';

/** A `limit` that a proxy counts. */
export interface ProxyLimit {
  readonly rule: string;
  /** The header with the key. */
  readonly header: string;
  readonly amount: bigint;
  readonly unit: 'Second' | 'Minute' | 'Hour' | 'Day';
  /** Where the cost is; requests cost one. */
  readonly cost: { readonly namespace: string; readonly key: string } | undefined;
}

/** Windows that Envoy's rate limit service counts in, in seconds. */
const units: ReadonlyMap<number, ProxyLimit['unit']> = new Map([
  [1, 'Second'],
  [60, 'Minute'],
  [3600, 'Hour'],
  [86_400, 'Day'],
]);

/** The limits of an event that are in force. What no proxy can count has a reason in `refusedLimit`. */
export function proxyLimits({ rules }: CoreEntrypoint): readonly ProxyLimit[] {
  return rules.flatMap((rule) => {
    const { action, mode, name } = rule;
    if (action?.kind !== 'limit' || mode !== 'enforce' || refusedLimit(rule) !== undefined) return [];
    const unit = units.get(action.window);
    if (unit === undefined) return [];
    const word = objectName(name);
    const cost = action.unit === 'requests' ? undefined : { namespace: costNamespace, key: word };
    return [{ rule: name, header: `x-rdp-limit-${word}`, amount: action.amount, unit, cost }];
  });
}

/** Why Envoy's rate limit service cannot count a limit; one line. */
export function refusedLimit({ action }: CoreRule): string | undefined {
  if (action?.kind !== 'limit') return undefined;
  if (!units.has(action.window))
    return "Envoy's rate limit service counts by the second, minute, hour or day, and nothing between";
  return action.amount > 4_294_967_295n ? "Envoy's rate limit service counts to 4294967295" : undefined;
}
