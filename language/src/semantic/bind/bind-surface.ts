// A surface declaration to its settings, its routes and the custom types of its package. Documents come with the project;
// one that is missing is reported where it is named.

import type { StringLiteral, SurfaceDecl } from '../../syntax/ast.ts';
import type { OpenapiOperation } from '../../import/openapi.ts';
import type { CoreRoute } from '../core.ts';
import { labelSelectorForm } from '../label-selector.ts';
import type { Settings } from '../model.ts';
import type { FileUnit } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import type { ToolList } from './event-kinds.ts';
import { importApi, importTools } from './import-documents.ts';
import type { SurfaceKind } from './package-scope.ts';
import { fileScope, isBroken, isSurfaceKind, lookupPath, surfaceKinds } from './package-scope.ts';
import type { SettingSchema, SettingShape } from '../setting-schema.ts';
import { checkSettings, referenceParts } from './settings.ts';

/** A surface that events can be taken from. */
export interface Surface {
  readonly decl: SurfaceDecl;
  readonly unit: FileUnit;
  readonly kind: SurfaceKind;
  readonly settings: Settings;
  /** Empty when no document describes them. */
  readonly routes: readonly CoreRoute[];
  /** By the name that routes have for them. */
  readonly operations: ReadonlyMap<string, OpenapiOperation>;
  /** URLs of the service, as a document has them. */
  readonly addresses: readonly string[];
  /** The lists of tools that the surface names; empty when none describes them. */
  readonly tools: readonly ToolList[];
}

const everySurface: SettingSchema = {
  on_malformed: {
    values: [{ words: ['block', 'alert', 'allow'] }],
    doc: 'what a document comes to that has not the shape of its event; `block` unless said',
  },
  default: {
    values: [{ words: ['deny', 'allow'] }],
    doc: 'with `deny` only what a `permit` rule permits passes; `allow` unless said',
  },
};

const labelSelector = {
  form: labelSelectorForm,
  wanted: 'a label selector, such as `"env in (prod, staging), !legacy"`',
};

const toolsSetting: SettingShape = {
  values: ['text'],
  form: 'values or block',
  doc: 'the list of tools (`tools/list`) of every server, or in braces one for each: `tools { crm "crm.json" }`',
};

/** The settings of each kind of surface. */
export const surfaceSchemas: Readonly<Record<SurfaceKind, SettingSchema>> = {
  api: {
    ...everySurface,
    host: { values: ['text'], doc: 'name of the host that the API answers at' },
    openapi: { values: ['text'], doc: 'OpenAPI document with the routes and the types of bodies and parameters' },
  },
  llm: {
    ...everySurface,
    host: { values: ['text'], doc: 'name of the host that the model is called at' },
    providers: {
      values: ['references'],
      doc: 'providers whose exchanges are understood; all that have hosts, unless said; with `[]` there is no `…/http`',
    },
  },
  mcp: {
    ...everySurface,
    servers: { values: ['texts'], doc: 'names of the servers that tools are called at' },
    tools: toolsSetting,
  },
  // `surface-anchor.ts` says what they mean.
  k8s: {
    ...everySurface,
    namespaces: { values: ['texts'], doc: 'namespaces that rules are about, by name, with `*`; all, unless said' },
    exclude_namespaces: { values: ['texts'], doc: 'namespaces that rules are not about, by name, with `*`' },
    namespace_labels: { values: [labelSelector], doc: 'labels of the namespaces that rules are about' },
    object_labels: { values: [labelSelector], doc: 'labels of the objects that rules are about' },
    allow_existing_violations: {
      values: ['flag'],
      doc: 'with `false` an update is judged whole; unless said, a rule leaves it alone when it changes nothing of what the rule reads of the object',
    },
    subresources: {
      values: ['texts'],
      doc: 'subresources that rules are about beside objects themselves; all but `status`, unless said',
    },
  },
  net: everySurface,
  data: { ...everySurface, stores: { values: ['texts'], doc: 'names of the stores' } },
};

/** Checks a surface; undefined when its kind does not exist. */
export function bindSurface(binder: Binder, decl: SurfaceDecl, unit: FileUnit): Surface | undefined {
  const kind = decl.surfaceKind.text;
  if (!isSurfaceKind(kind)) {
    if (kind !== '') {
      const extra = didYouMean(unit, decl.surfaceKind, surfaceKinds);
      report(binder, 'unknown-surface-kind', { unit, node: decl.surfaceKind }, { name: kind }, extra);
    }
    return undefined;
  }
  const settings = checkSettings(binder, unit, {
    settings: decl.settings,
    schema: kind === 'mcp' ? toolSchema(binder, decl, unit) : surfaceSchemas[kind],
    owner: decl.name,
    what: `a surface of kind \`${kind}\``,
  });
  if (kind === 'llm') checkProviders(binder, decl, unit);
  const openapi = settingText(decl, 'openapi');
  const api = openapi && settings.has('openapi') ? importApi(binder, unit, openapi) : undefined;
  const tools = kind === 'mcp' && settings.has('tools') ? bindTools(binder, decl, unit) : [];
  const { routes = [], operations = new Map(), addresses = [] } = api ?? {};
  return { decl, unit, kind, settings, routes, operations, addresses, tools };
}

/** A surface of tools; `tools` names one list for all servers, or one for each. */
function toolSchema(binder: Binder, decl: SurfaceDecl, unit: FileUnit): SettingSchema {
  const servers = decl.settings.find((setting) => setting.name.text === 'servers')?.values[0];
  const named = servers?.kind === 'list' ? servers.items : servers ? [servers] : [];
  const names = named.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  const block: Record<string, SettingShape> = {};
  for (const { name } of decl.settings.find((setting) => setting.name.text === 'tools')?.block ?? []) {
    block[name.text] = { values: ['text'] };
    if (name.text === '' || names.includes(name.text)) continue;
    const known = names.map((server) => `\`${server}\``).join(', ');
    const note = names.length === 0 ? `name it there: \`servers ["${name.text}"]\`` : `its servers are ${known}`;
    const extra = didYouMean(unit, name, names);
    report(binder, 'unknown-server', { unit, node: name }, { name: name.text }, { ...extra, note });
  }
  return { ...surfaceSchemas.mcp, tools: { ...toolsSetting, block } };
}

/** The lists of tools: of any server (`tools "x.json"`), or of each (`tools { crm "x.json" }`). */
function bindTools(binder: Binder, decl: SurfaceDecl, unit: FileUnit): readonly ToolList[] {
  const setting = decl.settings.find((candidate) => candidate.name.text === 'tools');
  const [only] = setting?.values ?? [];
  if (only?.kind === 'string') return [{ server: undefined, tools: importTools(binder, unit, only) }];
  return (setting?.block ?? []).flatMap(({ name, values: [path] }) =>
    path?.kind === 'string' ? [{ server: name.text, tools: importTools(binder, unit, path) }] : [],
  );
}

function checkProviders(binder: Binder, decl: SurfaceDecl, unit: FileUnit): void {
  const list = decl.settings.find((setting) => setting.name.text === 'providers')?.values[0];
  if (list?.kind !== 'list') return;
  for (const item of list.items) {
    const parts = referenceParts(item);
    const result = lookupPath(fileScope(binder, unit), parts);
    if ('found' in result && result.found.kind === 'other' && result.found.what === 'a provider') continue;
    if ('found' in result && isBroken(result.found)) continue;
    const last = parts.at(-1);
    const name = unit.file.text.slice(item.start, item.end);
    const extra = last && 'missing' in result && result.missing > 0 ? didYouMean(unit, last, result.scope.names()) : {};
    report(binder, 'unknown-provider', { unit, node: item }, { name }, extra);
  }
}

/** The literal of a setting whose one value is text. */
function settingText(decl: SurfaceDecl, name: string): StringLiteral | undefined {
  const value = decl.settings.find((setting) => setting.name.text === name)?.values[0];
  return value?.kind === 'string' ? value : undefined;
}
