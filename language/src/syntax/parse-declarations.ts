// The grammar of declarations: one block of tokens → one declaration or header line. The keyword that starts it was
// settled by `classify`. Documentation is given by the holder of the comments.

import type { ParserMethod, TokenType } from 'chevrotain';
import type * as ast from './ast.ts';
import { regexLiteral } from './literals.ts';
import { ClauseParser, known } from './parse-clauses.ts';
import * as t from './tokens.ts';

/** What one block is. */
export type BlockNode = PackageLine | ast.ImportDecl | ast.Decl;

/** `package a.b` */
export interface PackageLine extends ast.Node {
  readonly kind: 'package';
  readonly path: ast.QualifiedName;
}

/** Finds the documentation of a node by the offset of its first token. */
export type DocOf = (start: number) => string;

function word(text: string): TokenType {
  return known(t.declarationKeywords, text);
}

export class DeclarationParser extends ClauseParser {
  docOf: DocOf = () => '';

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

  private name(): ast.Name {
    return this.nameOf(this.CONSUME9(t.Name));
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

  // -------------------------------------------------------------- types and data

  readonly event: ParserMethod<[], ast.EventDecl> = this.RULE('event', (): ast.EventDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('event'));
    const name = this.name();
    this.CONSUME(t.On);
    const surfaceKind = this.nameOf(this.CONSUME(t.Name));
    let at: ast.StringLiteral | undefined;
    this.OPTION(() => {
      this.CONSUME(t.At);
      at = this.SUBRULE(this.stringNode);
    });
    const fields: ast.FieldDecl[] = [];
    const derived: ast.DerivedField[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.OR([
        {
          GATE: () => this.LA(2).tokenType !== t.Colon,
          ALT: () => {
            derived.push(this.SUBRULE(this.derivedField));
          },
        },
        { ALT: () => fields.push(this.SUBRULE(this.field)) },
      ]);
    });
    this.unexpected('a field or `}`');
    this.CONSUME(t.RightBrace);
    return { kind: 'event', doc: this.docOf(start), name, surfaceKind, at, fields, derived, ...this.nodeFrom(start) };
  });

  /** `name: T at "wire" = default` */
  readonly field: ParserMethod<[], ast.FieldDecl> = this.RULE('field', (): ast.FieldDecl => {
    const start = this.startOfNext();
    const name = this.nameOf(this.CONSUME(t.Word));
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.typeExpr);
    let wire: ast.StringLiteral | undefined;
    this.OPTION({
      // `at: T` is the next field.
      GATE: () => this.LA(2).tokenType !== t.Colon,
      DEF: () => {
        this.CONSUME(t.At);
        wire = this.SUBRULE(this.stringNode);
      },
    });
    let value: ast.Expr | undefined;
    this.OPTION2(() => {
      this.CONSUME(t.Equal);
      value = this.SUBRULE(this.expression);
    });
    const node = this.nodeFrom(start);
    this.OPTION3(() => this.CONSUME(t.Comma));
    return { doc: this.docOf(start), name, type, wire, default: value, ...node };
  });

  /** `let name: T = expr` */
  readonly derivedField: ParserMethod<[], ast.DerivedField> = this.RULE('derivedField', (): ast.DerivedField => {
    const start = this.startOfNext();
    this.CONSUME(t.Let);
    const name = this.nameOf(this.CONSUME(t.Word));
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.typeExpr);
    this.CONSUME(t.Equal);
    const value = this.SUBRULE(this.expression);
    const node = this.nodeFrom(start);
    this.OPTION(() => this.CONSUME(t.Comma));
    return { doc: this.docOf(start), name, type, value, ...node };
  });

  /** `{ field… }` */
  readonly fields: ParserMethod<[], readonly ast.FieldDecl[]> = this.RULE('fields', (): readonly ast.FieldDecl[] => {
    const fields: ast.FieldDecl[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      fields.push(this.SUBRULE(this.field));
    });
    this.unexpected('a field or `}`');
    this.CONSUME(t.RightBrace);
    return fields;
  });

  readonly type: ParserMethod<[], ast.TypeDecl> = this.RULE('type', (): ast.TypeDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('type'));
    const name = this.name();
    let alias: ast.TypeExpr | undefined;
    let fields: readonly ast.FieldDecl[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equal);
          alias = this.SUBRULE(this.typeExpr);
        },
      },
      {
        ALT: () => {
          fields = this.SUBRULE(this.fields);
        },
      },
      { ALT: () => this.report('`{` or `=`') },
    ]);
    return { kind: 'type', doc: this.docOf(start), name, alias, fields, ...this.nodeFrom(start) };
  });

  readonly inventory: ParserMethod<[], ast.InventoryDecl> = this.RULE('inventory', (): ast.InventoryDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('inventory'));
    const name = this.name();
    const fields = this.SUBRULE(this.fields);
    return { kind: 'inventory', doc: this.docOf(start), name, fields, ...this.nodeFrom(start) };
  });

  readonly set: ParserMethod<[], ast.SetDecl> = this.RULE('set', (): ast.SetDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('set'));
    const name = this.name();
    let type: ast.TypeExpr | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      type = this.SUBRULE(this.typeExpr);
    });
    this.CONSUME(t.Equal);
    const value = this.SUBRULE(this.expression);
    return { kind: 'set', doc: this.docOf(start), name, type, value, ...this.nodeFrom(start) };
  });

  readonly data: ParserMethod<[], ast.DataDecl> = this.RULE('data', (): ast.DataDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('data'));
    const name = this.name();
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.typeExpr);
    this.CONSUME(t.From);
    const path = this.SUBRULE(this.stringNode);
    return { kind: 'data', doc: this.docOf(start), name, type, path, ...this.nodeFrom(start) };
  });

  readonly fn: ParserMethod<[], ast.FnDecl> = this.RULE('fn', (): ast.FnDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('fn'));
    const name = this.name();
    const params: { name: ast.Name; type: ast.TypeExpr }[] = [];
    this.CONSUME(t.LeftParen);
    this.MANY(() => {
      const param = this.nameOf(this.CONSUME(t.Name));
      this.CONSUME(t.Colon);
      params.push({ name: param, type: this.SUBRULE(this.typeExpr) });
      this.separator();
    });
    this.unexpected('a parameter or `)`');
    this.CONSUME(t.RightParen);
    let result: ast.TypeExpr | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Arrow);
      result = this.SUBRULE2(this.typeExpr);
    });
    this.CONSUME(t.Equal);
    const body = this.SUBRULE(this.expression);
    return { kind: 'fn', doc: this.docOf(start), name, params, result, body, ...this.nodeFrom(start) };
  });

  // -------------------------------------------------------------- threats, providers

  readonly threats: ParserMethod<[], ast.ThreatsDecl> = this.RULE('threats', (): ast.ThreatsDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('threats'));
    const edition = this.SUBRULE(this.qualifiedName);
    const entries: { id: ast.Name; title: ast.StringLiteral }[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      const id = this.nameOf(this.CONSUME(t.Name));
      const title = this.SUBRULE(this.stringNode);
      entries.push({ id, title });
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.unexpected('a threat or `}`');
    this.CONSUME(t.RightBrace);
    const name = lastPart(edition);
    return { kind: 'threats', doc: this.docOf(start), name, edition, entries, ...this.nodeFrom(start) };
  });

  readonly crosswalk: ParserMethod<[], ast.CrosswalkDecl> = this.RULE('crosswalk', (): ast.CrosswalkDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('crosswalk'));
    const from = this.SUBRULE(this.qualifiedName);
    this.CONSUME(t.Arrow);
    const to = this.SUBRULE2(this.qualifiedName);
    const pairs: { from: ast.Name; to: ast.Name }[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      const source = this.nameOf(this.CONSUME(t.Name));
      this.CONSUME2(t.Arrow);
      const target = this.nameOf(this.CONSUME2(t.Name));
      pairs.push({ from: source, to: target });
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.unexpected('a pair such as `LLM03 -> LLM04`, or `}`');
    this.CONSUME(t.RightBrace);
    return { kind: 'crosswalk', doc: this.docOf(start), name: lastPart(to), from, to, pairs, ...this.nodeFrom(start) };
  });

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
    return { kind: 'pattern', doc: this.docOf(start), name, body, where, near, ...this.nodeFrom(start) };
  });

  readonly patternBody: ParserMethod<[], ast.PatternBody> = this.RULE('patternBody', (): ast.PatternBody =>
    this.OR([
      {
        ALT: (): ast.PatternBody => {
          const token = this.CONSUME(t.RegexToken);
          return this.ACTION((): ast.PatternBody => ({ kind: 'regex', regex: regexLiteral(token) }));
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

  readonly rule: ParserMethod<[], ast.Decl> = this.RULE('rule', (): ast.Decl => {
    const start = this.startOfNext();
    const kind = this.OR([
      { ALT: (): 'discover' | 'detect' | 'defend' => (this.CONSUME(word('discover')), 'discover') },
      { ALT: (): 'discover' | 'detect' | 'defend' => (this.CONSUME(word('detect')), 'detect') },
      { ALT: (): 'discover' | 'detect' | 'defend' => (this.CONSUME(word('defend')), 'defend') },
    ]);
    const name = this.name();
    this.CONSUME(t.On);
    const on = this.SUBRULE(this.eventRef);
    const clauses = this.SUBRULE(this.clauses);
    return { kind, doc: this.docOf(start), name, on, clauses, ...this.nodeFrom(start) };
  });

  readonly exempt: ParserMethod<[], ast.ExemptDecl> = this.RULE('exempt', (): ast.ExemptDecl => {
    const start = this.startOfNext();
    this.CONSUME(word('exempt'));
    const name = this.name();
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

function lastPart(name: ast.QualifiedName): ast.Name {
  return name.parts?.at(-1) ?? { start: name.end, end: name.end, text: '' };
}
