// The grammar of declarations that say what data is: events, types, inventories, sets, data, functions, threats.

import type { ParserMethod, TokenType } from 'chevrotain';
import type * as ast from './ast.ts';
import { ClauseParser, known } from './parse-clauses.ts';
import * as t from './tokens.ts';

/** Finds the documentation of a node by the offset of its first token. */
export type DocOf = (start: number) => string;

/** The token kind of a word that starts a declaration. */
export function declarationWord(text: string): TokenType {
  return known(t.declarationKeywords, text);
}

/** Declarations of data; `DeclarationParser` has the others. */
export class DataParser extends ClauseParser {
  docOf: DocOf = () => '';

  protected name(): ast.Name {
    return this.nameOf(this.CONSUME9(t.Name));
  }

  // -------------------------------------------------------------- types and data

  readonly event: ParserMethod<[], ast.EventDecl> = this.RULE('event', (): ast.EventDecl => {
    const start = this.startOfNext();
    this.CONSUME(declarationWord('event'));
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
    this.CONSUME(declarationWord('type'));
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
    this.CONSUME(declarationWord('inventory'));
    const name = this.name();
    const fields = this.SUBRULE(this.fields);
    return { kind: 'inventory', doc: this.docOf(start), name, fields, ...this.nodeFrom(start) };
  });

  readonly set: ParserMethod<[], ast.SetDecl> = this.RULE('set', (): ast.SetDecl => {
    const start = this.startOfNext();
    this.CONSUME(declarationWord('set'));
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
    this.CONSUME(declarationWord('data'));
    const name = this.name();
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.typeExpr);
    this.CONSUME(t.From);
    const path = this.SUBRULE(this.stringNode);
    return { kind: 'data', doc: this.docOf(start), name, type, path, ...this.nodeFrom(start) };
  });

  readonly fn: ParserMethod<[], ast.FnDecl> = this.RULE('fn', (): ast.FnDecl => {
    const start = this.startOfNext();
    this.CONSUME(declarationWord('fn'));
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
    this.CONSUME(declarationWord('threats'));
    const edition = this.SUBRULE(this.qualifiedName);
    const entries: ast.ThreatEntry[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      const id = this.nameOf(this.CONSUME(t.Name));
      const title = this.SUBRULE(this.stringNode);
      const settings = this.OPTION(() => this.SUBRULE(this.settingBlock)) ?? [];
      entries.push({ id, title, settings });
      this.OPTION2(() => this.CONSUME(t.Comma));
    });
    this.unexpected('a threat or `}`');
    this.CONSUME(t.RightBrace);
    const name = lastPart(edition);
    return { kind: 'threats', doc: this.docOf(start), name, edition, entries, ...this.nodeFrom(start) };
  });

  readonly crosswalk: ParserMethod<[], ast.CrosswalkDecl> = this.RULE('crosswalk', (): ast.CrosswalkDecl => {
    const start = this.startOfNext();
    this.CONSUME(declarationWord('crosswalk'));
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
}

/** The last name of `a.b.c`. */
export function lastPart(name: ast.QualifiedName): ast.Name {
  return name.parts?.at(-1) ?? { start: name.end, end: name.end, text: '' };
}
