// The options that every server of ours has: who may connect, where the log goes, and how it ends.

import type { OptionText, SaidOptions } from './option-table.ts';
import type { Clients } from './listen.ts';
import type { DrainTimes } from './start-and-drain.ts';

type ServingOption = 'client-ca' | 'client-name' | 'log-file' | 'drain-delay' | 'drain-timeout';

/** Their table. */
export const servingOptionTable: Readonly<Record<ServingOption, OptionText>> = {
  'client-ca': { value: 'FILE', text: 'demand a client certificate that one of these authorities has signed' },
  'client-name': { value: 'NAME', text: 'common or DNS name that it must have; may be repeated', many: true },
  'log-file': { value: 'FILE', text: 'where the log goes; - is standard output', preset: '-' },
  'drain-delay': { value: 'SECONDS', text: 'seconds between not being ready and taking no connections', preset: '5' },
  'drain-timeout': { value: 'SECONDS', text: 'seconds for what is pending then', preset: '20' },
};

/** What was said of them. Throws what is wrong with it. */
export function servingSettings({ text, list, number }: SaidOptions<ServingOption>): {
  /** File of the authorities. */
  readonly clientAuthority: string | undefined;
  readonly clients: Clients;
  readonly logPath: string;
  readonly drain: DrainTimes;
} {
  const clientAuthority = text('client-ca');
  const names = list('client-name');
  if (clientAuthority === undefined && names.length > 0) throw new Error('--client-name needs --client-ca');
  return {
    clientAuthority,
    clients: clientAuthority === undefined ? { kind: 'any' } : { kind: 'certified', names },
    logPath: text('log-file') ?? '-',
    drain: { delay: number('drain-delay', 86_400) * 1000, patience: number('drain-timeout', 86_400) * 1000 },
  };
}
