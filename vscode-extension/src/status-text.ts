// What the status bar says, from a few facts.

/** How the server does. */
export type ServerState = 'starting' | 'running' | 'stopped';

/** What there is to say. */
export interface StatusFacts {
  readonly state: ServerState;
  readonly errors: number;
  readonly warnings: number;
  readonly tests: number;
}

/** Text with an icon of VS Code's, and what stands above it on hover. */
export function statusText({ state, errors, warnings, tests }: StatusFacts): {
  readonly text: string;
  readonly tooltip: string;
} {
  if (state === 'starting') return { text: '$(sync~spin) rdp', tooltip: 'rdp: the language server starts' };
  if (state === 'stopped') return { text: '$(error) rdp', tooltip: 'rdp: the language server does not run' };
  const counts = [plural(errors, 'error'), plural(warnings, 'warning'), plural(tests, 'test')].filter(
    (text) => text !== undefined,
  );
  const tooltip = counts.length === 0 ? 'rdp: nothing is wrong' : `rdp: ${counts.join(', ')}`;
  if (errors > 0) return { text: `$(error) rdp ${errors}`, tooltip };
  return { text: warnings > 0 ? `$(warning) rdp ${warnings}` : '$(shield) rdp', tooltip };
}

function plural(count: number, word: string): string | undefined {
  return count === 0 ? undefined : `${count} ${word}${count === 1 ? '' : 's'}`;
}
