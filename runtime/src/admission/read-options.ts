// Words of a command line → options of the admission server, or what is wrong with them. Reads the files that hold keys, because
// secrets do not belong on a command line.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { fileSource } from '../load/file-source.ts';
import { reasonOf } from '../load/problem.ts';
import { serviceSource } from '../load/service-source.ts';
import type { BundleSource } from '../load/source.ts';
import type { Verification } from '../load/verify.ts';
import type { AdmissionOptions } from './serve-admission.ts';

/** What a call asks for. */
export type AdmissionCall =
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }
  | {
      readonly kind: 'serve';
      readonly options: Omit<AdmissionOptions, 'log' | 'namespaces'>;
      readonly logPath: string;
      /** Milliseconds. */
      readonly drain: { readonly delay: number; readonly patience: number };
    };

const mebibyte = 1024 * 1024;

interface OptionText {
  readonly value: string;
  readonly text: string;
  readonly preset?: string;
  readonly many?: true;
}

/** Every option; the help is made of the same table. */
const table = {
  bundle: { value: 'FILE|URL', text: 'bundle file, folder with one, or address of a bundle service (required)' },
  'bundle-token': { value: 'FILE', text: 'file with a bearer token for the bundle service' },
  'bundle-interval': { value: 'SECONDS', text: 'seconds between two looks at a bundle service', preset: '60' },
  'verify-key': { value: 'FILE', text: 'public key (SPKI, certificate or JWK) that bundles must be signed with' },
  'verify-key-id': { value: 'ID', text: 'name of that key in signatures', preset: 'default' },
  'verify-algorithm': { value: 'NAME', text: 'its algorithm, as RS256 or ES256', preset: 'ES256' },
  'verify-scope': { value: 'TEXT', text: 'scope that the signature must have' },
  'hash-key': { value: 'FILE', text: 'file with the secret for `hash` in redactions, at least 16 bytes' },
  entrypoint: { value: 'NAME', text: 'decide with this entrypoint alone; may be repeated', many: true },
  'tls-cert': { value: 'FILE', text: 'certificate chain, PEM', preset: '/etc/rdp/tls/tls.crt' },
  'tls-key': { value: 'FILE', text: 'its key, PEM', preset: '/etc/rdp/tls/tls.key' },
  'client-ca': { value: 'FILE', text: 'demand a client certificate that one of these authorities has signed' },
  'client-name': { value: 'NAME', text: 'common or DNS name that it must have; may be repeated', many: true },
  host: { value: 'ADDRESS', text: 'address to listen on; all unless given' },
  port: { value: 'PORT', text: 'port for reviews, TLS', preset: '8443' },
  'metrics-port': { value: 'PORT', text: 'port for /livez, /readyz, /healthz and /metrics', preset: '9090' },
  'failure-policy': {
    value: 'fail|ignore',
    text: 'what becomes of a review that the policy cannot decide on',
    preset: 'fail',
  },
  'exempt-namespace': {
    value: 'NAME',
    text: 'never refuse here because of a failure; may be repeated',
    many: true,
  },
  'body-limit': { value: 'MIB', text: 'mebibytes of one review', preset: '16' },
  'buffer-limit': { value: 'MIB', text: 'mebibytes of all reviews that are being received', preset: '256' },
  'decision-log': { value: 'all|notable|none', text: 'decisions that are logged', preset: 'notable' },
  'log-file': { value: 'FILE', text: 'where the log goes; - is standard output', preset: '-' },
  'drain-delay': { value: 'SECONDS', text: 'seconds between not being ready and taking no connections', preset: '5' },
  'drain-timeout': { value: 'SECONDS', text: 'seconds for what is pending then', preset: '20' },
} as const satisfies Readonly<Record<string, OptionText>>;

/** Reads the words behind the name of the program. */
export function readAdmissionCall(words: readonly string[]): AdmissionCall {
  try {
    return readCall(words);
  } catch (error) {
    return { kind: 'fault', message: reasonOf(error) };
  }
}

function readCall(words: readonly string[]): AdmissionCall {
  const { values } = parseArgs({ args: [...words], strict: true, options: { ...parsed, help: { type: 'boolean' } } });
  if (values['help'] === true) return { kind: 'help' };
  const all = values as Readonly<Record<string, string | readonly string[] | undefined>>; // all others are texts
  const text = (name: keyof typeof table): string | undefined => {
    const value = all[name];
    return typeof value === 'string' ? value : undefined;
  };
  const list = (name: keyof typeof table): readonly string[] => {
    const value = all[name];
    return Array.isArray(value) ? value : [];
  };
  const number = (name: keyof typeof table, most: number): number => {
    const value = Number(text(name));
    if (!(value >= 0 && value <= most)) throw new Error(`--${name} is no number from 0 to ${most}`);
    return value;
  };
  const choice = <T extends string>(name: keyof typeof table, choices: readonly T[]): T => {
    const found = choices.find((known) => known === text(name));
    if (found === undefined) throw new Error(`--${name} is one of ${choices.join(', ')}`);
    return found;
  };
  const bundle = text('bundle');
  if (bundle === undefined || bundle === '') throw new Error('--bundle is missing');
  const authority = text('client-ca');
  const names = list('client-name');
  if (authority === undefined && names.length > 0) throw new Error('--client-name needs --client-ca');
  const verification = verificationOf(text);
  const hashKey = text('hash-key');
  return {
    kind: 'serve',
    logPath: text('log-file') ?? '-',
    drain: { delay: number('drain-delay', 3600) * 1000, patience: number('drain-timeout', 3600) * 1000 },
    options: {
      source: sourceOf(bundle, text('bundle-token'), number('bundle-interval', 86_400)),
      ...(verification === undefined ? {} : { verification }),
      ...(hashKey === undefined ? {} : { hashKey: secretIn(hashKey) }),
      entrypoints: list('entrypoint'),
      policy: {
        failure: choice('failure-policy', ['fail', 'ignore']),
        exempt: new Set(list('exempt-namespace')),
      },
      certificates: {
        certificate: text('tls-cert') ?? '',
        key: text('tls-key') ?? '',
        ...(authority === undefined ? {} : { clientAuthority: authority }),
      },
      clients: authority === undefined ? { kind: 'any' } : { kind: 'certified', names },
      host: text('host'),
      port: number('port', 65_535),
      metricsPort: number('metrics-port', 65_535),
      limits: {
        bodyLimit: number('body-limit', 1024) * mebibyte,
        bufferLimit: number('buffer-limit', 65_536) * mebibyte,
      },
      logged: choice('decision-log', ['all', 'notable', 'none']),
    },
  };
}

/** The table as Node's parser wants it. */
const parsed = Object.fromEntries(
  Object.entries(table).map(([name, option]: [string, OptionText]) => [
    name,
    {
      type: 'string' as const,
      ...(option.many === undefined ? {} : { multiple: true }),
      ...(option.preset === undefined ? {} : { default: option.preset }),
    },
  ]),
);

function sourceOf(bundle: string, tokenFile: string | undefined, interval: number): BundleSource {
  if (!/^https?:\/\//.test(bundle)) return fileSource({ path: bundle });
  const token = tokenFile === undefined ? undefined : secretIn(tokenFile);
  return serviceSource({
    url: bundle,
    interval: { least: interval, most: interval * 2 },
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
}

function verificationOf(text: (name: keyof typeof table) => string | undefined): Verification | undefined {
  const file = text('verify-key');
  const scope = text('verify-scope');
  if (file === undefined) {
    if (scope !== undefined) throw new Error('--verify-scope needs --verify-key');
    return undefined;
  }
  const keyId = text('verify-key-id') ?? 'default';
  const key = { key: readFileSync(file, 'utf8'), algorithm: text('verify-algorithm') ?? 'ES256' };
  return { keys: { [keyId]: key }, ...(scope === undefined ? {} : { scope }) };
}

function secretIn(file: string): string {
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}

/** The text of `--help`. */
export function admissionHelp(): string {
  const rows = Object.entries(table).map(([name, option]: [string, OptionText]) => {
    const left = `  --${name} ${option.value}`;
    return `${left.padEnd(36)} ${option.text}${option.preset === undefined ? '' : ` [${option.preset}]`}`;
  });
  return `rdp-admission --bundle FILE|URL [options]

Answers an API server's admission webhooks with the decisions of a policy bundle:
POST /validate and POST /mutate, with an entrypoint behind them or for all.

${rows.join('\n')}
  --help

SIGTERM and SIGINT end it in an orderly way, a second one at once. SIGHUP does nothing: files are watched.
`;
}
