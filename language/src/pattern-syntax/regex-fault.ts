// What can be wrong with a regular expression, with the place of the fault in it.

/** A pattern that is none. `at` and `end` are UTF-16 offsets into the pattern. */
export interface RegexFault {
  readonly kind: 'invalid-pattern' | 'pattern-too-large';
  /** One line, without a full stop. */
  readonly message: string;
  readonly at: number;
  readonly end: number;
}

/** Raised inside the parser; it never leaves this folder. */
export class RegexSyntaxError extends Error {
  readonly fault: RegexFault;
  constructor(fault: RegexFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Ends the parse. */
export function refuse(message: string, at: number, end: number): never {
  throw new RegexSyntaxError({ kind: 'invalid-pattern', message, at, end });
}
