// Commands that code lenses carry: editors bind them to what they can do. Names and arguments stand here, because the server, the
// extension and the playground need the same.

/** The name of each command. */
export const commands = {
  /** Runs one test, or the examples of a pattern: `TestArgument`. */
  runTest: 'rdp.runTest',
  /** Decides on an input for the rule's event, and shows why: `EventArgument`. */
  evaluate: 'rdp.evaluate',
  /** Shows the places that name something: `ReferencesArgument`. */
  showReferences: 'rdp.showReferences',
  /** Shows which rules are against which threats: no argument. */
  showCoverage: 'rdp.showCoverage',
  /** Shows who enforces what, and where: no argument. */
  openReport: 'rdp.openReport',
} as const;
export type CommandName = (typeof commands)[keyof typeof commands];

/** A place as the protocol writes it: lines and characters from 0. */
interface Position {
  readonly line: number;
  readonly character: number;
}
interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** The one argument of `rdp.runTest`. */
export interface TestArgument {
  /** As `rdp/tests` and `rdp/runTests` name it. */
  readonly id: string;
  readonly uri: string;
  /** The title of the test, or the name of the pattern. */
  readonly name: string;
  readonly range: Range;
}

/** The one argument of `rdp.evaluate`. */
export interface EventArgument {
  readonly uri: string;
  /** `Chat.request` */
  readonly event: string;
  /** `shop/checkout/Chat/request` */
  readonly entrypoint: string;
  /** The rule whose lens it is. */
  readonly rule: string;
}

/** The one argument of `rdp.showReferences`. */
export interface ReferencesArgument {
  readonly uri: string;
  readonly position: Position;
  readonly locations: readonly { readonly uri: string; readonly range: Range }[];
}
