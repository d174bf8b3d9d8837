// Words of a command line → options of the gateway, or what is wrong with them.

import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';

import { outcomeOptionTable, outcomeSettings } from '../outcomes/outcome-options.ts';
import type { OutcomeSettings } from '../outcomes/open-outcomes.ts';
import { reasonOf } from '../load/problem.ts';
import { optionLines, readOptions, type OptionTable, type SaidOptions } from '../server/option-table.ts';
import { policyOptionTable, policySettings } from '../server/policy-options.ts';
import { servingOptionTable, servingSettings } from '../server/serving-options.ts';
import type { DrainTimes } from '../server/start-and-drain.ts';
import type { GatewayOptions } from './serve-gateway.ts';

/** What a call asks for. */
export type GatewayCall =
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }
  | {
      readonly kind: 'serve';
      readonly options: Omit<GatewayOptions, 'log' | 'outcomes' | 'workloads'>;
      /** Whether the cluster says whose pods call, and surfaces whose callers need not be any. */
      readonly workloads: { readonly strangers: readonly string[] } | undefined;
      readonly outcomes: OutcomeSettings;
      readonly logPath: string;
      /** Milliseconds. */
      readonly drain: DrainTimes;
    };

const mebibyte = 1024 * 1024;

/** Every option; the help is made of the same table. */
const table = {
  ...policyOptionTable,
  host: { value: 'ADDRESS', text: 'address to listen on; `0.0.0.0` or `::` for all', preset: '127.0.0.1' },
  port: { value: 'PORT', text: 'port for requests', preset: '8080' },
  'metrics-port': { value: 'PORT', text: 'port for /livez, /readyz, /healthz and /metrics; none unless given' },
  upstream: {
    value: 'NAME=URL',
    text: 'where a surface (Chat=http://vllm:8000) or a host of the policy is served; may be repeated',
    many: true,
  },
  surface: { value: 'NAME', text: 'serve this surface alone; may be repeated', many: true },
  websockets: {
    value: 'NAME',
    text: 'let WebSockets through to this API; no rule sees what passes over them; may be repeated',
    many: true,
  },
  'tunnel-to': {
    value: 'CIDR',
    text: 'addresses that a tunnel may lead to though they are private, or asked for by number; may be repeated',
    many: true,
  },
  'upstream-ca': { value: 'FILE', text: 'authorities that services may have their certificates of, PEM' },
  'tls-cert': { value: 'FILE', text: 'certificate chain, PEM; HTTP/2 needs one' },
  'tls-key': { value: 'FILE', text: 'its key, PEM' },
  'trusted-hops': { value: 'NUMBER', text: 'proxies ahead that append to x-forwarded-for', preset: '0' },
  'client-id-header': { value: 'NAME', text: 'header in which a proxy ahead says which application calls' },
  'client-workload-header': { value: 'NAME', text: 'header in which a mesh says which workload calls' },
  workloads: { value: 'cluster', text: 'whose pod calls, from the API server of the cluster that this is a pod of' },
  'any-workload': {
    value: 'NAME',
    text: 'surface whose callers need not be known pods then; may be repeated',
    many: true,
  },
  'jwt-keys': { value: 'FILE|URL', text: 'key set (JWKS) or public key (PEM) that signs tokens of callers' },
  'jwt-issuer': { value: 'TEXT', text: 'issuer that tokens must have' },
  'jwt-audience': { value: 'TEXT', text: 'audience that tokens must have' },
  'jwt-header': { value: 'NAME', text: 'header that carries tokens', preset: 'authorization' },
  'jwt-subject': { value: 'CLAIM', text: 'claim that becomes client.subject', preset: 'sub' },
  'body-limit': { value: 'MIB', text: 'mebibytes of a request that is decided on', preset: '16' },
  'answer-limit': { value: 'MIB', text: 'mebibytes of an answer that is decided on as a whole', preset: '32' },
  'buffer-limit': { value: 'MIB', text: 'mebibytes of all that is held at once', preset: '512' },
  'request-timeout': { value: 'SECONDS', text: 'seconds for a request to come whole', preset: '120' },
  'connect-timeout': { value: 'SECONDS', text: 'seconds to a connection with a service', preset: '10' },
  'answer-timeout': { value: 'SECONDS', text: 'seconds to the first byte of an answer', preset: '600' },
  'idle-timeout': { value: 'SECONDS', text: 'seconds between two pieces of an answer', preset: '300' },
  connections: { value: 'NUMBER', text: 'connections to one service', preset: '512' },
  ...outcomeOptionTable,
  ...servingOptionTable,
} as const satisfies OptionTable;

/** Reads the words behind the name of the program. */
export function readGatewayCall(words: readonly string[]): GatewayCall {
  try {
    return readCall(words);
  } catch (error) {
    return { kind: 'fault', message: reasonOf(error) };
  }
}

function readCall(words: readonly string[]): GatewayCall {
  const said = readOptions(table, words);
  if (said === 'help') return { kind: 'help' };
  const { text, list, number } = said;
  const serving = servingSettings(said);
  const seconds = (name: Parameters<typeof number>[0]): number => number(name, 86_400) * 1000;
  const keys = text('jwt-keys');
  const issuer = text('jwt-issuer');
  const audience = text('jwt-audience');
  if (keys === undefined && (issuer ?? audience) !== undefined)
    throw new Error('--jwt-issuer and --jwt-audience need --jwt-keys');
  const metricsPort = text('metrics-port') === undefined ? undefined : number('metrics-port', 65_535);
  const authorities = text('upstream-ca');
  return {
    kind: 'serve',
    logPath: serving.logPath,
    workloads: workloadsOf(said),
    outcomes: outcomeSettings(said),
    drain: serving.drain,
    options: {
      ...policySettings(said),
      host: text('host'),
      port: number('port', 65_535),
      metricsPort,
      tls: tlsOf(text, serving),
      routes: {
        upstreams: new Map(list('upstream').map(upstreamOf)),
        surfaces: list('surface'),
        webSockets: list('websockets'),
      },
      tunnelAddresses: addressesOf(list('tunnel-to')),
      clients: {
        trustedHops: Math.floor(number('trusted-hops', 100)),
        idHeader: text('client-id-header')?.toLowerCase(),
        workloadHeader: text('client-workload-header')?.toLowerCase(),
      },
      tokens:
        keys === undefined
          ? undefined
          : {
              keys,
              issuer,
              audience,
              header: text('jwt-header')?.toLowerCase() ?? '',
              subjectClaim: text('jwt-subject') ?? '',
            },
      limits: {
        request: number('body-limit', 1024) * mebibyte,
        answer: number('answer-limit', 1024) * mebibyte,
        buffer: number('buffer-limit', 65_536) * mebibyte,
      },
      timeouts: { head: 10_000, request: seconds('request-timeout'), idle: 120_000 },
      services: {
        timeouts: {
          connect: seconds('connect-timeout'),
          head: seconds('answer-timeout'),
          idle: seconds('idle-timeout'),
        },
        authorities: authorities === undefined ? undefined : readFileSync(authorities, 'utf8'),
        connections: Math.max(1, Math.floor(number('connections', 65_535))),
      },
    },
  };
}

function workloadsOf({
  text,
  list,
  number,
}: SaidOptions<'workloads' | 'any-workload' | 'trusted-hops'>): { readonly strangers: readonly string[] } | undefined {
  const strangers = list('any-workload');
  const source = text('workloads');
  if (source === undefined && strangers.length > 0) throw new Error('--any-workload needs --workloads');
  if (source !== undefined && source !== 'cluster') throw new Error('--workloads is `cluster`, or left out');
  // Behind a proxy every peer is the proxy's pod, and addresses in headers are what somebody wrote.
  if (source !== undefined && number('trusted-hops', 100) > 0)
    throw new Error('--workloads looks at the peer of a connection: --trusted-hops has to be 0');
  return source === undefined ? undefined : { strangers };
}

function tlsOf(
  text: (name: 'tls-cert' | 'tls-key') => string | undefined,
  { clientAuthority, clients }: Pick<ReturnType<typeof servingSettings>, 'clientAuthority' | 'clients'>,
): GatewayOptions['tls'] {
  const [certificate, key] = [text('tls-cert'), text('tls-key')];
  if (certificate === undefined && key === undefined) {
    if (clientAuthority !== undefined) throw new Error('--client-ca needs --tls-cert and --tls-key');
    return undefined;
  }
  if (certificate === undefined || key === undefined) throw new Error('--tls-cert and --tls-key need each other');
  return {
    files: { certificate, key, ...(clientAuthority === undefined ? {} : { clientAuthority }) },
    clients,
  };
}

/** `10.1.0.0/16`, `fd00::/8`, `10.1.2.3` */
function addressesOf(words: readonly string[]): BlockList {
  const addresses = new BlockList();
  for (const word of words) {
    const [address = '', bits] = word.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    const size = bits === undefined ? most : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : most + 1;
    if (isIP(address) === 0 || size > most || word.split('/').length > 2)
      throw new Error(`--tunnel-to \`${word}\` is no address and no network, as in 10.1.0.0/16`);
    addresses.addSubnet(address, size, family);
  }
  return addresses;
}

/** `Chat=http://vllm:8000` */
function upstreamOf(word: string): readonly [string, URL] {
  const [, name = '', address = ''] = /^([^=]+)=(.*)$/.exec(word) ?? [];
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (name === '' || url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.username !== '')
    throw new Error(`--upstream \`${word}\` is no NAME=URL with http or https`);
  return [name.includes('.') && !/[A-Z]/.test(name) ? name.toLowerCase() : name, url];
}

/** The text of `--help`. */
export function gatewayHelp(): string {
  return `rdp-gateway --bundle FILE|URL [options]

Stands between applications and models or APIs, and enforces a policy bundle on what they exchange.
Point an SDK at http://127.0.0.1:8080/HOST/…, where HOST is the provider's: http://127.0.0.1:8080/api.openai.com/v1

${optionLines(table)}
  --help

SIGTERM and SIGINT end it in an orderly way, a second one at once. SIGHUP does nothing: files are watched.
`;
}
