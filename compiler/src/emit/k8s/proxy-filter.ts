// The filter of proxies as manifests name it: an image of the registry by its digest, and what each surface's filter is told.

import type { RoutedSurface } from './deployment-input.ts';

/** `proxy.wasm` in a registry. */
export interface ProxyFilter {
  /** `registry.example/policies/rdp-proxy@sha256:…` */
  readonly reference: string;
  /** What the filter of each surface (`shop.checkout.Checkout`) is told; `proxy.json` of a compile. */
  readonly configurations: ReadonlyMap<string, object>;
}

/** The name of the filter and of its root context. */
export const filterName = 'rdp';

/** What the filter of a surface is told; none where no rule concerns what a proxy sees. */
export function configurationOf({ configurations }: ProxyFilter, { surface }: RoutedSurface): object | undefined {
  return configurations.get(`${surface.package}.${surface.name}`);
}
