// The words of rules that are no names of a policy: modes and severities.

/** What a rule that fires does: nothing, warn, or what it says. */
export const modes = ['observe', 'warn', 'enforce'] as const;

/** How bad a finding is. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;

/** What becomes of an event that a limit cannot count. */
export const failures = ['block', 'allow'] as const;
