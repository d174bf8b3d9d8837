// Session fixation as a policy on HTTP says it: an identifier of a session where anyone may write it, in a request that no page
// of the host itself sent. What a pattern alone cannot tell, since the sign is the same and only the referer differs.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { loadProject } from '../../../src/cli/decide-project.ts';
import type { RecordedRequest } from './request-texts.ts';

const policy = `package fixation
import std.attack
surface Service: api {}
detect Fixation on Service.request {
  severity medium
  when !attack.same_host(headers[?"referer"], host)
  find attack.session_fixation in headers["text"]
}`;

/** What tells whether `text` of a request is a session fixed by someone else. */
export interface FixationPolicy {
  readonly flags: (request: RecordedRequest, text: string) => boolean;
  readonly close: () => void;
}

/** Compiles the policy; throws when it has a fault. */
export async function createFixationPolicy(): Promise<FixationPolicy> {
  const file = { path: 'fixation.rdp', text: policy };
  const { programs, diagnostics } = checkProgram({ files: [file], documents: new Map(), std: stdFiles });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  const { enforcer } = await loadProject(programs, '.');
  return {
    flags: (request, text) => {
      const header = (name: string): string | undefined => {
        const found = Object.entries(request.headers ?? {}).find(([key]) => key.toLowerCase() === name);
        return found && String(found[1]);
      };
      const referer = header('referer');
      const { findings = [] } = enforcer.decide('fixation/Service/request', {
        method: request.method ?? 'GET',
        path: '/',
        host: header('host') ?? '',
        headers: { text, ...(referer === undefined ? {} : { referer }) },
      });
      return findings.length > 0;
    },
    close: () => enforcer.close(),
  };
}
