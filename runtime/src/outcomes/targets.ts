// What is known of a call → the texts that quarantine compares. A target is the text that a rule gave, without saying what it is the
// name of; whatever of a call has that name is held.

import type { CallContext } from '../enforce/carry-out.ts';

/** Every name of who calls and of what is called; what is unknown is left out. */
export function targetsOf({ client, call }: Pick<CallContext, 'client' | 'call'>): readonly string[] {
  const { host, provider, model, server, tool, session } = call;
  return [
    client.workload,
    client.id,
    client.subject,
    client.ip,
    host,
    provider,
    model,
    server,
    tool,
    session,
    joined(provider, model),
    joined(server, tool),
  ].filter((target): target is string => target !== undefined && target !== '');
}

/** `openai/gpt-5.2`, `crm/get_order`. */
function joined(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || second === undefined ? undefined : `${first}/${second}`;
}
