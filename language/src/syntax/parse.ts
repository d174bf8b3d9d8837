// A file → its syntax tree, tokens, comments and diagnostics. Any text gives a tree; one cause gives one diagnostic.
// Blocks are parsed one by one (`parseBlock`), which is what re-parsing an edited file builds on.

import { diagnose } from '../diagnostics/catalog.ts';
import { compareDiagnostics, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { lineColumn, type SourceFile, type Span } from '../source/source-file.ts';
import type * as ast from './ast.ts';
import { type Block, classify } from './classify.ts';
import { slipOfFault } from './slips.ts';
import { escapeFaults } from './escapes.ts';
import { lex } from './lex.ts';
import { limitDepth, treeDepthLimit } from './limit-depth.ts';
import type { DocOf } from './parse-data.ts';
import { type BlockNode, DeclarationParser } from './parse-declarations.ts';
import { depthLimit, type SyntaxFault } from './parse-support.ts';
import { docsOf } from './docs.ts';
import { cutPieces, isNotable, type ParsedBlock, type PlacedPiece } from './pieces.ts';
import { repairBrackets } from './brackets.ts';
import { splitTemplate } from './template.ts';
import { type Comment, type Token, tokenEnd, Unknown } from './tokens.ts';

export interface Parsed {
  readonly file: SourceFile;
  readonly ast: ast.File;
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
  /** The same block by block, for who works on after an edit. */
  readonly pieces: readonly PlacedPiece[];
  /** Those of the pieces that are more to their file than one of its declarations (`isNotable`). */
  readonly notable: readonly PlacedPiece[];
}

/** Parses a whole file. */
export function parse(file: SourceFile): Parsed {
  const { tokens, comments, diagnostics } = lex(file);
  const docOf = docsOf(file, tokens, comments);
  const blocks = classify(file, tokens).map((block) => parseBlock(file, tokens, block, docOf));
  const parts = { file, tokens, comments, blocks, lexical: diagnostics };
  const nodes = blocks.flatMap(({ node }) => node ?? []);
  const found = [...diagnostics, ...blocks.flatMap((block) => block.diagnostics)];
  let pieces: readonly PlacedPiece[] | undefined;
  let notable: readonly PlacedPiece[] | undefined;
  return {
    file,
    tokens,
    comments,
    ast: assembleTree(file, nodes, docOf),
    diagnostics: settleFaults(file, nodes, { found, lexical: diagnostics.length > 0 ? 'faulty' : 'fine' }),
    get pieces() {
      return (pieces ??= cutPieces(parts, docOf));
    },
    get notable() {
      return (notable ??= this.pieces.filter(isNotable));
    },
  };
}

/** Parses a text that is one expression, as CEL's tools do. */
export function parseExpression(file: SourceFile): {
  readonly expr: ast.Expr;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { tokens, diagnostics } = lex(file);
  const range = { start: 0, end: file.text.length };
  const { expr, faults } = expressionOf(file, tokens, range);
  return { expr, diagnostics: [...diagnostics, ...faults].toSorted(compareDiagnostics) };
}

let shared: DeclarationParser | undefined;

/** The one parser; made at the first use, because it analyses its grammar then. */
function parser(): DeclarationParser {
  shared ??= new DeclarationParser();
  return shared;
}

function expressionOf(
  file: SourceFile,
  tokens: readonly Token[],
  range: { readonly start: number; readonly end: number },
): { readonly expr: ast.Expr; readonly faults: readonly Diagnostic[] } {
  const known = tokens.filter((token) => token.tokenType !== Unknown);
  const diagnostics: Diagnostic[] = [];
  const input = repairBrackets(file, known, diagnostics);
  const grammar = parser();
  grammar.begin(input, range.start);
  const expr = grammar.wholeExpression();
  cutDeep(file, expr, diagnostics);
  collectFaults(file, grammar, range.end, 'the end', diagnostics);
  for (const token of tokens) diagnostics.push(...escapeFaults(file, token));
  return { expr, faults: diagnostics };
}

/** Parses one block of `classify`. */
export function parseBlock(file: SourceFile, tokens: readonly Token[], block: Block, docOf: DocOf): ParsedBlock {
  const first = block.input[0];
  const diagnostics = [...block.diagnostics];
  for (let i = block.first; i < block.last; i++) {
    const token = tokens[i];
    if (token !== undefined) diagnostics.push(...escapeFaults(file, token));
  }
  if (first === undefined) return { first: block.first, node: undefined, diagnostics };
  const grammar = parser();
  grammar.begin(block.input, first.startOffset);
  grammar.docOf = docOf;
  const node = grammar.block();
  if (block.input.length > treeDepthLimit) cutDeep(file, node, diagnostics);
  grammar.leftOver('a declaration');
  const next = tokens[block.last];
  const found = next === undefined ? 'the end of the file' : `\`${next.image}\``;
  const lastToken = tokens[block.last - 1];
  collectFaults(file, grammar, lastToken === undefined ? first.startOffset : tokenEnd(lastToken), found, diagnostics);
  const templates = grammar.templates;
  grammar.templates = [];
  for (const template of templates) {
    const { parts, faults } = splitTemplate(template.image);
    for (const fault of faults) {
      const place = { file, start: template.start + fault.at, end: template.start + fault.at + 1 };
      const missing = fault.brace === '{' ? 'closing `}`' : 'opening `{`';
      diagnostics.push(diagnose('unclosed-hole', place, { brace: fault.brace, missing }));
    }
    for (const part of parts) {
      if (part.kind === 'text') {
        template.parts.push(part);
        continue;
      }
      const range = { start: template.start + part.start, end: template.start + part.end };
      const lexed = lex(file, range);
      const { expr, faults: exprFaults } = expressionOf(file, lexed.tokens, range);
      template.parts.push({ kind: 'value', expr });
      diagnostics.push(...[...lexed.diagnostics, ...exprFaults].slice(0, 1));
    }
  }
  // A closing bracket without a partner is an echo where an opening one was missed.
  const missed = diagnostics.some((diagnostic) => diagnostic.code === 'expected-syntax');
  const causes = missed ? diagnostics.filter((diagnostic) => diagnostic.code !== 'unmatched-bracket') : diagnostics;
  return { first: block.first, node, diagnostics: onePerLine(file, causes) };
}

function cutDeep(file: SourceFile, root: object, diagnostics: Diagnostic[]): void {
  const cut = limitDepth(root);
  if (cut === undefined) return;
  diagnostics.push(diagnose('too-deep', { file, start: cut.start, end: cut.end }, { limit: treeDepthLimit }));
}

function collectFaults(
  file: SourceFile,
  grammar: DeclarationParser,
  end: number,
  foundAtEnd: string,
  diagnostics: Diagnostic[],
): void {
  for (const fault of grammar.faults()) diagnostics.push(faultDiagnostic(file, fault, end, foundAtEnd));
  for (const token of grammar.ambiguous) {
    const place = { file, start: token.startOffset, end: tokenEnd(token) };
    diagnostics.push(diagnose('ambiguous-operators', place, {}));
  }
  grammar.ambiguous = [];
  if (grammar.tooDeepAt !== undefined) {
    const token = grammar.tooDeepAt;
    const start = token.startOffset < 0 ? end : token.startOffset;
    const place = { file, start, end: token.startOffset < 0 ? end : tokenEnd(token) };
    diagnostics.push(diagnose('too-deep', place, { limit: depthLimit }));
  }
  for (const given of grammar.repeatedGivens) {
    diagnostics.push(diagnose('repeated-given', { file, start: given.start, end: given.end }, {}));
  }
  grammar.repeatedGivens = [];
}

function faultDiagnostic(file: SourceFile, fault: SyntaxFault, end: number, foundAtEnd: string): Diagnostic {
  const { token, previous, expected } = fault;
  const atEnd = token.startOffset < 0;
  const isVirtual = !atEnd && token.image === '';
  const found = atEnd ? foundAtEnd : isVirtual ? 'the end of the line' : describeToken(token.image);
  const afterPrevious = previous.startOffset < 0 ? undefined : tokenEnd(previous);
  // What is missing at the end of a line is shown there, not at the first word of another line.
  const elsewhere = atEnd || isVirtual || (token as Token).lineStart; // all tokens but the end marker are our lexer's
  const place: Span =
    elsewhere && afterPrevious !== undefined
      ? { file, start: afterPrevious, end: afterPrevious }
      : atEnd
        ? { file, start: end, end }
        : { file, start: token.startOffset, end: tokenEnd(token) };
  return diagnose('expected-syntax', place, { expected, found }, atEnd || isVirtual ? {} : slipOfFault(file, fault));
}

function describeToken(image: string): string {
  const line = image.split('\n', 1)[0] ?? '';
  return line.length > 24 || image.length > line.length ? `\`${line.slice(0, 24)}…\`` : `\`${line}\``;
}

/** Later faults on a line that has one already are its echoes. Warnings about text that was read stay. */
function onePerLine(file: SourceFile, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length < 2) return diagnostics;
  const lines = new Set<number>();
  const result: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const line = lineColumn(file, diagnostic.span.start).line;
    if ((diagnostic.code === 'expected-syntax' || diagnostic.code === 'unknown-clause') && lines.has(line)) continue;
    lines.add(line);
    for (const label of diagnostic.labels) lines.add(lineColumn(file, label.span.start).line);
    result.push(diagnostic);
  }
  return result;
}

/** What was read of a file's blocks, in order → the file's tree. */
export function assembleTree(file: SourceFile, nodes: readonly BlockNode[], docOf: DocOf): ast.File {
  let packageName: ast.QualifiedName | undefined;
  let doc = '';
  const imports: ast.ImportDecl[] = [];
  const decls: ast.Decl[] = [];
  for (const node of nodes) {
    if (node.kind === 'package') {
      packageName ??= node.path;
      if (doc === '') doc = docOf(node.start);
    } else if (node.kind === 'import') imports.push(node);
    else decls.push(node);
  }
  return { kind: 'file', start: 0, end: file.text.length, doc, package: packageName, imports, decls };
}

/**
 * All that is wrong with a file's syntax, sorted: what its blocks and the lexer said (`found`), and header lines out of order.
 * `lexical`: whether the lexer said anything.
 */
export function settleFaults(
  file: SourceFile,
  nodes: readonly { readonly kind: BlockNode['kind']; readonly start: number }[],
  { found, lexical }: { readonly found: readonly Diagnostic[]; readonly lexical: 'fine' | 'faulty' },
): readonly Diagnostic[] {
  const diagnostics = [...found];
  const seen = { package: 0, import: 0, other: 0 };
  for (const { kind, start } of nodes) {
    if (kind === 'package') {
      if (seen.package + seen.import + seen.other > 0) {
        diagnostics.push(misplaced(file, start, 'package', 'start the file with it, once'));
      }
      seen.package++;
    } else if (kind === 'import') {
      if (seen.other > 0) diagnostics.push(misplaced(file, start, 'import', 'move it up, below `package`'));
      seen.import++;
    } else seen.other++;
  }
  return (lexical === 'faulty' ? onePerLine(file, diagnostics) : diagnostics).toSorted(compareDiagnostics);
}

function misplaced(file: SourceFile, start: number, keyword: string, help: string): Diagnostic {
  return diagnose('misplaced-header', { file, start, end: start + keyword.length }, { keyword }, { help });
}
