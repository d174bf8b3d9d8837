// Kubernetes' OpenAPI document and other projects' CustomResourceDefinitions → test/emit/k8s/schemas.generated.ts: the schema
// of every kind that we emit and that a Go module carries, without descriptions, unknown fields refused, CEL rules kept.
// `node compiler/gen/k8s-schemas.ts` downloads the modules with Go and writes the file. `generate`, which `npm run gen` calls,
// is offline: it verifies that the file names the versions below. Kinds that no module carries are in written-schemas.ts.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Generated } from '../../language/gen/generated.ts';

const path = 'compiler/test/emit/k8s/schemas.generated.ts';
const file = join(import.meta.dirname, '..', '..', path);

const kubernetes = 'k8s.io/kubernetes@v1.37.2';

/** Kinds of Kubernetes itself: `apiVersion kind`. */
const builtIn: readonly string[] = [
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
  'apps/v1 Deployment',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'networking.k8s.io/v1 NetworkPolicy',
  'policy/v1 PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1 Role',
  'rbac.authorization.k8s.io/v1 RoleBinding',
  'v1 ConfigMap',
  'v1 Namespace',
  'v1 ResourceQuota',
  'v1 Service',
  'v1 ServiceAccount',
];

/** Go modules that carry definitions, the files in them and the kinds to keep, `version kind`. */
const modules: readonly {
  readonly module: string;
  readonly files: readonly string[];
  readonly kinds: readonly string[];
}[] = [
  {
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    files: ['deploy/crds/cert-manager.io_certificates.yaml', 'deploy/crds/cert-manager.io_issuers.yaml'],
    kinds: ['v1 Certificate', 'v1 Issuer'],
  },
  {
    module: 'github.com/cilium/cilium@v1.20.2',
    files: ['ciliumnetworkpolicies', 'ciliumclusterwidenetworkpolicies'].map(
      (name) => `pkg/k8s/apis/cilium.io/client/crds/v2/${name}.yaml`,
    ),
    kinds: ['v2 CiliumNetworkPolicy', 'v2 CiliumClusterwideNetworkPolicy'],
  },
  {
    module: 'github.com/envoyproxy/gateway@v1.9.1',
    files: ['backendtrafficpolicies', 'clienttrafficpolicies', 'envoyextensionpolicies'].map(
      (name) => `charts/gateway-crds-helm/templates/generated/gateway.envoyproxy.io_${name}.yaml`,
    ),
    kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy'].map((kind) => `v1alpha1 ${kind}`),
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    files: ['podmonitors', 'prometheusrules', 'servicemonitors'].map(
      (name) => `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`,
    ),
    kinds: ['v1 PodMonitor', 'v1 PrometheusRule', 'v1 ServiceMonitor'],
  },
  {
    module: 'istio.io/api@v1.31.1',
    files: ['kubernetes/customresourcedefinitions.gen.yaml'],
    kinds: ['v1alpha1 WasmPlugin', 'v1alpha3 EnvoyFilter'],
  },
  {
    module: 'sigs.k8s.io/gateway-api@v1.6.3',
    files: ['gateways', 'httproutes'].map((name) => `config/crd/standard/gateway.networking.k8s.io_${name}.yaml`),
    kinds: ['v1 Gateway', 'v1 HTTPRoute'],
  },
];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [key: string]: Json };

/** Nothing to write: the file is as good as the versions that it names. */
export async function generate(): Promise<readonly Generated[]> {
  const text = readFileSync(file, 'utf8');
  const missing = [kubernetes, ...modules.map(({ module }) => module)].find((module) => !text.includes(module));
  if (missing !== undefined) throw new Error(`${path} is not made from ${missing}; run compiler/gen/k8s-schemas.ts`);
  return [];
}

/** Enums that Kubernetes checks in Go and its OpenAPI document leaves out; from the constants of k8s.io/api. */
const enums: Readonly<Record<string, readonly string[]>> = {
  'core.v1.Container.imagePullPolicy': ['Always', 'IfNotPresent', 'Never'],
  'core.v1.SeccompProfile.type': ['Localhost', 'RuntimeDefault', 'Unconfined'],
  'core.v1.ServicePort.protocol': ['SCTP', 'TCP', 'UDP'],
  'core.v1.TopologySpreadConstraint.whenUnsatisfiable': ['DoNotSchedule', 'ScheduleAnyway'],
  'core.v1.HTTPGetAction.scheme': ['HTTP', 'HTTPS'],
  'networking.v1.NetworkPolicyPort.protocol': ['SCTP', 'TCP', 'UDP'],
  'policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy': ['AlwaysAllow', 'IfHealthyBudget'],
  ...webhookEnums('ValidatingWebhook'),
  ...webhookEnums('MutatingWebhook'),
  'admissionregistration.v1.ValidatingAdmissionPolicySpec.failurePolicy': ['Fail', 'Ignore'],
  'admissionregistration.v1.MutatingAdmissionPolicySpec.failurePolicy': ['Fail', 'Ignore'],
  'admissionregistration.v1.RuleWithOperations.scope': ['*', 'Cluster', 'Namespaced'],
};

function webhookEnums(kind: string): Readonly<Record<string, readonly string[]>> {
  return {
    [`admissionregistration.v1.${kind}.failurePolicy`]: ['Fail', 'Ignore'],
    [`admissionregistration.v1.${kind}.matchPolicy`]: ['Equivalent', 'Exact'],
    [`admissionregistration.v1.${kind}.sideEffects`]: ['None', 'NoneOnDryRun'],
  };
}

/** The built-in kinds with all types that they reach, as definitions that refer to one another. */
function builtInSchemas(definitions: Readonly<Record<string, Schema>>): {
  readonly kinds: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, Schema>;
} {
  const types = new Map<string, Schema>();
  const kinds = new Map<string, string>();
  for (const [name, schema] of Object.entries(definitions)) {
    for (const gvk of schemas(schema['x-kubernetes-group-version-kind'])) {
      const version = gvk['group'] === '' ? gvk['version'] : `${String(gvk['group'])}/${String(gvk['version'])}`;
      const kind = `${String(version)} ${String(gvk['kind'])}`;
      if (builtIn.includes(kind)) kinds.set(kind, reach(name));
    }
  }
  return { kinds, types };

  function reach(name: string): string {
    const short = name.split('.').slice(-3).join('.');
    if (types.has(short)) return short;
    types.set(short, {});
    types.set(short, convert(definitions[name] ?? {}, short));
    return short;
  }

  function convert(schema: Schema, at: string): Schema {
    const ref = schema['$ref'];
    if (typeof ref === 'string') {
      const name = ref.slice('#/definitions/'.length);
      if (name.endsWith('.IntOrString')) return { type: ['integer', 'string'] };
      if (name.endsWith('.Quantity')) return { type: ['number', 'string'] };
      return { $ref: `#/$defs/${reach(name)}` };
    }
    const { properties, items, additionalProperties, required, type, format } = schema;
    return tidy({
      type,
      format,
      enum: enums[at] ?? schema['enum'],
      required,
      items: isSchema(items) ? convert(items, `${at}[]`) : undefined,
      properties: isSchema(properties)
        ? Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [key, convert(schemaOf(value), `${at}.${key}`)]),
          )
        : undefined,
      additionalProperties: isSchema(additionalProperties)
        ? convert(additionalProperties, `${at}{}`)
        : isSchema(properties)
          ? false
          : undefined,
    });
  }
}

/** A structural schema without what says nothing about valid objects. `structural` is false below `anyOf` and the like. */
function compact(schema: Schema, structural: boolean): Schema {
  const kept: Record<string, Json | undefined> = {};
  for (const key of keywords) kept[key] = schema[key];
  if (schema['x-kubernetes-int-or-string'] === true) kept['type'] = ['integer', 'string'];
  if (schema['nullable'] === true && typeof schema['type'] === 'string') kept['type'] = [schema['type'], 'null'];
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
    // Of whole numbers and strings `anyOf` repeats what the mark says.
    if (schema[key] === undefined || schema['x-kubernetes-int-or-string'] === true) continue;
    kept[key] = schemas(schema[key]).map((inner) => compact(inner, false));
  }
  if (isSchema(schema['not'])) kept['not'] = compact(schema['not'], false);
  if (isSchema(schema['items'])) kept['items'] = compact(schema['items'], structural);
  const { properties, additionalProperties } = schema;
  if (isSchema(properties)) {
    kept['properties'] = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, compact(schemaOf(value), structural)]),
    );
  }
  if (isSchema(additionalProperties)) kept['additionalProperties'] = compact(additionalProperties, structural);
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (structural && isSchema(properties) && !open && !isSchema(additionalProperties))
    kept['additionalProperties'] = false;
  const rules = schemas(schema['x-kubernetes-validations'])
    // A rule about the old object concerns no object that is new.
    .filter((rule) => !/\boldSelf\b/.test(String(rule['rule'])))
    .map((rule) => ({ rule: rule['rule'] ?? '', message: rule['message'] ?? '' }));
  if (rules.length > 0) kept['x-kubernetes-validations'] = rules;
  return tidy(kept);
}

const keywords = [
  'type',
  'format',
  'enum',
  'const',
  'default',
  'pattern',
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
] as const;

function customSchemas(): readonly (readonly [string, Schema])[] {
  return modules.flatMap(({ module, files, kinds }) =>
    definitionsIn(module, files).flatMap((definition) => versionsOf(definition, kinds)),
  );
}

/** The definitions of all custom kinds that a module carries, as their projects ship them. Downloads the modules with Go. */
export function customDefinitions(): readonly Readonly<Record<string, unknown>>[] {
  return modules.flatMap(({ module, files }) => definitionsIn(module, files));
}

function definitionsIn(module: string, files: readonly string[]): readonly Schema[] {
  const folder = moduleFolder(module);
  return files.flatMap((name) =>
    // Charts put a condition of the template language around the definition.
    parseAllDocuments(readFileSync(join(folder, name), 'utf8').replace(/^\{\{.*\}\}$/gm, '')).flatMap((document) => {
      const definition: unknown = document.toJS();
      return isSchema(definition) ? [definition] : [];
    }),
  );
}

const string = { type: 'string' };

function versionsOf(definition: Schema, kinds: readonly string[]): readonly (readonly [string, Schema])[] {
  const { group, names, versions } = schemaOf(definition['spec']);
  const kind = String(schemaOf(names)['kind']);
  return schemas(versions).flatMap((version) => {
    if (!kinds.includes(`${String(version['name'])} ${kind}`)) return [];
    const whole = compact(schemaOf(schemaOf(version['schema'])['openAPIV3Schema']), true);
    const { status: _, ...properties } = schemaOf(whole['properties']);
    const identity = { apiVersion: string, kind: string, metadata: { $ref: '#/$defs/meta.v1.ObjectMeta' } };
    // What we emit says at least what it is, and has no status.
    const schema = {
      ...whole,
      properties: { ...properties, ...identity },
      required: ['apiVersion', 'kind', 'metadata', 'spec'],
    };
    return [[`${String(group)}/${String(version['name'])} ${kind}`, schema] as const];
  });
}

function render(): string {
  const swagger = schemaOf(
    JSON.parse(readFileSync(join(moduleFolder(kubernetes), 'api', 'openapi-spec', 'swagger.json'), 'utf8')),
  );
  const { kinds, types } = builtInSchemas(swagger['definitions'] as Readonly<Record<string, Schema>>); // Swagger 2.0
  const all = [...[...kinds].map(([kind, type]) => [kind, { $ref: `#/$defs/${type}` }] as const), ...customSchemas()];
  const missing = [...builtIn, ...modules.flatMap((module) => module.kinds)].length - all.length;
  if (missing !== 0) throw new Error(`${missing} kinds were not found`);
  const byName = ([a]: readonly [string, Schema], [b]: readonly [string, Schema]): number => (a < b ? -1 : 1);
  const lines = (entries: readonly (readonly [string, Schema])[]): string =>
    entries
      .toSorted(byName)
      .map(([name, schema]) => `  '${name}': ${JSON.stringify(JSON.stringify(schema))},\n`)
      .join('');
  return `// Generated by compiler/gen/k8s-schemas.ts. NOTICE: derived, without descriptions, from the Go modules
${[kubernetes, ...modules.map(({ module }) => module)].map((module) => `//   ${module}\n`).join('')}// which are licensed under the Apache License 2.0.

/** JSON text of the schema of each kind: \`apiVersion kind\`. \`#/$defs/NAME\` is one of \`schemaTypes\`. */
export const schemaTexts: Readonly<Record<string, string>> = {
${lines(all)}};

/** JSON text of the types of Kubernetes that schemas refer to. */
export const schemaTypes: Readonly<Record<string, string>> = {
${lines([...types])}};
`;
}

function moduleFolder(module: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-schemas-'));
  try {
    const text = execFileSync('go', ['mod', 'download', '-json', module], { cwd: folder, encoding: 'utf8' });
    const { Dir } = JSON.parse(text) as { Dir: string }; // what `go help mod download` documents
    return Dir;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schemaOf(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

function schemas(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function tidy(schema: Readonly<Record<string, Json | undefined>>): Schema {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

if (import.meta.main) {
  writeFileSync(file, render());
  console.log(`written: ${path}`);
}
