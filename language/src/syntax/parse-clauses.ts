// The grammar of clauses, actions, tests' parts and settings. Which words start a clause was settled by `classify`, so
// each is a token kind of its own here and one token decides.

import type { IToken, ParserMethod, TokenType } from 'chevrotain';
import type * as ast from './ast.ts';
import { ExpressionParser } from './parse-expressions.ts';
import * as t from './tokens.ts';

/** `given` and `expect` of a test. */
export interface TestParts {
  readonly given: readonly ast.Given[];
  readonly expect: readonly ast.Expectation[];
}

function clauseToken(word: string): TokenType {
  return known(t.ruleKeywords, word);
}

/** The keyword's token kind; a word that is none is a bug here, and shows when the parser is made. */
export function known(keywords: ReadonlyMap<string, TokenType>, word: string): TokenType {
  const type = keywords.get(word);
  if (type === undefined) throw new Error(`no keyword ${word}`);
  return type;
}

const ruleWords: ReadonlySet<TokenType> = new Set(t.ruleKeywords.values());
const testWords: ReadonlySet<TokenType> = new Set(t.testKeywords.values());

const outcomes: ReadonlySet<string> = new Set(t.outcomeNames);

export class ClauseParser extends ExpressionParser {
  // -------------------------------------------------------------- rules

  /** `{ clause… }` */
  readonly clauses: ParserMethod<[], readonly ast.Clause[]> = this.RULE('clauses', (): readonly ast.Clause[] => {
    const clauses: ast.Clause[] = [];
    this.CONSUME(t.LeftBrace);
    this.stray(ruleWords, 'a clause');
    this.MANY(() => {
      clauses.push(this.SUBRULE(this.clause));
      this.stray(ruleWords, 'a clause or `}`');
    });
    this.CONSUME(t.RightBrace);
    return clauses;
  });

  /** Reads over tokens that start nothing known. */
  protected stray(words: ReadonlySet<TokenType>, expected: string): void {
    this.ACTION(() => {
      if (this.atCloser() || words.has(this.LA(1).tokenType)) return;
      this.report(expected);
      this.skipUntil((token) => words.has(token.tokenType));
    });
  }

  readonly clause: ParserMethod<[], ast.Clause> = this.RULE('clause', (): ast.Clause => {
    const start = this.startOfNext();
    return this.OR([
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('when'));
          const condition = this.SUBRULE(this.expression);
          return { kind: 'when', condition, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('find'));
          const patterns = this.SUBRULE(this.qualifiedNames);
          this.CONSUME(t.In);
          const target = this.SUBRULE2(this.expression);
          return { kind: 'find', patterns, target, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('score'));
          const points = this.SUBRULE3(this.expression);
          this.CONSUME2(clauseToken('when'));
          const condition = this.SUBRULE4(this.expression);
          return { kind: 'score', points, condition, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('threshold'));
          const points = this.SUBRULE5(this.expression);
          return { kind: 'threshold', points, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('severity'));
          const level = this.nameOf(this.CONSUME(t.Name));
          return { kind: 'severity', level, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('covers'));
          const threats = this.SUBRULE2(this.qualifiedNames);
          return { kind: 'covers', threats, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('message'));
          const text = this.SUBRULE(this.template);
          return { kind: 'message', text, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('record'));
          const inventory = this.SUBRULE(this.qualifiedName);
          const fields = this.SUBRULE(this.recordFields);
          return { kind: 'record', inventory, fields, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('flow'));
          const from = this.SUBRULE6(this.expression);
          this.CONSUME(t.Arrow);
          const to = this.SUBRULE7(this.expression);
          return { kind: 'flow', from, to, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('mode'));
          const mode = this.nameOf(this.CONSUME2(t.Name));
          return { kind: 'mode', mode, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('until'));
          const date = this.nameOf(this.CONSUME(t.DateLiteral));
          return { kind: 'until', date, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('owner'));
          const owner = this.SUBRULE(this.stringNode);
          return { kind: 'owner', owner, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          this.CONSUME(clauseToken('reason'));
          const reason = this.SUBRULE2(this.stringNode);
          return { kind: 'reason', reason, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Clause => {
          const action = this.SUBRULE(this.action);
          return { kind: 'action', action, ...this.nodeFrom(start) };
        },
      },
    ]);
  });

  readonly action: ParserMethod<[], ast.Action> = this.RULE('action', (): ast.Action => {
    const start = this.startOfNext();
    return this.OR([
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('block'));
          const status = this.OPTION(() => this.SUBRULE(this.number));
          const message = this.OPTION2(() => this.SUBRULE(this.template));
          return { kind: 'block', status, message, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('redact'));
          const rule = this.SUBRULE(this.ruleName);
          let redaction: ast.Redaction | undefined;
          this.OPTION3(() => {
            this.CONSUME(t.With);
            redaction = this.SUBRULE(this.redaction);
          });
          return { kind: 'redact', rule, with: redaction, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('strip'));
          const rule = this.SUBRULE2(this.ruleName);
          return { kind: 'strip', rule, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('limit'));
          this.unitNeeded = true;
          const amount = this.SUBRULE(this.expression);
          this.unitNeeded = false;
          this.CONSUME(t.Per);
          const per = this.SUBRULE2(this.expression);
          this.CONSUME(t.By);
          const by = this.SUBRULE3(this.expression);
          let price: readonly [ast.Expr, ast.Expr] | undefined;
          this.OPTION5(() => {
            this.CONSUME(t.At);
            const input = this.SUBRULE8(this.expression);
            this.CONSUME(t.Comma);
            const output = this.SUBRULE9(this.expression);
            price = [input, output];
          });
          const onError = this.OPTION6(() => {
            this.CONSUME(t.OnError);
            return this.nameOf(this.CONSUME(t.Name));
          });
          return { kind: 'limit', amount, per, by, price, onError, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('quarantine'));
          const target = this.SUBRULE4(this.expression);
          return { kind: 'quarantine', target, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('approve'));
          this.CONSUME2(t.By);
          const by = this.SUBRULE5(this.expression);
          return { kind: 'approve', by, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('permit'));
          return { kind: 'permit', ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('set'));
          const target = this.SUBRULE6(this.expression);
          this.CONSUME(t.Equal);
          const value = this.SUBRULE7(this.expression);
          return { kind: 'set', target, value, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Action => {
          this.CONSUME(clauseToken('alert'));
          const message = this.OPTION4(() => this.SUBRULE2(this.template));
          return { kind: 'alert', message, ...this.nodeFrom(start) };
        },
      },
    ]);
  });

  readonly redaction: ParserMethod<[], ast.Redaction> = this.RULE('redaction', (): ast.Redaction => {
    const start = this.startOfNext();
    return this.OR([
      {
        ALT: (): ast.Redaction => {
          const name = this.nameOf(this.CONSUME(t.Name));
          const args = this.OPTION(() => this.SUBRULE(this.callArguments)) ?? [];
          return { kind: 'call', name, args, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Redaction => {
          const template = this.SUBRULE(this.template);
          return { kind: 'template', template, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Redaction => {
          this.report('a text, `mask("*")` or `last(4)`');
          const name: ast.Name = { ...this.nodeFrom(start), text: '' };
          return { kind: 'call', name, args: [], ...this.nodeFrom(start) };
        },
      },
    ]);
  });

  // -------------------------------------------------------------- tests

  /** `{ given … expect … }` */
  readonly testParts: ParserMethod<[], TestParts> = this.RULE('testParts', (): TestParts => {
    const given: ast.Given[] = [];
    const expect: ast.Expectation[] = [];
    this.CONSUME(t.LeftBrace);
    this.stray(testWords, '`given` or `expect`');
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(known(t.testKeywords, 'given'));
            given.push(this.SUBRULE(this.given));
          },
        },
        {
          ALT: () => {
            this.CONSUME(known(t.testKeywords, 'expect'));
            expect.push(this.SUBRULE(this.expectation));
            this.MANY2(() => {
              this.CONSUME(t.Comma);
              expect.push(this.SUBRULE2(this.expectation));
            });
          },
        },
      ]);
      this.stray(testWords, '`given`, `expect` or `}`');
    });
    this.CONSUME(t.RightBrace);
    return { given, expect };
  });

  readonly given: ParserMethod<[], ast.Given> = this.RULE('given', (): ast.Given => {
    const start = this.startOfNext();
    return this.OR([
      {
        ALT: (): ast.Given => {
          const value = this.SUBRULE(this.objectLiteral);
          return { kind: 'object', value, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Given => {
          this.CONSUME(t.FileWord);
          const path = this.SUBRULE(this.stringNode);
          let as: ast.QualifiedName | undefined;
          this.OPTION(() => {
            this.CONSUME(t.As);
            as = this.SUBRULE(this.qualifiedName);
          });
          return { kind: 'file', path, as, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Given => {
          this.report('an object or `file "…"`');
          const value: ast.ObjectLiteral = { kind: 'object', fields: [], ...this.nodeFrom(start) };
          return { kind: 'object', value, ...this.nodeFrom(start) };
        },
      },
    ]);
  });

  readonly expectation: ParserMethod<[], ast.Expectation> = this.RULE('expectation', (): ast.Expectation => {
    const start = this.startOfNext();
    const negated = this.OPTION(() => this.CONSUME(t.Not)) !== undefined;
    return this.OR([
      {
        GATE: () => this.LA(2).tokenType.CATEGORIES?.includes(t.Word) === true,
        ALT: (): ast.Expectation => {
          this.CONSUME(t.Redacted);
          const target = this.SUBRULE(this.operand, { ARGS: ['expression'] });
          this.CONSUME(t.EqualEqual);
          const text = this.SUBRULE(this.stringNode);
          return { kind: 'redacted', target, text, ...this.nodeFrom(start) };
        },
      },
      {
        ALT: (): ast.Expectation => {
          const rule = this.SUBRULE(this.qualifiedName);
          let by: ast.Name | undefined;
          this.OPTION2(() => {
            this.CONSUME(t.By);
            by = this.SUBRULE(this.ruleName);
          });
          return this.ACTION((): ast.Expectation => {
            const outcome = rule.parts.length === 1 ? rule.parts[0] : undefined;
            if (outcome !== undefined && (by !== undefined || outcomes.has(outcome.text))) {
              return { kind: 'outcome', outcome, by, negated, ...this.nodeFrom(start) };
            }
            return { kind: 'fires', rule, negated, ...this.nodeFrom(start) };
          });
        },
      },
      {
        ALT: (): ast.Expectation => {
          this.report('a rule or an outcome such as `allowed`');
          const name: ast.Name = { text: '', ...this.nodeFrom(start) };
          const rule: ast.QualifiedName = { parts: [name], ...this.nodeFrom(start) };
          return { kind: 'fires', rule, negated, ...this.nodeFrom(start) };
        },
      },
    ]);
  });

  // -------------------------------------------------------------- settings

  /** `{ setting… }` */
  readonly settingBlock: ParserMethod<[], readonly ast.Setting[]> = this.RULE(
    'settingBlock',
    (): readonly ast.Setting[] => {
      const settings: ast.Setting[] = [];
      this.CONSUME(t.LeftBrace);
      this.nested(
        () =>
          this.MANY(() => {
            settings.push(this.SUBRULE(this.setting));
          }),
        () => undefined,
      );
      this.unexpected('a setting or `}`');
      this.CONSUME(t.RightBrace);
      return settings;
    },
  );

  /** `name value value { … }`: the values end with the line, or at a comma. */
  readonly setting: ParserMethod<[], ast.Setting> = this.RULE('setting', (): ast.Setting => {
    const start = this.startOfNext();
    const name = this.nameOf(this.CONSUME(t.Name));
    const values: ast.Expr[] = [];
    this.MANY({
      GATE: () => this.onSameLine() && startsValue(this.LA(1)),
      DEF: () => {
        values.push(this.SUBRULE(this.operand, { ARGS: ['setting'] }));
      },
    });
    const block = this.OPTION({
      GATE: () => this.onSameLine(),
      DEF: () => this.SUBRULE(this.settingBlock),
    });
    const node = this.nodeFrom(start);
    this.OPTION2(() => this.CONSUME(t.Comma));
    return { name, values, block, ...node };
  });
}

/** Whether a setting's value starts here; braces start its block. */
function startsValue(token: IToken): boolean {
  const type = token.tokenType;
  return valueStarts.has(type) || type.CATEGORIES?.includes(t.Name) === true;
}

const valueStarts: ReadonlySet<TokenType> = new Set([
  t.Name,
  t.True,
  t.False,
  t.Null,
  t.None,
  t.IntLiteral,
  t.UintLiteral,
  t.FloatLiteral,
  t.DurationLiteral,
  t.StringToken,
  t.Minus,
  t.LeftBracket,
]);
