// Words of a command line → options of the admission server, or what is wrong with them.

import { reasonOf } from '../load/problem.ts';
import { optionLines, readOptions, type OptionTable } from '../server/option-table.ts';
import { policyOptionTable, policySettings } from '../server/policy-options.ts';
import { servingOptionTable, servingSettings } from '../server/serving-options.ts';
import type { DrainTimes } from '../server/start-and-drain.ts';
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
      readonly drain: DrainTimes;
    };

const mebibyte = 1024 * 1024;

/** Every option; the help is made of the same table. */
const table = {
  ...policyOptionTable,
  entrypoint: { value: 'NAME', text: 'decide with this entrypoint alone; may be repeated', many: true },
  'tls-cert': { value: 'FILE', text: 'certificate chain, PEM', preset: '/etc/rdp/tls/tls.crt' },
  'tls-key': { value: 'FILE', text: 'its key, PEM', preset: '/etc/rdp/tls/tls.key' },
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
  ...servingOptionTable,
} as const satisfies OptionTable;

/** Reads the words behind the name of the program. */
export function readAdmissionCall(words: readonly string[]): AdmissionCall {
  try {
    return readCall(words);
  } catch (error) {
    return { kind: 'fault', message: reasonOf(error) };
  }
}

function readCall(words: readonly string[]): AdmissionCall {
  const said = readOptions(table, words);
  if (said === 'help') return { kind: 'help' };
  const { text, list, number, choice } = said;
  const policy = policySettings(said);
  const { clientAuthority, clients, logPath, drain } = servingSettings(said);
  return {
    kind: 'serve',
    logPath,
    drain,
    options: {
      ...policy,
      entrypoints: list('entrypoint'),
      policy: {
        failure: choice('failure-policy', ['fail', 'ignore']),
        exempt: new Set(list('exempt-namespace')),
      },
      certificates: {
        certificate: text('tls-cert') ?? '',
        key: text('tls-key') ?? '',
        ...(clientAuthority === undefined ? {} : { clientAuthority }),
      },
      clients,
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

/** The text of `--help`. */
export function admissionHelp(): string {
  return `rdp-admission --bundle FILE|URL [options]

Answers an API server's admission webhooks with the decisions of a policy bundle:
POST /validate and POST /mutate, with an entrypoint behind them or for all.

${optionLines(table)}
  --help

SIGTERM and SIGINT end it in an orderly way, a second one at once. SIGHUP does nothing: files are watched.
`;
}
