// A `deploy` to checked settings: which clusters there are, and which enforcer carries which surface. Every surface has
// to be carried by one enforcer that can see its events; nothing here knows what an enforcer can express.

import type { DeployDecl, DeployRoute, Setting } from '../../syntax/ast.ts';
import type { DeployModel } from '../model.ts';
import type { FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs, spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report, reportUnknownSurface } from './binder.ts';
import { bindGaps } from './bind-gaps.ts';
import { isSurfaceKind } from './package-scope.ts';
import type { SettingSchema, TextShape } from '../setting-schema.ts';
import { checkSettings } from './settings.ts';

const text = { values: ['text'] } as const;
const flag = { values: ['flag'] } as const;

/** From ValidatingAdmissionPolicy v1 on, to the newest minor version whose objects are known here. */
const kubernetes = {
  values: [{ form: /^1\.3[0-7]$/u, wanted: 'a minor version in quotes, `"1.30"` to `"1.37"`' }],
} as const;

const common = { kubernetes, network_policy: flag } as const;

/** Settings of each kind of cluster; `plain` is any conformant Kubernetes. */
export const clusterSchemas: Readonly<Record<string, SettingSchema>> = {
  eks: { ...common, region: text, auto_mode: flag, account: text, cilium: flag, role_arn: text },
  gke: { ...common, project: text, location: text, dataplane_v2: flag, autopilot: flag, service_account: text },
  aks: { ...common, resource_group: text, subscription: text, acns: flag, cilium: flag, client_id: text },
  plain: { ...common, context: text, cilium: flag },
};

/** A cluster's name becomes the name of a folder and part of objects' names; clouds allow no others. */
const clusterName: TextShape = {
  form: /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/u,
  wanted: 'one name in quotes, of letters, digits, `-` and `_`',
};

/** RFC 1123 label, as the API server asks of a namespace. */
const namespaceName: TextShape = {
  form: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u,
  wanted: 'a name in quotes, of small letters, digits and `-`',
};

/** Where the enforcers live when nobody says; a namespace of their own, because their webhook leaves it out. */
const defaultNamespace = 'rdp-system';

const deploySchema: SettingSchema = {
  namespace: { values: [namespaceName] },
  registry: {
    values: [
      {
        form: /^[a-z0-9.-]+(?::[0-9]+)?(?:\/[a-z0-9._-]+)+$/u,
        wanted: 'a registry and a path in quotes, `"registry.example/policies"`',
      },
    ],
  },
  certificates: { values: [{ words: ['cert_manager', 'self_managed'] }, 'text'] },
  monitoring: {
    values: [
      { words: ['prometheus', 'none'] },
      {
        form: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u,
        wanted: 'the namespace of Prometheus in quotes, `"monitoring"`',
      },
    ],
  },
};

interface EnforcerShape {
  /** Kinds of surfaces whose events it sees. */
  readonly surfaces: readonly string[];
  readonly settings: SettingSchema;
}

const limits = { values: [{ words: ['memory', 'redis', 'valkey'] }, 'text'] } as const;
const replicas = { values: ['int'] } as const;
const buffer = { values: [{ form: /^[1-9][0-9]{0,3}[KMG]i$/u, wanted: 'a size in quotes, `"8Mi"`' }] } as const;
/** The backend of routes. */
const service = {
  values: [{ form: /^[a-z0-9.-]+:[0-9]{1,5}$/u, wanted: 'a service and its port in quotes, `"shop.web:8080"`' }],
} as const;

/** A server of tools, and where it is. */
const server = {
  values: [
    'text',
    {
      form: /^https?:\/\/[^\s"/]+(?:\/[^\s"]*)?$/u,
      wanted: 'the address of a server in quotes, `"http://crm.tools:3000/mcp"`',
    },
  ],
  repeated: true,
} as const;

/** Headers that a filter ahead of ours sets to whom it has authenticated. */
const headerName = {
  values: [{ form: /^[a-z0-9-]+$/u, wanted: 'the name of a header in quotes, of small letters, digits and `-`' }],
} as const;
const caller = { client_id: headerName, client_subject: headerName };
/** Headers that a mesh or a proxy ahead sets, and what tokens of callers are checked with. */
const callerOfGateway = {
  client_id: headerName,
  client_workload: headerName,
  jwt_keys: { values: [{ form: /^https:\/\/[^\s"]+$/u, wanted: 'the address of a key set in quotes, `"https://…"`' }] },
  jwt_issuer: text,
  jwt_audience: text,
} as const;

/** Where a gateway keeps what it discovers; the password is in a secret. */
const inventory = {
  values: [
    {
      form: /^postgres:\/\/[\w.-]+@[a-z0-9.-]+(?::[0-9]{1,5})?\/[\w-]+(?:\?[\w.=/&-]+)?$/u,
      wanted: 'a database without its password in quotes, `"postgres://rdp_gateway@db.shop:5432/rdp"`',
    },
  ],
} as const;

/** The enforcers, with what they carry. */
export const enforcerShapes: Readonly<Record<string, EnforcerShape>> = {
  gateway: {
    surfaces: ['api', 'llm', 'mcp', 'data'],
    settings: {
      replicas,
      limits,
      port: { values: ['int'] },
      image: text,
      service,
      server,
      websockets: flag,
      admin: { values: [namespaceName] },
      inventory,
      ...callerOfGateway,
    },
  },
  envoy_gateway: {
    surfaces: ['api', 'llm', 'mcp'],
    settings: { gateway: text, gateway_class: text, limits, buffer, service, ...caller },
  },
  istio: { surfaces: ['api', 'llm', 'mcp'], settings: { gateway: text, limits, buffer, ...caller } },
  proxy: { surfaces: ['api', 'llm', 'mcp', 'data'], settings: { limits, ...caller } },
  admission: {
    surfaces: ['k8s'],
    settings: { replicas, failure_policy: { values: [{ words: ['fail', 'ignore'] }] }, image: text, native: flag },
  },
  admission_policy: { surfaces: ['k8s'], settings: {} },
  network_policy: {
    surfaces: ['net'],
    settings: { quarantine: { values: [{ words: ['label', 'scale', 'cordon'] }] } },
  },
};

/** What a deployment is checked against. */
export interface DeployScope {
  readonly unit: FileUnit;
  readonly symbols: PackageSymbols;
  /** Names of all rules of the package, of applied packs too. */
  readonly rules: ReadonlySet<string>;
}

/** Checks a deployment against the surfaces and rules of its package. */
export function bindDeploy(binder: Binder, decl: DeployDecl, { unit, symbols, rules }: DeployScope): DeployModel {
  const apart = ['clusters', 'gap'] as const;
  const [clusterSetting = [], gapSettings = []] = apart.map((name) =>
    decl.settings.filter((setting) => setting.name.text === name),
  );
  const settings = checkSettings(binder, unit, {
    settings: decl.settings.filter((setting) => !apart.some((name) => name === setting.name.text)),
    schema: deploySchema,
    owner: decl.name,
    what: 'a deployment',
  });
  for (const repeated of clusterSetting.slice(1)) {
    report(binder, 'duplicate-setting', { unit, node: repeated.name }, { name: 'clusters' });
  }
  const namespace = settings.get('namespace');
  return {
    package: unit.package,
    name: decl.name.text,
    span: spanIn(unit, decl.name),
    namespace: typeof namespace === 'string' ? namespace : defaultNamespace,
    settings,
    clusters: bindClusters(binder, unit, clusterSetting[0]?.block ?? []),
    routes: bindRoutes(binder, decl, unit, symbols),
    gaps: bindGaps(binder, unit, gapSettings, rules),
  };
}

function bindClusters(binder: Binder, unit: FileUnit, clusters: readonly Setting[]): DeployModel['clusters'] {
  const names = new Map<string, Setting>();
  return clusters.flatMap((cluster) => {
    const kind = cluster.name.text;
    const schema = Object.hasOwn(clusterSchemas, kind) ? clusterSchemas[kind] : undefined;
    if (schema === undefined) {
      const kinds = Object.keys(clusterSchemas);
      if (kind === '') return [];
      const holes = { what: 'kind of cluster', name: kind, known: kinds.map((known) => `\`${known}\``).join(', ') };
      report(binder, 'unknown-word', { unit, node: cluster.name }, holes, didYouMean(unit, cluster.name, kinds));
      return [];
    }
    const [name, extra] = cluster.values;
    if (name?.kind !== 'string' || extra !== undefined || !clusterName.form.test(name.value)) {
      report(
        binder,
        'invalid-setting',
        { unit, node: extra ?? name ?? cluster.name },
        { name: kind, wanted: clusterName.wanted },
      );
      return [];
    }
    if (names.has(name.value)) {
      report(binder, 'duplicate-name', { unit, node: name }, { name: name.value, what: 'cluster' });
    }
    names.set(name.value, cluster);
    const settings = checkSettings(binder, unit, {
      settings: cluster.block ?? [],
      schema,
      owner: cluster.name,
      what: `a cluster of kind \`${kind}\``,
    });
    return [{ kind, name: name.value, settings, span: spanIn(unit, cluster) }];
  });
}

function bindRoutes(binder: Binder, decl: DeployDecl, unit: FileUnit, symbols: PackageSymbols): DeployModel['routes'] {
  const surfaces = new Map<string, string>();
  for (const { decl: other } of declaredAs(symbols, 'surface')) {
    if (other.name.text !== '') surfaces.set(other.name.text, other.surfaceKind.text);
  }
  const routed = new Map<string, DeployRoute>();
  const routes = decl.routes.flatMap((route) => {
    const surface = route.surface.text;
    const kind = surfaces.get(surface);
    if (surface === '') return [];
    if (kind === undefined) {
      reportUnknownSurface(binder, unit, route.surface, surfaces.keys());
      return [];
    }
    const before = routed.get(surface);
    if (before) {
      report(
        binder,
        'surface-routed-twice',
        { unit, node: route.surface },
        { name: surface },
        {
          labels: [{ span: spanIn(unit, before.surface), text: 'first here' }],
        },
      );
      return [];
    }
    routed.set(surface, route);
    return bindRoute(binder, unit, route, kind);
  });
  for (const name of surfaces.keys()) {
    if (!routed.has(name))
      report(binder, 'surface-not-routed', { unit, node: decl.name }, { name, deploy: decl.name.text });
  }
  return routes;
}

function bindRoute(binder: Binder, unit: FileUnit, route: DeployRoute, kind: string): DeployModel['routes'] {
  const via = route.via.text;
  const shape = Object.hasOwn(enforcerShapes, via) ? enforcerShapes[via] : undefined;
  if (shape === undefined) {
    if (via === '') return [];
    const known = Object.keys(enforcerShapes);
    const holes = { what: 'enforcer', name: via, known: known.map((name) => `\`${name}\``).join(', ') };
    report(binder, 'unknown-word', { unit, node: route.via }, holes, didYouMean(unit, route.via, known));
    return [];
  }
  // A kind that does not exist has been reported.
  if (isSurfaceKind(kind) && !shape.surfaces.includes(kind)) {
    const able = Object.keys(enforcerShapes).filter((name) => enforcerShapes[name]?.surfaces.includes(kind));
    const holes = { via, kind, able: able.map((name) => `\`${name}\``).join(', ') };
    report(binder, 'enforcer-mismatch', { unit, node: route.via }, holes);
    return [];
  }
  const settings = checkSettings(binder, unit, {
    settings: route.settings,
    schema: shape.settings,
    owner: route.via,
    what: `\`${via}\``,
  });
  return [{ surface: route.surface.text, via, settings, span: spanIn(unit, route) }];
}
