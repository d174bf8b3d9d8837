// How the responses of a surface's providers stream: the `stream` settings of providers, as a plan names them. A provider without
// one does not stream, as far as anybody knows.

import type { CoreEntrypoint, CoreStream, CoreStreamCase } from '../core.ts';
import type { Settings } from '../model.ts';
import type { SurfaceEvent } from './bind-event.ts';
import type { FoundProvider } from './bind-provider.ts';
import { providerSettings } from './bind-provider.ts';
import type { Binder } from './binder.ts';
import { surfaceProviders } from './http-entrypoint.ts';
import { blockOf, streamFormats, textsOf, valuesOf } from './provider-settings.ts';

/** The entrypoint of a model's response knows how it streams; any other stays as it is. */
export function withStreams(binder: Binder, event: SurfaceEvent, entrypoint: CoreEntrypoint): CoreEntrypoint {
  if (event.unit.package !== 'std.llm' || event.decl.name.text !== 'response') return entrypoint;
  return { ...entrypoint, streams: () => streamsOf(binder, event) };
}

function streamsOf(binder: Binder, { surface }: SurfaceEvent): readonly CoreStream[] {
  return surfaceProviders(binder, surface)
    .flatMap((provider) => streamOf(binder, provider) ?? [])
    .toSorted((a, b) => (a.provider < b.provider ? -1 : 1));
}

function streamOf(binder: Binder, provider: FoundProvider): CoreStream | undefined {
  // `stream ndjson` alone: as the provider that it is like, in another format.
  const settings = providerSettings(binder, provider, 'stream');
  const block = settings.map(blockOf).find((found) => found !== undefined && found.size > 0);
  const named = settings.map((setting) => textsIn(setting)).find((words) => words.length > 0) ?? [];
  const formats = streamFormats
    .filter((format) => named.includes(format))
    .toSorted((a, b) => named.indexOf(a) - named.indexOf(b));
  if (block === undefined || formats.length === 0) return undefined;
  const pointers = (name: string): readonly (readonly string[])[] => valuesOf(block.get(name)).map(textsIn);
  const pieces = valuesOf(block.get('piece')).map((value) => {
    const [path = '', ...by] = textsIn(value);
    return { path, join: 'stream', by, ...casesOf(blockOf(value)) } as const;
  });
  const whole = valuesOf(block.get('whole')).map((value) => {
    const [path = ''] = textsIn(value);
    return { path, join: 'frame', by: [], ...casesOf(blockOf(value)) } as const;
  });
  return {
    provider: provider.decl.name.text,
    formats,
    texts: [...pieces, ...whole],
    calls: valuesOf(block.get('call')).flatMap(callsOf),
    usage: {
      input: pointers('input'),
      output: pointers('output'),
      more_input: pointers('more_input'),
      more_output: pointers('more_output'),
    },
    finish: pointers('finish').flat(),
  };
}

/** Where one kind of tool call stands. */
function callsOf(value: unknown): CoreStream['calls'] {
  const parts = Array.isArray(value) ? value : [];
  const block = blockOf(parts);
  const by = parts.flatMap((part) => textsOf(part));
  return (['name', 'piece', 'json', 'value'] as const).flatMap((part) => {
    const path = block?.get(part);
    return typeof path === 'string' ? [{ id: by.join(' '), path, part, by, ...casesOf(block) }] : [];
  });
}

/** In which events something stands, and in which it does not. */
function casesOf(block: Settings | undefined): { readonly only?: CoreStreamCase; readonly except?: CoreStreamCase } {
  const caseAt = (name: string): CoreStreamCase | undefined => {
    const [path, values] = valuesOf(block?.get(name));
    return typeof path === 'string' ? { path, values: textsOf(values) } : undefined;
  };
  const [only, except] = [caseAt('only'), caseAt('except')];
  return { ...(only && { only }), ...(except && { except }) };
}

/** The texts among a setting's values, which may be one or several. */
function textsIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : textsOf(value);
}
