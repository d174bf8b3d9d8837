// The grammar of names, strings, templates, types and lists: what all other rules are made of.

import type { ParserMethod } from 'chevrotain';
import type * as ast from './ast.ts';
import { stringLiteral } from './literals.ts';
import { SyntaxParser } from './parse-support.ts';
import * as t from './tokens.ts';

/** A template whose holes are still text; `parse` fills `parts` when the block is read. */
export interface PendingTemplate {
  readonly image: string;
  readonly start: number;
  readonly parts: ast.TemplatePart[];
}

/** Rules without expressions; `ExpressionParser` goes on from here. */
export class TypeParser extends SyntaxParser {
  templates: PendingTemplate[] = [];

  readonly qualifiedName: ParserMethod<[], ast.QualifiedName> = this.RULE('qualifiedName', (): ast.QualifiedName => {
    const start = this.startOfNext();
    const parts = [this.nameOf(this.CONSUME(t.Name))];
    this.MANY(() => {
      this.CONSUME(t.Dot);
      parts.push(this.nameOf(this.CONSUME2(t.Word)));
    });
    return { ...this.nodeFrom(start), parts };
  });

  /** The name of a rule; `baseline.HostPorts` for one of an applied pack, as one text. */
  readonly ruleName: ParserMethod<[], ast.Name> = this.RULE('ruleName', (): ast.Name => {
    const name = this.SUBRULE(this.qualifiedName);
    return this.ACTION(() => ({
      start: name.start,
      end: name.end,
      text: name.parts.map(({ text }) => text).join('.'),
    }));
  });

  readonly qualifiedNames: ParserMethod<[], readonly ast.QualifiedName[]> = this.RULE(
    'qualifiedNames',
    (): readonly ast.QualifiedName[] => {
      const names = [this.SUBRULE(this.qualifiedName)];
      this.MANY(() => {
        this.CONSUME(t.Comma);
        names.push(this.SUBRULE2(this.qualifiedName));
      });
      return names;
    },
  );

  readonly stringNode: ParserMethod<[], ast.StringLiteral> = this.RULE('stringNode', (): ast.StringLiteral => {
    const token = this.CONSUME(t.StringToken);
    return this.ACTION(() => stringLiteral(token));
  });

  /** `["a", "b"]` */
  readonly stringList: ParserMethod<[], readonly ast.StringLiteral[]> = this.RULE(
    'stringList',
    (): readonly ast.StringLiteral[] => {
      const strings: ast.StringLiteral[] = [];
      this.CONSUME(t.LeftBracket);
      this.MANY(() => {
        strings.push(this.SUBRULE(this.stringNode));
        this.separator();
      });
      this.unexpected('a string or `]`');
      this.CONSUME(t.RightBracket);
      return strings;
    },
  );

  readonly template: ParserMethod<[], ast.Template> = this.RULE('template', (): ast.Template => {
    const token = this.CONSUME(t.StringToken);
    const parts: ast.TemplatePart[] = [];
    this.ACTION(() => this.templates.push({ image: token.image, start: token.startOffset, parts }));
    const name = this.nameOf(token);
    return { start: name.start, end: name.end, raw: token.image, parts };
  });

  // -------------------------------------------------------------- types

  readonly typeExpr: ParserMethod<[], ast.TypeExpr> = this.RULE('typeExpr', (): ast.TypeExpr => {
    const start = this.startOfNext();
    const hole = (): ast.TypeExpr => ({ kind: 'hole', ...this.nodeFrom(start) });
    let type = this.nested(() => this.typeOperand(start, hole), hole);
    this.MANY(() => {
      this.CONSUME(t.Question);
      type = { kind: 'optional', of: type, ...this.nodeFrom(start) };
    });
    return type;
  });

  private typeOperand(start: number, hole: () => ast.TypeExpr): ast.TypeExpr {
    return this.OR([
      {
        GATE: () => this.LA(2).tokenType === t.LeftBracket || this.nameFollows(),
        ALT: (): ast.TypeExpr => {
          this.CONSUME(t.Sensitive);
          const of = this.SUBRULE(this.typeExpr);
          return { kind: 'sensitive', of, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.TypeExpr => {
          this.CONSUME(t.LeftBracket);
          const of = this.SUBRULE2(this.typeExpr);
          this.CONSUME(t.RightBracket);
          return { kind: 'list', of, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.TypeExpr => {
          const name = this.SUBRULE(this.qualifiedName);
          const args: ast.TypeExpr[] = [];
          this.OPTION(() => {
            this.CONSUME(t.Less);
            args.push(this.SUBRULE3(this.typeExpr));
            this.MANY2(() => {
              this.CONSUME(t.Comma);
              args.push(this.SUBRULE4(this.typeExpr));
            });
            this.CONSUME(t.Greater);
          });
          return { kind: 'named', name, args, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.TypeExpr => {
          this.report('a type');
          return hole();
        },
      },
    ]);
  }

  /** After `sensitive`: a type's name on the same line, rather than the next field. */
  private nameFollows(): boolean {
    const next = this.LA(2);
    return next.tokenType.CATEGORIES?.includes(t.Word) === true && this.LA(3).tokenType !== t.Colon;
  }

  // -------------------------------------------------------------- lists

  protected atCloser(): boolean {
    const type = this.LA(1).tokenType;
    return type === t.RightParen || type === t.RightBracket || type === t.RightBrace || this.atEnd();
  }

  /** The comma between two items; one after the last is allowed. */
  protected separator(): void {
    this.OPTION9(() => this.CONSUME9(t.Comma));
    this.ACTION(() => {
      if (this.LA(0).tokenType !== t.Comma && !this.atCloser()) {
        this.report('`,` or the end of the list');
        this.skipUntil((token) => token.tokenType === t.Comma);
      }
    });
  }

  /** Reads over what is left ahead of a closing bracket, and says what was expected instead. */
  protected unexpected(expected: string): void {
    this.ACTION(() => {
      if (this.atCloser()) return;
      this.report(expected);
      this.skipUntil(() => false);
    });
  }
}
