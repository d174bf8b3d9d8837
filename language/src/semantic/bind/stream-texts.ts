// How the responses of a surface's providers stream: the `stream` settings of providers, as a plan names them. A provider without
// one does not stream, as far as anybody knows.

import type { CoreEntrypoint, CoreStream } from '../core.ts';
import type { SettingValue } from '../model.ts';
import type { ProviderDecl } from '../../syntax/ast.ts';
import type { FileUnit } from '../symbols.ts';
import type { SurfaceEvent } from './bind-event.ts';
import type { FoundProvider } from './bind-provider.ts';
import { bindProviderSettings, findProvider } from './bind-provider.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { surfaceProviders } from './http-entrypoint.ts';
import { findPackage } from './load-packages.ts';

/** The entrypoint of a model's response knows how it streams; any other stays as it is. */
export function withStreams(binder: Binder, event: SurfaceEvent, entrypoint: CoreEntrypoint): CoreEntrypoint {
  if (event.unit.package !== 'std.llm' || event.decl.name.text !== 'response') return entrypoint;
  return { ...entrypoint, streams: () => streamsOf(binder, event) };
}

function streamsOf(binder: Binder, { surface }: SurfaceEvent): readonly CoreStream[] {
  return surfaceProviders(binder, surface)
    .flatMap((provider) => streamOf(binder, provider, provider.decl.name.text) ?? [])
    .toSorted((a, b) => (a.provider < b.provider ? -1 : 1));
}

/** How `provider` streams, under the name `name`. */
function streamOf(binder: Binder, provider: FoundProvider, name: string): CoreStream | undefined {
  const own = listOf(bindProviderSettings(binder, provider.decl, provider.unit).get('stream'));
  const [format, ...rest] = own[0] === 'as' ? settingOf(binder, provider.unit, own[1]) : own;
  const block = rest.find((value) => value instanceof Map);
  if ((format !== 'sse' && format !== 'ndjson') || block === undefined) return undefined;
  const pieces = listOf(block.get('piece')).map((value) => {
    const [path = '', ...by] = textsIn(value);
    return { path, join: 'stream', by } as const;
  });
  const whole = listOf(block.get('whole')).map(
    (value) => ({ path: textsIn(value)[0] ?? '', join: 'frame', by: [] }) as const,
  );
  return { provider: name, format, texts: [...pieces, ...whole] };
}

/** The `stream` setting of the provider that another names; it has to be its own. */
function settingOf(binder: Binder, unit: FileUnit, name: SettingValue | undefined): readonly SettingValue[] {
  const symbols = findPackage(binder, unit.package);
  const other = typeof name === 'string' && symbols ? findProvider(symbols, name) : undefined;
  return other === undefined ? [] : listOf(bindProviderSettings(binder, other.decl, other.unit).get('stream'));
}

/** Reports `stream as "…"` that names no provider of the package with a stream of its own. */
export function checkStream(binder: Binder, decl: ProviderDecl, unit: FileUnit): void {
  const setting = decl.settings.find((candidate) => candidate.name.text === 'stream');
  const [format, name] = listOf(bindProviderSettings(binder, decl, unit).get('stream'));
  const node = setting?.values[1];
  if (format !== 'as' || node === undefined || typeof name !== 'string') return;
  const [other] = settingOf(binder, unit, name);
  if (other === 'sse' || other === 'ndjson') return;
  report(binder, 'unknown-provider', { unit, node }, { name });
}

function listOf(value: SettingValue | undefined): readonly SettingValue[] {
  return Array.isArray(value) ? value : [];
}

function textsIn(value: SettingValue): readonly string[] {
  return [value].flat().filter((item): item is string => typeof item === 'string');
}
