// The grammar of expressions. Operators are read as a flat run and folded by precedence
// (CEL's, with `??` looser than `||`), so that one level of nesting costs two rules. Statements are in `parse-clauses`.

import type { IToken, ParserMethod } from 'chevrotain';
import type * as ast from './ast.ts';
import { bytesLiteral, durationLiteral, numberLiteral, regexLiteral, stringLiteral } from './literals.ts';
import { foldOperators, mixedWithCoalescing, type OperatorStep } from './operators.ts';
import { TypeParser } from './parse-types.ts';
import * as t from './tokens.ts';

/** Values of settings take no brackets after a name: `servers ["a"]` is a name and a list. */
export type OperandStyle = 'expression' | 'setting';

export class ExpressionParser extends TypeParser {
  /** `{ a: 1 }` is an object with the key "a" where JSON is written, and a CEL map elsewhere. */
  protected braces: 'object' | 'map' = 'map';
  /** The amount of a limit is being read. */
  protected unitNeeded = false;
  /** `??` tokens that stand beside `||` or `&&` without parentheses. */
  ambiguous: IToken[] = [];

  override begin(input: t.Token[], base: number): void {
    super.begin(input, base);
    this.unitNeeded = false;
  }

  // -------------------------------------------------------------- expressions

  readonly expression: ParserMethod<[], ast.Expr> = this.RULE('expression', (): ast.Expr => {
    const start = this.startOfNext();
    return this.nested(
      () => this.conditional(start),
      (): ast.Expr => ({ kind: 'hole', ...this.nodeFrom(start) }),
    );
  });

  private conditional(start: number): ast.Expr {
    const first = this.SUBRULE(this.operand, { ARGS: ['expression'] });
    const steps: OperatorStep[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const token = this.CONSUME(t.BinaryOperator);
            steps.push({ kind: 'operand', token, operand: this.SUBRULE2(this.operand, { ARGS: ['expression'] }) });
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Is);
            steps.push({ kind: 'is', type: this.SUBRULE(this.qualifiedName) });
          },
        },
      ]);
    });
    const condition = this.ACTION(() => {
      const mixed = mixedWithCoalescing(steps);
      if (mixed !== undefined) this.ambiguous.push(mixed);
      return foldOperators(first, steps);
    });
    let result = condition;
    this.OPTION(() => {
      this.CONSUME(t.Question);
      const then = this.SUBRULE(this.expression);
      this.CONSUME(t.Colon);
      const otherwise = this.SUBRULE2(this.expression);
      // oxlint-disable-next-line unicorn/no-thenable -- the tree's word; no one awaits a node
      result = { kind: 'conditional', condition, then, else: otherwise, ...this.nodeFrom(start) };
    });
    return result;
  }

  /** A value with what stands directly ahead of it and after it: `!a`, `-1`, `a.b(c)[d]`. */
  readonly operand: ParserMethod<[OperandStyle], ast.Expr> = this.RULE('operand', (style: OperandStyle): ast.Expr => {
    const signs: IToken[] = [];
    this.MANY(() => {
      this.OR([{ ALT: () => signs.push(this.CONSUME(t.Bang)) }, { ALT: () => signs.push(this.CONSUME(t.Minus)) }]);
    });
    const start = this.startOfNext();
    let value = this.primary();
    this.MANY2({
      GATE: () => this.mayFollow(value, style),
      DEF: () => {
        value = this.postfix(value, start);
      },
    });
    return this.ACTION(() => {
      for (const sign of signs.toReversed()) {
        const operator = sign.tokenType === t.Bang ? '!' : '-';
        value = { kind: 'unary', operator, operand: value, ...this.nodeFrom(sign.startOffset) };
      }
      return value;
    });
  });

  private mayFollow(value: ast.Expr, style: OperandStyle): boolean {
    const next = this.LA(1).tokenType;
    if (next === t.Dot || next === t.QuestionDot) return true;
    if (style === 'setting') return false;
    if (next === t.LeftParen) return value.kind === 'name' || value.kind === 'member';
    if (next === t.LeftBrace) return constructorName(value) !== undefined;
    return true;
  }

  private postfix(of: ast.Expr, start: number): ast.Expr {
    return this.OR2([
      {
        ALT: (): ast.Expr => {
          this.CONSUME(t.Dot);
          const name = this.nameOf(this.CONSUME(t.Word));
          return { kind: 'member', of, name, optional: false, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          this.CONSUME(t.QuestionDot);
          const name = this.nameOf(this.CONSUME2(t.Word));
          return { kind: 'member', of, name, optional: true, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          this.CONSUME(t.LeftBracket);
          const result = this.indexAfter(of);
          this.CONSUME(t.RightBracket);
          return { ...result, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          const args = this.SUBRULE(this.callArguments);
          return { kind: 'call', callee: of, args, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          const fields = this.SUBRULE(this.recordFields);
          const type = this.ACTION(() => constructorName(of)) ?? { start, end: start, parts: [] };
          return { kind: 'construct', type, fields, ...this.nodeFrom(start) };
        },
      },
    ]);
  }

  private indexAfter(of: ast.Expr): ast.Expr {
    const start = this.startOfNext();
    return this.OR3([
      {
        GATE: () => this.LA(2).tokenType === t.RightBracket,
        ALT: (): ast.Expr => {
          this.CONSUME(t.Star);
          return { kind: 'each', of, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          let optional = false;
          this.OPTION(() => {
            this.CONSUME(t.Question);
            optional = true;
          });
          const index = this.SUBRULE(this.expression);
          return { kind: 'index', of, index, optional, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          this.report('an expression');
          return {
            kind: 'index',
            of,
            index: { kind: 'hole', ...this.nodeFrom(start) },
            optional: false,
            ...this.nodeFrom(start),
          };
        },
      },
    ]);
  }

  /** `(a, b)` */
  readonly callArguments: ParserMethod<[], readonly ast.Expr[]> = this.RULE(
    'callArguments',
    (): readonly ast.Expr[] => {
      const args: ast.Expr[] = [];
      this.CONSUME(t.LeftParen);
      this.MANY({
        GATE: () => !this.atCloser(),
        DEF: () => {
          args.push(this.SUBRULE(this.expression));
          this.separator();
        },
      });
      this.unexpected('`,` or `)`');
      this.CONSUME(t.RightParen);
      return args;
    },
  );

  private primary(): ast.Expr {
    const start = this.startOfNext();
    return this.OR4([
      { ALT: (): ast.Expr => this.SUBRULE(this.number) },
      { ALT: (): ast.Expr => this.token(this.CONSUME(t.DurationLiteral), durationLiteral) },
      { ALT: (): ast.Expr => this.token(this.CONSUME(t.StringToken), stringLiteral) },
      { ALT: (): ast.Expr => this.token(this.CONSUME(t.BytesToken), bytesLiteral) },
      { ALT: (): ast.Expr => this.token(this.CONSUME(t.RegexToken), regexLiteral) },
      { ALT: (): ast.Expr => (this.CONSUME(t.True), { kind: 'bool', value: true, ...this.nodeFrom(start) }) },
      { ALT: (): ast.Expr => (this.CONSUME(t.False), { kind: 'bool', value: false, ...this.nodeFrom(start) }) },
      { ALT: (): ast.Expr => (this.CONSUME(t.Null), { kind: 'null', ...this.nodeFrom(start) }) },
      { ALT: (): ast.Expr => (this.CONSUME(t.None), { kind: 'none', ...this.nodeFrom(start) }) },
      {
        ALT: (): ast.Expr => {
          const name = this.nameOf(this.CONSUME(t.Name));
          return { kind: 'name', name, rooted: false, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          this.CONSUME3(t.Dot);
          const name = this.nameOf(this.CONSUME2(t.Name));
          return { kind: 'name', name, rooted: true, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expr => {
          this.CONSUME3(t.LeftParen);
          const of = this.SUBRULE3(this.expression);
          this.unexpected('`)`');
          this.CONSUME3(t.RightParen);
          return { kind: 'paren', of, ...this.nodeFrom(start) };
        },
      },
      { ALT: (): ast.Expr => this.SUBRULE(this.list) },
      {
        ALT: (): ast.Expr =>
          this.braces === 'object' ? this.SUBRULE(this.objectLiteral) : this.SUBRULE(this.mapLiteral),
      },
      {
        ALT: (): ast.Expr => {
          this.report('an expression');
          return { kind: 'hole', ...this.nodeFrom(start) };
        },
      },
    ]);
  }

  protected token<T>(token: IToken, make: (token: IToken) => T): T {
    return this.ACTION(() => make(token));
  }

  /** The next word is a unit, or, where an amount needs one, another name that stands for none. */
  private atUnit(): boolean {
    const { image, tokenType } = this.LA(1);
    return t.unitWords.has(image) || (this.unitNeeded && tokenType === t.Name);
  }

  /** A number, with its unit when one follows on the line. */
  readonly number: ParserMethod<[], ast.LiteralExpr> = this.RULE('number', (): ast.LiteralExpr => {
    const start = this.startOfNext();
    const token = this.OR([
      { ALT: () => this.CONSUME(t.IntLiteral) },
      { ALT: () => this.CONSUME(t.UintLiteral) },
      { ALT: () => this.CONSUME(t.FloatLiteral) },
    ]);
    const amount = this.ACTION(() => numberLiteral(token));
    let result = amount;
    this.OPTION({
      GATE: () => this.onSameLine() && this.atUnit(),
      DEF: () => {
        const unit = this.nameOf(this.CONSUME(t.Name));
        result = { kind: 'quantity', amount, unit, ...this.nodeFrom(start) };
      },
    });
    return result;
  });

  /** `[a, ?b]` */
  readonly list: ParserMethod<[], ast.Expr> = this.RULE('list', (): ast.Expr => {
    const start = this.startOfNext();
    const items: ast.Expr[] = [];
    const optionals: number[] = [];
    this.CONSUME(t.LeftBracket);
    this.MANY({
      GATE: () => !this.atCloser(),
      DEF: () => {
        this.OPTION(() => {
          this.CONSUME(t.Question);
          optionals.push(items.length);
        });
        items.push(this.SUBRULE(this.expression));
        this.separator();
      },
    });
    this.unexpected('`,` or `]`');
    this.CONSUME(t.RightBracket);
    return { kind: 'list', items, optionals, ...this.nodeFrom(start) };
  });

  /** `{key: value, ?key: value}`, CEL's map. */
  readonly mapLiteral: ParserMethod<[], ast.Expr> = this.RULE('mapLiteral', (): ast.Expr => {
    const start = this.startOfNext();
    const entries: { key: ast.Expr; value: ast.Expr; optional: boolean }[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY({
      GATE: () => !this.atCloser(),
      DEF: () => {
        let optional = false;
        this.OPTION(() => {
          this.CONSUME(t.Question);
          optional = true;
        });
        const key = this.SUBRULE(this.expression);
        this.CONSUME(t.Colon);
        const value = this.SUBRULE2(this.expression);
        entries.push({ key, value, optional });
        this.separator();
      },
    });
    this.unexpected('`,` or `}`');
    this.CONSUME(t.RightBrace);
    return { kind: 'map', entries, ...this.nodeFrom(start) };
  });

  /** JSON with names as keys, all the way down. */
  readonly objectLiteral: ParserMethod<[], ast.ObjectLiteral> = this.RULE('objectLiteral', (): ast.ObjectLiteral => {
    const start = this.startOfNext();
    const before = this.braces;
    this.braces = 'object';
    const fields = this.SUBRULE(this.recordFields);
    this.braces = before;
    return { kind: 'object', fields, ...this.nodeFrom(start) };
  });

  /** `{ name: value, "other": value }`; commas may be left out. */
  readonly recordFields: ParserMethod<[], readonly ast.FieldValue[]> = this.RULE(
    'recordFields',
    (): readonly ast.FieldValue[] => {
      const fields: ast.FieldValue[] = [];
      this.CONSUME(t.LeftBrace);
      this.MANY(() => {
        const start = this.startOfNext();
        const name = this.OR([
          { ALT: () => this.nameOf(this.CONSUME(t.Word)) },
          { ALT: () => this.keyOf(this.SUBRULE(this.stringNode)) },
        ]);
        this.CONSUME(t.Colon);
        const value = this.SUBRULE(this.expression);
        fields.push({ name, value, ...this.nodeFrom(start) });
        this.OPTION(() => this.CONSUME(t.Comma));
      });
      this.unexpected('a field name or `}`');
      this.CONSUME(t.RightBrace);
      return fields;
    },
  );

  private keyOf(string: ast.StringLiteral): ast.Name {
    return { start: string.start, end: string.end, text: string.value };
  }
}

/** The type that an expression such as `ai.Prompt` names, when braces after it would construct one. */
function constructorName(value: ast.Expr): ast.QualifiedName | undefined {
  const parts: ast.Name[] = [];
  let at = value;
  while (at.kind === 'member' && !at.optional) {
    parts.unshift(at.name);
    at = at.of;
  }
  if (at.kind !== 'name' || at.rooted) return undefined;
  parts.unshift(at.name);
  return { start: value.start, end: value.end, parts };
}
