// A provider's settings → what an enforcer in front of its API has to know of it: where it answers, what to ask it for, and how it
// says that it refuses.

import type { CoreProvider } from '../core.ts';
import type { FoundProvider } from './bind-provider.ts';
import { providerSetting } from './bind-provider.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { surfaceProviders } from './http-entrypoint.ts';
import { blockOf, textsOf, valuesOf } from './provider-settings.ts';
import { anywhereOf, hostsOf, isKnownUnlisted, pathsOf } from './tell-provider.ts';

/** The providers that may answer on a surface, in the order in which they are asked; none for a surface that is not one of models. */
export function providerPlans(binder: Binder, surface: Surface): readonly CoreProvider[] {
  if (surface.kind !== 'llm') return [];
  const unlisted = !surface.settings.has('providers');
  return surfaceProviders(binder, surface)
    .filter((provider) => !unlisted || isKnownUnlisted(binder, provider))
    .map((provider) => planOf(binder, provider));
}

function planOf(binder: Binder, provider: FoundProvider): CoreProvider {
  const key = providerSetting(binder, provider, 'keys');
  return {
    name: provider.decl.name.text,
    hosts: hostsOf(binder, provider),
    paths: pathsOf(binder, provider),
    anywhere: anywhereOf(binder, provider),
    keys: typeof key === 'string' ? [key.toLowerCase()] : [],
    asks: asksOf(binder, provider),
    refusal: refusalOf(binder, provider),
  };
}

function asksOf(binder: Binder, provider: FoundProvider): CoreProvider['asks'] {
  return valuesOf(providerSetting(binder, provider, 'ask')).flatMap((value) => {
    const block = blockOf(value);
    const [when, set, drop] = [block?.get('when'), block?.get('set'), block?.get('drop')];
    if (typeof when !== 'string' || typeof set !== 'string' || typeof drop !== 'string') return [];
    return [{ paths: textsOf(block?.get('paths')), when, set, drop }];
  });
}

function refusalOf(binder: Binder, provider: FoundProvider): CoreProvider['refusal'] {
  const block = blockOf(providerSetting(binder, provider, 'refusal'));
  const text = (name: string): string | undefined => {
    const value = block?.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const pairs = (name: string): readonly (readonly [string, string])[] =>
    valuesOf(block?.get(name)).flatMap((value) => {
      const [first, second] = textsOf(value);
      return first === undefined || second === undefined ? [] : [[first, second] as const];
    });
  const message = text('message');
  if (message === undefined) return undefined;
  return {
    message,
    status: text('status'),
    texts: pairs('text').map(([path, said]) => ({ path, text: said })),
    headers: pairs('header').map(([name, value]) => ({ name, value })),
    event: text('event'),
  };
}
