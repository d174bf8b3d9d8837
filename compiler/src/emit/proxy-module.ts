// Checked programs → `proxy.wasm`, the filter of a proxy that speaks proxy-wasm 0.2.1 (Envoy, Istio), and the configuration that each
// surface's plugin gets. The rules are those of `policy.wasm`; what is left out are events that a proxy does not see.
// INVARIANT: a plugin's configuration names entrypoints of this very module.

import type { CoreEntrypoint, CoreProgram } from '@rdp/language';
import { lowerPrograms } from '../compile.ts';
import { generateModule } from '../wasm/codegen/module.ts';
import { linkModule } from '../wasm/link.ts';
import { proxyHost } from '../wasm/proxy-abi.ts';
import { compareText } from './compare-text.ts';

/** What a plugin is told. */
export interface ProxyConfiguration {
  /** Entrypoints; one that is not there is not decided on, and its exchanges are not held. */
  readonly request?: string;
  readonly response?: string;
  /** Request headers that a filter ahead of this one sets to whom it has authenticated. */
  readonly client?: { readonly id?: string; readonly subject?: string };
  /** The host lets headers wait for the body (`allow_on_headers_stop_iteration`), so that a response's status can still change. */
  readonly hold_headers?: boolean;
  /** OPA's data document. */
  readonly data?: unknown;
}

/** A filter for all surfaces that proxies carry. */
export interface ProxyModule {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** By surface (`shop.checkout.Checkout`), sorted. */
  readonly plugins: ReadonlyMap<string, ProxyConfiguration>;
}

/** Whether a proxy sees this event: requests and responses, as they are on the wire. */
export function isProxied({ name, surfaceKind, event }: CoreEntrypoint): boolean {
  if (event !== 'request' && event !== 'response') return false;
  return surfaceKind === 'api' || (surfaceKind === 'llm' && name.endsWith('/http'));
}

/** The filter for `surfaces` (`shop.checkout.Checkout`); undefined where none of them has a rule on what a proxy sees. */
export function emitProxyModule(
  programs: readonly CoreProgram[],
  surfaces: ReadonlySet<string>,
): ProxyModule | undefined {
  const plugins = new Map<string, ProxyConfiguration>();
  const carried = programs.map((program) => {
    const entrypoints = program.entrypoints.filter((entrypoint) => {
      const surface = `${program.package}.${entrypoint.surface}`;
      if (!surfaces.has(surface) || entrypoint.internal === true || !isProxied(entrypoint)) return false;
      plugins.set(surface, { ...plugins.get(surface), [entrypoint.event]: entrypoint.name });
      return true;
    });
    return { ...program, entrypoints };
  });
  if (plugins.size === 0) return undefined;
  const generated = generateModule(lowerPrograms(carried, { internal: 'omit' }));
  return {
    wasm: linkModule({ ...generated, target: 'simd', host: proxyHost }),
    plugins: new Map([...plugins].toSorted(([a], [b]) => compareText(a, b))),
  };
}
