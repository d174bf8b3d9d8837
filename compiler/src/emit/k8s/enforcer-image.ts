// What the images of our enforcers expect: arguments, ports, paths, places of files. The one place that knows it, so that the
// manifests and the programs in `runtime/src/bin` cannot drift apart unnoticed (a test starts the program with these arguments).

/** Where a bundle is mounted; `rdp-admission --bundle FILE` reads it again when it changes. */
export const policyFolder = '/policy';
export const bundlePath: string = `${policyFolder}/bundle.tar.gz`;

/** Where the certificate and key of the webhook are mounted, as the secret of type `kubernetes.io/tls` has them. */
export const tlsFolder = '/tls';

/** The user of the images; they have no other and no shell. */
export const imageUser = 65532;

/** Port of health and metrics, in plain HTTP. */
export const metricsPort = 9090;
export const metricsPath = '/metrics';
export const livePath = '/livez';
export const readyPath = '/readyz';

/** Port of the gateway, unless the route names one. */
export const gatewayPort = 8080;

/** Port of the gateway for people who approve and release, and where their tokens are: the secret's only key is the file. */
export const adminPort = 9443;
export const adminFolder = '/admin';
export const adminFile = 'tokens.json';

/** Where the secret of the inventory's database is: its password, and the authority of its certificate where the address names one. */
export const inventoryFolder = '/inventory';

/** Paths of the webhook, one for each configuration. */
export const validatePath = '/validate';
export const mutatePath = '/mutate';

/** What `rdp-admission` is told beside the places of its files. */
export interface AdmissionCall {
  readonly port: number;
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** Namespaces in which a failure refuses nothing. */
  readonly exempt: readonly string[];
}

/** Arguments of `rdp-admission`. */
export function admissionArguments({ port, failurePolicy, exempt }: AdmissionCall): readonly string[] {
  return [
    `--bundle=${bundlePath}`,
    `--port=${port}`,
    `--metrics-port=${metricsPort}`,
    `--tls-cert=${tlsFolder}/tls.crt`,
    `--tls-key=${tlsFolder}/tls.key`,
    `--failure-policy=${failurePolicy.toLowerCase()}`,
    ...exempt.map((name) => `--exempt-namespace=${name}`),
  ];
}

/** What `rdp-gateway` is told beside the place of its bundle. */
export interface GatewayCall {
  readonly port: number;
  /** `HOST:PORT` of the store that all replicas share. */
  readonly limits: string | undefined;
  /** Full names of surfaces, and names of servers of tools, with the URLs at which they are. */
  readonly upstreams: readonly { readonly name: string; readonly url: string }[];
  /** Full names of the APIs that WebSockets are let through to. */
  readonly webSockets: readonly string[];
  /** Who tells about callers. */
  readonly callers: {
    readonly idHeader?: string;
    readonly workloadHeader?: string;
    readonly jwtKeys?: string;
    readonly jwtIssuer?: string;
    readonly jwtAudience?: string;
  };
  /** Surfaces whose callers need not be known pods, where the cluster says whose pods call. */
  readonly workloads?: { readonly strangers: readonly string[] } | undefined;
  /** Whether people answer: from the pod itself (`kubectl port-forward`), or whoever is let in. */
  readonly admin?: 'pod' | 'cluster' | undefined;
  /** Address of the database for what is discovered. */
  readonly inventory?: string | undefined;
}

/** Arguments of `rdp-gateway`. */
export function gatewayArguments(call: GatewayCall): readonly string[] {
  const { port, limits, upstreams, webSockets, callers, workloads, admin, inventory } = call;
  const said = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`--${name}=${value}`];
  return [
    `--bundle=${bundlePath}`,
    '--host=0.0.0.0',
    `--port=${port}`,
    `--metrics-port=${metricsPort}`,
    ...said('store', limits === undefined ? undefined : `redis://${limits}`),
    ...upstreams.map(({ name, url }) => `--upstream=${name}=${url}`),
    ...webSockets.map((name) => `--websockets=${name}`),
    ...said('client-id-header', callers.idHeader),
    ...said('client-workload-header', callers.workloadHeader),
    ...(workloads === undefined
      ? []
      : ['--workloads=cluster', ...workloads.strangers.map((name) => `--any-workload=${name}`)]),
    ...said('jwt-keys', callers.jwtKeys),
    ...said('jwt-issuer', callers.jwtIssuer),
    ...said('jwt-audience', callers.jwtAudience),
    ...(admin === undefined ? [] : [`--admin-port=${adminPort}`, `--admin-tokens=${adminFolder}/${adminFile}`]),
    ...(admin === 'cluster' ? ['--admin-host=0.0.0.0'] : []),
    ...(inventory === undefined
      ? []
      : [`--inventory=${inventory}`, `--inventory-password=${inventoryFolder}/password`]),
  ];
}
