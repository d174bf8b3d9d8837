// Words of a command line → what decisions are carried out with. One table for every program that has a door.

import { readFileSync } from 'node:fs';

import type { OptionText, SaidOptions } from '../server/option-table.ts';
import { inventoryOptionTable, inventoryPlace, type InventoryOption } from '../server/inventory-options.ts';
import { secretIn } from '../server/policy-options.ts';
import type { OutcomeSettings } from './open-outcomes.ts';

/** Their names. */
export type OutcomeOption =
  | 'store'
  | 'store-password'
  | 'store-ca'
  | 'quarantine-file'
  | 'approval-wait'
  | 'admin-port'
  | 'admin-host'
  | 'admin-tokens'
  | 'decision-log'
  | 'decision-log-to'
  | 'decision-log-token'
  | 'decision-log-format'
  | 'audit'
  | InventoryOption
  | 'otlp'
  | 'otlp-headers'
  | 'trace-ratio'
  | 'service-name';

/** Options of outcomes. */
export const outcomeOptionTable: Readonly<Record<OutcomeOption, OptionText>> = {
  store: { value: 'URL', text: 'Valkey or Redis that gateways share; without one each counts for itself (redis://…)' },
  'store-password': { value: 'FILE', text: 'file with its password' },
  'store-ca': { value: 'FILE', text: 'authorities that it may have its certificate of, PEM; with rediss://' },
  'quarantine-file': { value: 'FILE', text: 'where what is in quarantine is kept; with --store it is kept there' },
  'approval-wait': { value: 'SECONDS', text: 'seconds that a call waits for approvers', preset: '300' },
  'admin-port': { value: 'PORT', text: 'port for approvers and for releases from quarantine; none unless given' },
  'admin-host': { value: 'ADDRESS', text: 'address of that port', preset: '127.0.0.1' },
  'admin-tokens': { value: 'FILE', text: 'who may answer there: names, groups and digests of tokens' },
  'decision-log': { value: 'all|notable|none', text: 'decisions that are logged', preset: 'notable' },
  'decision-log-to': {
    value: 'FILE|URL',
    text: 'where to; - is standard output, a URL a service of OPA logs',
    preset: '-',
  },
  'decision-log-token': { value: 'FILE', text: 'file with a bearer token for that service' },
  'decision-log-format': { value: 'rdp|opa', text: 'form of entries in files; services get OPA’s', preset: 'rdp' },
  audit: { value: 'block|drop', text: 'what becomes of a call whose decision cannot be logged', preset: 'drop' },
  ...inventoryOptionTable,
  otlp: { value: 'URL', text: 'OpenTelemetry collector (OTLP over HTTP) for traces and metrics' },
  'otlp-headers': { value: 'FILE', text: 'file with headers for it, a `name: value` a line' },
  'trace-ratio': { value: 'NUMBER', text: 'part of the traces that begin here that are kept, 0 to 1', preset: '1' },
  'service-name': { value: 'NAME', text: 'what traces and logs call this gateway', preset: 'rdp-gateway' },
};

/** Reads them; throws what is wrong with them. */
export function outcomeSettings(said: SaidOptions<OutcomeOption>): OutcomeSettings {
  const { text, number, choice } = said;
  const adminPort = text('admin-port') === undefined ? undefined : number('admin-port', 65_535);
  const tokens = text('admin-tokens');
  if ((adminPort === undefined) !== (tokens === undefined))
    throw new Error('--admin-port and --admin-tokens need each other');
  const store = text('store');
  if (store !== undefined && !/^(redis|valkey)s?:\/\//.test(store))
    throw new Error('--store is no address that begins with redis://, rediss://, valkey:// or valkeys://');
  const authorities = text('store-ca');
  if (authorities !== undefined && !/^(rediss|valkeys):/.test(store ?? ''))
    throw new Error('--store-ca needs a --store that begins with rediss:// or valkeys://');
  const otlp = text('otlp');
  const service = text('service-name') ?? '';
  const logTo = text('decision-log-to') ?? '-';
  const isService = /^https?:\/\//.test(logTo);
  return {
    store: store === undefined ? undefined : withPassword(store, text('store-password')),
    ...(authorities === undefined ? {} : { storeAuthorities: readFileSync(authorities, 'utf8') }),
    quarantineFile: text('quarantine-file'),
    approvalWait: number('approval-wait', 86_400) * 1000,
    admin:
      adminPort === undefined || tokens === undefined
        ? undefined
        : { host: text('admin-host') ?? '127.0.0.1', port: adminPort, tokens: readFileSync(tokens, 'utf8') },
    logged: choice('decision-log', ['all', 'notable', 'none']),
    logTo: isService
      ? { kind: 'service', url: logTo, headers: bearer(text('decision-log-token')) }
      : { kind: 'file', path: logTo, format: choice('decision-log-format', ['rdp', 'opa']) },
    audit: choice('audit', ['block', 'drop']),
    inventory: inventoryPlace(said),
    service,
    traceRatio: number('trace-ratio', 1),
    otlp: otlp === undefined ? undefined : { endpoint: otlp, headers: headersIn(text('otlp-headers')) },
  };
}

function withPassword(url: string, file: string | undefined): string {
  if (file === undefined) return url;
  const address = new URL(url);
  address.password = encodeURIComponent(secretIn(file));
  return address.href;
}

function bearer(file: string | undefined): Readonly<Record<string, string>> {
  return file === undefined ? {} : { authorization: `Bearer ${secretIn(file)}` };
}

function headersIn(file: string | undefined): Readonly<Record<string, string>> {
  if (file === undefined) return {};
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined)
        throw new Error(`\`${file}\` has a line that is no \`name: value\``);
      return [name.toLowerCase(), value];
    }),
  );
}
