// Installs the definitions of all custom kinds that we emit: those of the projects themselves, from their Go modules; and of kinds that no
// module carries the schemas of the ordinary tests, or those of a catalogue (`RDP_CRD_CATALOGUE`, folders GROUP/kind_version.json).
// INVARIANT: no kind is installed with a schema that lets unknown fields be where its own does not.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { customDefinitions } from '../../compiler/gen/k8s-schemas.ts';
import { schemaTypes } from '../../compiler/test/emit/k8s/schemas.generated.ts';
import { writtenSchemas } from '../../compiler/test/emit/k8s/written-schemas.ts';
import { nameOf, type KubernetesClient, type KubernetesObject } from './client.ts';

type Schema = Readonly<Record<string, unknown>>;

const collection = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Kinds without namespaces among those whose definitions are made here. */
const clusterScoped: ReadonlySet<string> = new Set(['ClusterNetworkPolicy']);

/** Installs them and waits until they are served; gives what the server said against each that it refused. */
export async function installDefinitions(client: KubernetesClient): Promise<readonly string[]> {
  return install(client, [...customDefinitions(), ...Object.keys(writtenSchemas).map(definitionOf)]);
}

/** Installs definitions of kinds that are a policy's own. */
export async function installOwn(
  client: KubernetesClient,
  ...own: readonly KubernetesObject[]
): Promise<readonly string[]> {
  return install(client, own);
}

async function install(client: KubernetesClient, definitions: readonly KubernetesObject[]): Promise<readonly string[]> {
  const refused: string[] = [];
  const installed: string[] = [];
  for (const { status: _, ...definition } of definitions) {
    const { status, body } = await client.request({ method: 'POST', path: collection, body: definition });
    if (status === 201) installed.push(nameOf(definition));
    else refused.push(`${nameOf(definition)}: ${String(body['message'])}`);
  }
  for (const name of installed) {
    while (!(await isServed(client, name))) await setTimeout(50);
  }
  client.forget();
  return refused;
}

async function isServed(client: KubernetesClient, name: string): Promise<boolean> {
  const { body } = await client.request({ method: 'GET', path: `${collection}/${name}` });
  const { conditions } = (body['status'] ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null;
  }; // what the API says of a definition
  return (conditions ?? []).some(({ type, status }) => type === 'Established' && status === 'True');
}

/** The definition of `apiVersion kind`, of which there is a schema alone. */
function definitionOf(identity: string): KubernetesObject {
  const [apiVersion = '', kind = ''] = identity.split(' ');
  const [group = '', version = ''] = apiVersion.split('/');
  const singular = kind.toLowerCase();
  const plural = `${singular.replace(/y$/, 'ie')}s`;
  const whole = catalogued(group, singular, version) ?? writtenSchemas[identity] ?? {};
  const { properties, required = [] } = structural(whole) as { properties: Schema; required?: readonly string[] }; // a schema of an object
  const { metadata: _, ...others } = properties;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      // Groups of Kubernetes' own ask for the proposal that made the kind.
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' },
    },
    spec: {
      group,
      names: { kind, plural, singular, listKind: `${kind}List` },
      scope: clusterScoped.has(kind) ? 'Cluster' : 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: others,
              required: required.filter((name) => !['apiVersion', 'kind', 'metadata'].includes(name)),
            },
          },
        },
      ],
    },
  };
}

function catalogued(group: string, singular: string, version: string): Schema | undefined {
  const catalogue = process.env['RDP_CRD_CATALOGUE'];
  if (catalogue === undefined) return undefined;
  const path = join(catalogue, group, `${singular}_${version}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Schema) : undefined; // a JSON Schema
}

/** A JSON Schema as definitions have it: in one piece, and closed without saying so. */
function structural(schema: unknown): Schema {
  if (typeof schema !== 'object' || schema === null) return {};
  const { $ref, additionalProperties, uniqueItems: _, ...rest } = schema as Schema; // a JSON Schema
  if (typeof $ref === 'string') return structural(JSON.parse(schemaTypes[$ref.slice('#/$defs/'.length)] ?? '{}'));
  const types = rest['type'];
  const mixed = Array.isArray(types) ? { type: undefined, 'x-kubernetes-int-or-string': true } : {};
  return Object.fromEntries(
    Object.entries({
      ...rest,
      ...mixed,
      ...(isSchema(additionalProperties) ? { additionalProperties: structural(additionalProperties) } : {}),
      ...(isSchema(rest['items']) ? { items: structural(rest['items']) } : {}),
      ...(isSchema(rest['properties'])
        ? {
            properties: Object.fromEntries(
              Object.entries(rest['properties']).map(([name, inner]) => [name, structural(inner)]),
            ),
          }
        : {}),
    }).filter(([, value]) => value !== undefined),
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
