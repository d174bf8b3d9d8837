// The tokens that a provider counted → what a limit counts: whatever stands beside its numbers is added to them.

import type { TokenUsage } from '../contract/index.ts';
import type { Usage } from '../enforce/carry-out.ts';

/** What an answer came to, for `settle`; undefined where the provider said nothing. */
export function billedUsage(usage: TokenUsage | undefined): Usage | undefined {
  if (usage === undefined) return undefined;
  const input = usage.input + usage.more_input;
  const output = usage.output + usage.more_output;
  // A provider that says nothing has counted nothing: zeros are no count.
  return input + output === 0 ? undefined : { input, output, from: 'provider' };
}
