// How the command ends: exit codes, and the two kinds of faults that are told to the user without a stack.

/** 0 fine, 1 the policy or a test is at fault, 2 the call is, 3 we are. */
export const exitCodes = { fine: 0, policy: 1, usage: 2, bug: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The call cannot be carried out: a missing file, an unreadable document, a wrong option. `remedy` says what to do. */
export interface UsageFault {
  readonly fault: 'usage';
  readonly message: string;
  readonly remedy: string | undefined;
}

/** Thrown through a command to its end; only `main` catches it. */
export class CommandFault extends Error {
  readonly detail: UsageFault;
  constructor(detail: UsageFault) {
    super(detail.message);
    this.detail = detail;
  }
}

/** Ends the command with exit code 2. */
export function refuse(message: string, remedy?: string): never {
  throw new CommandFault({ fault: 'usage', message, remedy });
}

/** Ends the command with exit code 2, because the policy at `path` has nothing to compile. */
export function refuseWithoutRules(path: string): never {
  return refuse(
    `no rule in \`${path}\` decides on anything`,
    'write a rule such as `detect Name on Chat.request { … }`',
  );
}

/** What the operating system said, in words: `no such file`, `is a directory`. */
export function causeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is no directory',
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space is left on the disk',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}
