// The grammar of declarations: one block of tokens → one declaration or header line. The keyword that starts it was
// settled by `classify`. Documentation is given by the holder of the comments.

import type { ParserMethod, TokenType } from 'chevrotain';
import type * as ast from './ast.ts';
import { regexLiteral } from './literals.ts';
import { DataParser, declarationWord as word, lastPart } from './parse-data.ts';
import * as t from './tokens.ts';

/** What one block is. */
export type BlockNode = PackageLine | ast.ImportDecl | ast.Decl;

/** `package a.b` */
export interface PackageLine extends ast.Node {
  readonly kind: 'package';
  readonly path: ast.QualifiedName;
}

const ruleWords: ReadonlySet<TokenType> = new Set(t.ruleVerbs.values());

export class DeclarationParser extends DataParser {
  constructor() {
    super();
    this.recover();
  }

  readonly block: ParserMethod<[], BlockNode> = this.RULE('block', (): BlockNode => {
    const start = this.startOfNext();
    return this.OR([
      {
        ALT: (): BlockNode => {
          this.CONSUME(word('package'));
          const path = this.SUBRULE(this.qualifiedName);
          return { kind: 'package', path, ...this.nodeFrom(start) };
        },
      },
      { ALT: (): BlockNode => this.SUBRULE(this.importLine) },
      { ALT: (): BlockNode => this.SUBRULE(this.use) },
      { ALT: (): BlockNode => this.SUBRULE(this.surface) },
      { ALT: (): BlockNode => this.SUBRULE(this.event) },
      { ALT: (): BlockNode => this.SUBRULE(this.type) },
      { ALT: (): BlockNode => this.SUBRULE(this.inventory) },
      { ALT: (): BlockNode => this.SUBRULE(this.threats) },
      { ALT: (): BlockNode => this.SUBRULE(this.crosswalk) },
      { ALT: (): BlockNode => this.SUBRULE(this.provider) },
      { ALT: (): BlockNode => this.SUBRULE(this.set) },
      { ALT: (): BlockNode => this.SUBRULE(this.data) },
      { ALT: (): BlockNode => this.SUBRULE(this.pattern) },
      { ALT: (): BlockNode => this.SUBRULE(this.classifier) },
      { ALT: (): BlockNode => this.SUBRULE(this.fn) },
      { ALT: (): BlockNode => this.SUBRULE(this.rule) },
      { ALT: (): BlockNode => this.SUBRULE(this.exempt) },
      { ALT: (): BlockNode => this.SUBRULE(this.pack) },
      { ALT: (): BlockNode => this.SUBRULE(this.apply) },
      { ALT: (): BlockNode => this.SUBRULE(this.test) },
      { ALT: (): BlockNode => this.SUBRULE(this.deploy) },
    ]);
  });

  /** A whole text that is one expression. */
  readonly wholeExpression: ParserMethod<[], ast.Expr> = this.RULE('wholeExpression', (): ast.Expr => {
    const result = this.SUBRULE(this.expression);
    this.leftOver('an operator or the end');
    return result;
  });

  /** Says that the block should have ended, when it did not. */
  leftOver(expected: string): void {
    this.ACTION(() => {
      if (!this.atEnd()) this.report(expected);
    });
  }

  readonly importLine: ParserMethod<[], ast.ImportDecl> = this.RULE('importLine', (): ast.ImportDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('import'));
    const path = this.SUBRULE(this.qualifiedName);
    let alias: ast.Name | undefined;
    this.OPTION(() => {
      this.CONSUME(t.As);
      alias = this.name();
    });
    return { kind: 'import', path, alias, ...this.nodeFrom(start) };
  });

  readonly use: ParserMethod<[], ast.UseDecl> = this.RULE('use', (): ast.UseDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('use'));
    const name = this.name();
    const path = this.SUBRULE(this.stringNode);
    return { kind: 'use', doc: this.docOf(start), name, path, ...this.nodeFrom(start) };
  });

  readonly surface: ParserMethod<[], ast.SurfaceDecl> = this.RULE('surface', (): ast.SurfaceDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('surface'));
    const name = this.name();
    this.CONSUME(t.Colon);
    const surfaceKind = this.nameOf(this.CONSUME(t.Name));
    const settings = this.SUBRULE(this.settingBlock);
    return { kind: 'surface', doc: this.docOf(start), name, surfaceKind, settings, ...this.nodeFrom(start) };
  });

  // -------------------------------------------------------------- providers

  readonly provider: ParserMethod<[], ast.ProviderDecl> = this.RULE('provider', (): ast.ProviderDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('provider'));
    const name = this.name();
    const settings: ast.Setting[] = [];
    const mappings: { event: ast.Name; fields: readonly ast.FieldValue[] }[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.OR([
        {
          GATE: () => this.LA(3).tokenType === t.LeftBrace,
          ALT: () => {
            this.CONSUME(t.MapWord);
            const event = this.nameOf(this.CONSUME(t.Name));
            mappings.push({ event, fields: this.SUBRULE(this.recordFields) });
          },
        },
        { ALT: () => settings.push(this.SUBRULE(this.setting)) },
      ]);
    });
    this.unexpected('a setting, `map` or `}`');
    this.CONSUME(t.RightBrace);
    return { kind: 'provider', doc: this.docOf(start), name, settings, mappings, ...this.nodeFrom(start) };
  });

  // -------------------------------------------------------------- patterns, classifiers

  readonly pattern: ParserMethod<[], ast.PatternDecl> = this.RULE('pattern', (): ast.PatternDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('pattern'));
    const name = this.name();
    this.CONSUME(t.Equal);
    const body = this.SUBRULE(this.patternBody);
    let where: ast.Expr | undefined;
    let near: ast.PatternDecl['near'];
    this.OPTION(() => {
      this.CONSUME(t.Where);
      where = this.SUBRULE(this.expression);
    });
    this.OPTION2(() => {
      this.CONSUME(t.Near);
      const words = [this.SUBRULE(this.stringNode)];
      this.MANY(() => {
        this.CONSUME(t.Comma);
        words.push(this.SUBRULE2(this.stringNode));
      });
      this.CONSUME(t.Within);
      near = { words, within: this.SUBRULE2(this.expression) };
    });
    const settings = this.OPTION3(() => this.SUBRULE(this.settingBlock)) ?? [];
    return { kind: 'pattern', doc: this.docOf(start), name, body, where, near, settings, ...this.nodeFrom(start) };
  });

  readonly patternBody: ParserMethod<[], ast.PatternBody> = this.RULE('patternBody', (): ast.PatternBody =>
    this.OR([
      {
        ALT: (): ast.PatternBody => {
          const regexes: ast.RegexLiteral[] = [];
          this.AT_LEAST_ONE(() => {
            regexes.push(this.token(this.CONSUME(t.RegexToken), regexLiteral));
          });
          return { kind: 'regex', regexes };
        },
      },
      {
        GATE: () => this.LA(2).tokenType === t.LeftBracket,
        ALT: (): ast.PatternBody => {
          this.CONSUME(t.Words);
          return { kind: 'words', words: this.SUBRULE(this.stringList) };
        },
      },
      {
        ALT: (): ast.PatternBody => {
          this.CONSUME(t.Star);
          return { kind: 'package' };
        },
      },
      {
        ALT: (): ast.PatternBody => {
          const members = [this.SUBRULE(this.qualifiedName)];
          this.MANY(() => {
            this.CONSUME(t.Pipe);
            members.push(this.SUBRULE2(this.qualifiedName));
          });
          return { kind: 'union', members };
        },
      },
      {
        ALT: (): ast.PatternBody => {
          this.report('re"…", `words […]`, pattern names or `*`');
          return { kind: 'hole' };
        },
      },
    ]),
  );

  readonly classifier: ParserMethod<[], ast.ClassifierDecl> = this.RULE('classifier', (): ast.ClassifierDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('classifier'));
    const name = this.name();
    this.CONSUME(t.From);
    const path = this.SUBRULE(this.stringNode);
    const settings: ast.Setting[] = [];
    this.MANY(() => {
      settings.push(this.SUBRULE(this.setting));
    });
    return { kind: 'classifier', doc: this.docOf(start), name, path, settings, ...this.nodeFrom(start) };
  });

  // -------------------------------------------------------------- rules, tests, deployment

  readonly eventRef: ParserMethod<[], ast.EventRef> = this.RULE('eventRef', (): ast.EventRef => {
    const start = this.startOfNext();
    const surface = this.nameOf(this.CONSUME(t.Name));
    this.CONSUME(t.Dot);
    const event = this.nameOf(this.CONSUME(t.Word));
    return { surface, event, ...this.nodeFrom(start) };
  });

  readonly verb: ParserMethod<[], ast.RuleDecl['kind']> = this.RULE('verb', (): ast.RuleDecl['kind'] =>
    this.OR([
      { ALT: (): ast.RuleDecl['kind'] => (this.CONSUME(word('discover')), 'discover') },
      { ALT: (): ast.RuleDecl['kind'] => (this.CONSUME(word('detect')), 'detect') },
      { ALT: (): ast.RuleDecl['kind'] => (this.CONSUME(word('defend')), 'defend') },
    ]),
  );

  readonly rule: ParserMethod<[], ast.RuleDecl> = this.RULE('rule', (): ast.RuleDecl => {
    const start = this.startOfNext();
    const kind = this.SUBRULE(this.verb);
    const name = this.name();
    this.CONSUME(t.On);
    const on = this.SUBRULE(this.eventRef);
    const clauses = this.SUBRULE(this.clauses);
    return { kind, doc: this.docOf(start), name, on, clauses, ...this.nodeFrom(start) };
  });

  // -------------------------------------------------------------- packs

  readonly pack: ParserMethod<[], ast.PackDecl> = this.RULE('pack', (): ast.PackDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('pack'));
    const name = this.name();
    const params = this.OPTION(() => this.SUBRULE(this.packParams)) ?? [];
    this.CONSUME(t.On);
    const surfaceKind = this.nameOf(this.CONSUME(t.Name));
    const rules: ast.RuleDecl[] = [];
    this.CONSUME(t.LeftBrace);
    this.stray(ruleWords, 'a rule');
    this.MANY(() => {
      rules.push(this.SUBRULE(this.packRule));
      this.stray(ruleWords, 'a rule or `}`');
    });
    this.CONSUME(t.RightBrace);
    return { kind: 'pack', doc: this.docOf(start), name, params, surfaceKind, rules, ...this.nodeFrom(start) };
  });

  /** `(minor: int = 37, registries: set<string>)` */
  readonly packParams: ParserMethod<[], readonly ast.PackParam[]> = this.RULE(
    'packParams',
    (): readonly ast.PackParam[] => {
      const params: ast.PackParam[] = [];
      this.CONSUME(t.LeftParen);
      this.MANY(() => {
        params.push(this.SUBRULE(this.packParam));
        this.separator();
      });
      this.unexpected('a parameter or `)`');
      this.CONSUME(t.RightParen);
      return params;
    },
  );

  readonly packParam: ParserMethod<[], ast.PackParam> = this.RULE('packParam', (): ast.PackParam => {
    const start = this.startOfNext();
    const name = this.name();
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.typeExpr);
    const value = this.OPTION(() => {
      this.CONSUME(t.Equal);
      return this.SUBRULE(this.expression);
    });
    return { doc: this.docOf(start), name, type, default: value, ...this.nodeFrom(start) };
  });

  /** A rule on an event of whatever surface the pack is applied to. */
  readonly packRule: ParserMethod<[], ast.RuleDecl> = this.RULE('packRule', (): ast.RuleDecl => {
    const start = this.startOfNext();
    const kind = this.SUBRULE(this.verb);
    const name = this.name();
    this.CONSUME(t.On);
    let event = this.nameOf(this.CONSUME(t.Word));
    this.OPTION(() => {
      this.report('the event alone, such as `on request`');
      this.CONSUME(t.Dot);
      event = this.nameOf(this.CONSUME2(t.Word));
    });
    const surface: ast.Name = { start: event.start, end: event.start, text: '' };
    const on: ast.EventRef = { surface, event, start: event.start, end: event.end };
    const clauses = this.SUBRULE(this.clauses);
    return { kind, doc: this.docOf(start), name, on, clauses, ...this.nodeFrom(start) };
  });

  readonly apply: ParserMethod<[], ast.ApplyDecl> = this.RULE('apply', (): ast.ApplyDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('apply'));
    const pack = this.SUBRULE(this.qualifiedName);
    this.CONSUME(t.To);
    const surface = this.nameOf(this.CONSUME(t.Name));
    const alias = this.OPTION(() => {
      this.CONSUME(t.As);
      return this.name();
    });
    const settings = this.OPTION2(() => this.SUBRULE(this.settingBlock)) ?? [];
    const name = alias ?? lastPart(pack);
    return { kind: 'apply', doc: this.docOf(start), name, pack, surface, settings, ...this.nodeFrom(start) };
  });

  readonly exempt: ParserMethod<[], ast.ExemptDecl> = this.RULE('exempt', (): ast.ExemptDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('exempt'));
    const name = this.SUBRULE(this.ruleName);
    const clauses = this.SUBRULE(this.clauses);
    return { kind: 'exempt', doc: this.docOf(start), name, clauses, ...this.nodeFrom(start) };
  });

  readonly test: ParserMethod<[], ast.TestDecl> = this.RULE('test', (): ast.TestDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('test'));
    const title = this.SUBRULE(this.stringNode);
    this.CONSUME(t.On);
    const on = this.SUBRULE(this.eventRef);
    const { given, expect } = this.SUBRULE(this.testParts);
    return this.ACTION(() => {
      this.repeatedGivens = given.slice(1);
      const name = { start: title.start, end: title.end, text: title.value };
      return { kind: 'test', doc: this.docOf(start), name, on, given: given[0], expect, ...this.nodeFrom(start) };
    });
  });

  /** `given` parts after the first of a test; the tree has no room for them. */
  repeatedGivens: readonly ast.Given[] = [];

  readonly deploy: ParserMethod<[], ast.DeployDecl> = this.RULE('deploy', (): ast.DeployDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('deploy'));
    const name = this.name();
    const settings: ast.Setting[] = [];
    const routes: ast.DeployRoute[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.OR([
        {
          GATE: () => this.LA(2).tokenType === t.Via,
          ALT: () => {
            routes.push(this.SUBRULE(this.route));
          },
        },
        { ALT: () => settings.push(this.SUBRULE(this.setting)) },
      ]);
    });
    this.unexpected('a setting, `Surface via enforcer` or `}`');
    this.CONSUME(t.RightBrace);
    return { kind: 'deploy', doc: this.docOf(start), name, settings, routes, ...this.nodeFrom(start) };
  });

  readonly route: ParserMethod<[], ast.DeployRoute> = this.RULE('route', (): ast.DeployRoute => {
    const start = this.startOfNext();
    const surface = this.nameOf(this.CONSUME(t.Name));
    this.CONSUME(t.Via);
    const via = this.nameOf(this.CONSUME2(t.Name));
    const settings = this.OPTION(() => this.SUBRULE(this.settingBlock)) ?? [];
    const node = this.nodeFrom(start);
    this.OPTION2(() => this.CONSUME(t.Comma));
    return { surface, via, settings, ...node };
  });
}
