// The ground on which the grammar stands: chevrotain's parser with our way to recover. A token that is missing is
// always invented (never deleted, never resynchronised by chevrotain), so every rule returns a whole node; what is left
// over is skipped where lists of clauses and fields repeat. Only the first fault of a place is kept.
// INVARIANT: inserted tokens have no width, so that nodes never cover text that they did not read.

import { EmbeddedActionsParser, EOF, type IToken, MismatchedTokenException, type TokenType } from 'chevrotain';
import type * as ast from './ast.ts';
import { isClosing, isOpening } from './token-kinds.ts';
import { makeToken } from './lex.ts';
import { type Deciding, loadDecisions } from './lookahead.ts';
import * as t from './tokens.ts';
import { type Token, tokenEnd } from './tokens.ts';

/** How deep brackets, types and conditions may nest. */
export const depthLimit = 250;

/** How many faults one block can have; text that is no policy at all has one a token. */
const faultLimit = 100;

/** A place where the grammar was not met; `parse` makes diagnostics of them. */
export interface SyntaxFault {
  readonly expected: string;
  readonly token: IToken;
  readonly previous: IToken;
}

const settings = {
  // Switched on by `recover`: until then chevrotain's ways to resynchronise are not set up, which we do not use.
  recoveryEnabled: false,
  maxLookahead: 1,
  // The grammar's tests run with validation; users do not pay for it at each start.
  skipValidations: true,
  nodeLocationTracking: 'none' as const,
  errorMessageProvider: {
    buildMismatchTokenMessage: (options: { readonly expected: TokenType }): string =>
      options.expected.LABEL ?? options.expected.name,
    buildNotAllInputParsedMessage: (): string => 'the end of the declaration',
    buildNoViableAltMessage: (options: { readonly customUserDescription?: string }): string =>
      options.customUserDescription ?? 'something else',
    buildEarlyExitMessage: (options: { readonly customUserDescription?: string }): string =>
      options.customUserDescription ?? 'something else',
  },
};

/** What all rules use. `Base` knows nothing of the grammar. */
export class SyntaxParser extends EmbeddedActionsParser {
  /** Offset at which the block starts, for nodes made before any token was read. */
  protected base = 0;
  protected depth = 0;
  private reported = 0;
  /** The first token at which the nesting went too deep. */
  tooDeepAt: IToken | undefined;

  constructor() {
    super(t.vocabulary, settings);
  }

  /** Starts on a new block. */
  begin(input: Token[], base: number): void {
    this.input = input;
    this.base = base;
    this.depth = 0;
    this.reported = 0;
    this.tooDeepAt = undefined;
  }

  /** The faults of the block, in the order in which they were met. */
  faults(): readonly SyntaxFault[] {
    const faults: SyntaxFault[] = [];
    for (const error of this.errors) {
      // Chevrotain adds one of another kind for text that is left over, which `leftOver` has reported already.
      if (!(error instanceof MismatchedTokenException)) continue;
      faults.push({ expected: error.message, token: error.token, previous: error.previousToken });
    }
    return faults;
  }

  // -------------------------------------------------------------- recovery

  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }

  /** Chevrotain would insert only what the follow set allows; we always do. Overrides a member its types do not show. */
  protected canRecoverWithSingleTokenInsertion(): boolean {
    return true;
  }

  /** Decides by the tables that `npm run gen` makes of the grammar. Run it whenever a rule has changed. */
  protected override performSelfAnalysis(): void {
    loadDecisions(this as unknown as Deciding, t.vocabulary); // members that chevrotain's types do not show
  }

  /** Readies the grammar, and has missing tokens inserted from then on. The last constructor calls it. */
  protected recover(): void {
    this.performSelfAnalysis();
    // Chevrotain's types do not show this field of the parser.
    (this as unknown as { recoveryEnabled: boolean }).recoveryEnabled = true;
  }

  /** Asked only for the decision above; walking the grammar for it would be wasted. */
  protected getFollowsForInRuleRecovery(): TokenType[] {
    return [];
  }

  protected override getTokenToInsert(type: TokenType): IToken {
    const at = this.endOfPrevious();
    return { ...makeToken(type, '', at, false), endOffset: at - 1, isInsertedInRecovery: true };
  }

  /** Says that something else was expected at the next token, and reads nothing. */
  protected report(expected: string): void {
    this.ACTION(() => {
      if (++this.reported > faultLimit) return;
      const error = new MismatchedTokenException(expected, this.LA(1), this.LA(0));
      this.errors = [...this.errors, error];
    });
  }

  /** Reads on until `stop` says so at bracket depth zero, or the enclosing bracket closes, or the block ends. */
  protected skipUntil(stop: (token: IToken) => boolean): void {
    this.ACTION(() => {
      let depth = 0;
      for (let token = this.LA(1); !this.atEnd(); token = this.LA(1)) {
        if (depth === 0 && (isClosing(token.tokenType) || stop(token))) return;
        if (isOpening(token.tokenType)) depth++;
        else if (isClosing(token.tokenType)) depth--;
        this.readToken();
      }
    });
  }

  private readToken(): void {
    // SKIP_TOKEN does not pass the last token; this member does. Chevrotain's types do not show it.
    (this as unknown as { consumeToken: () => void }).consumeToken();
  }

  // -------------------------------------------------------------- places

  protected atEnd(): boolean {
    return this.LA(1).tokenType === EOF;
  }

  /** The next token is on the line on which the one before it ended. */
  protected onSameLine(): boolean {
    return !(this.LA(1) as Token).lineStart; // all tokens but the end marker are made by our lexer
  }

  /** Where the next node starts. */
  protected startOfNext(): number {
    return this.atEnd() ? this.endOfPrevious() : this.LA(1).startOffset;
  }

  protected endOfPrevious(): number {
    const previous = this.LA(0);
    return previous.tokenType === EOF ? this.base : tokenEnd(previous);
  }

  /** The range from `start` to the last token read. */
  protected nodeFrom(start: number): ast.Node {
    return { start, end: Math.max(start, this.endOfPrevious()) };
  }

  protected nameOf(token: IToken): ast.Name {
    return { start: token.startOffset, end: tokenEnd(token), text: nameText(token) };
  }

  /** Runs `inner` one level deeper, or gives `fallback` past the limit. */
  protected nested<T>(inner: () => T, fallback: () => T): T {
    if (this.depth >= depthLimit) {
      return this.ACTION(() => {
        this.tooDeepAt ??= this.LA(1);
        this.skipUntil((token) => token.tokenType === t.Comma);
        return fallback();
      });
    }
    this.depth++;
    const result = inner();
    this.depth--;
    return result;
  }
}

function nameText(token: IToken): string {
  return token.tokenType === t.QuotedName ? token.image.replaceAll('`', '') : token.image;
}
