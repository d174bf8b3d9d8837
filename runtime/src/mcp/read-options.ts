// Words of a command line → options of `rdp-mcp`, or what is wrong with them.

import { userInfo } from 'node:os';
import type { EnforcerOptions } from '../enforce/enforcer.ts';
import { reasonOf } from '../load/problem.ts';
import { outcomeOptionTable, outcomeSettings } from '../outcomes/outcome-options.ts';
import type { OutcomeSettings } from '../outcomes/open-outcomes.ts';
import { optionLines, readOptions, type OptionTable } from '../server/option-table.ts';
import { policyOptionTable, policySettings } from '../server/policy-options.ts';
import { standardError } from '../telemetry/write-all.ts';

/** What a call asks for. */
export type McpCall =
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }
  | {
      readonly kind: 'relay';
      readonly policy: Pick<EnforcerOptions, 'source' | 'verification' | 'hashKey'>;
      readonly outcomes: OutcomeSettings;
      readonly server: string;
      /** Name of the surface, full or short; where none is said, the one that lists the server. */
      readonly surface: string | undefined;
      readonly subject: string;
      /** Bytes of one message. */
      readonly limit: number;
      readonly command: readonly string[];
    };

/** Every option; the help is made of the same table. */
const table = {
  server: { value: 'NAME', text: 'the server, as the policy lists it (required)' },
  surface: { value: 'NAME', text: 'the surface that it is of, where several list it' },
  subject: { value: 'TEXT', text: 'who calls; the user of this machine unless said' },
  'message-limit': { value: 'MIB', text: 'mebibytes of one message', preset: '16' },
  ...policyOptionTable,
  ...outcomeOptionTable,
  'decision-log-to': { value: 'FILE|URL', text: 'where decisions are logged to; - is standard error', preset: '-' },
} as const satisfies OptionTable;

/** Reads the words behind the name of the program. Behind `--` stands the server's command. */
export function readMcpCall(words: readonly string[]): McpCall {
  const end = words.indexOf('--');
  const command = end < 0 ? [] : words.slice(end + 1);
  try {
    const said = readOptions(table, end < 0 ? words : words.slice(0, end));
    if (said === 'help') return { kind: 'help' };
    const server = said.text('server');
    if (server === undefined || server === '') throw new Error('--server is missing');
    if (command.length === 0) throw new Error('say behind `--` which command starts the server');
    const outcomes = outcomeSettings(said);
    const { logTo } = outcomes;
    return {
      kind: 'relay',
      policy: policySettings(said),
      // Standard output is the client's.
      outcomes: {
        ...outcomes,
        logTo: logTo.kind === 'file' && logTo.path === '-' ? { ...logTo, path: standardError } : logTo,
      },
      server,
      surface: said.text('surface'),
      subject: said.text('subject') ?? userInfo().username,
      limit: said.number('message-limit', 1024) * 1024 * 1024,
      command,
    };
  } catch (error) {
    return { kind: 'fault', message: reasonOf(error) };
  }
}

/** The text of `--help`. */
export function mcpHelp(): string {
  return `rdp-mcp --bundle FILE|URL --server NAME [options] -- COMMAND [ARGUMENT…]

Starts an MCP server that speaks over standard input and output, and stands between it and the client:
calls, results and descriptions of tools are decided on by a policy bundle.

${optionLines(table)}
  --help
`;
}
