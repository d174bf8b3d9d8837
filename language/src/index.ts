// The one door of the language package.

export type { Edit, LineColumn, SourceFile, Span } from './source/source-file.ts';
export { editBetween } from './source/edit-between.ts';
export { carryLineStarts, lineColumn, lineStarts } from './source/source-file.ts';
export type * as ast from './syntax/ast.ts';
export type {
  Const,
  Field,
  Held,
  Holder,
  KubernetesResource,
  RecordType,
  RouteChoice,
  Type,
  UnionType,
  Unit,
  Variant,
} from './semantic/types.ts';
export type { ClassifierModel, ReadModel } from './semantic/classifier-model.ts';
export { modelBits, modelFormat, readModel } from './semantic/classifier-model.ts';
export type { LabelRequirement } from './semantic/label-selector.ts';
export { parseLabelSelector } from './semantic/label-selector.ts';
export type { BuiltinId, BuiltinRow } from './semantic/builtins.ts';
export { builtinRows } from './semantic/builtins.ts';
export type {
  CoreAction,
  CoreEntrypoint,
  CoreExpr,
  CoreFind,
  CorePattern,
  CoreProgram,
  CoreProvider,
  CoreUsage,
  CoreRedaction,
  CoreRoute,
  CoreRule,
  CoreSurface,
  CoreView,
  LocalId,
} from './semantic/core.ts';
export type { Diagnostic, Fix, Label, Severity, TextEdit } from './diagnostics/diagnostic.ts';
export { compareDiagnostics, hasErrors } from './diagnostics/diagnostic.ts';
export type { Catalog, DiagnosticCode, DiagnosticExtra, HolesFor } from './diagnostics/catalog.ts';
export { catalogEntry, diagnose, diagnosticCodes } from './diagnostics/catalog.ts';
export { nearestName } from './diagnostics/suggest.ts';
export type { CrdImport, KindName } from './import/crd.ts';
export { importCrd, kindOfCatalogPath } from './import/crd.ts';
export type { ImportDescription, ImportForm } from './import/describe-import.ts';
export { describeImport, importForms } from './import/describe-import.ts';
export { importJsonSchema } from './import/json-schema.ts';
export type { CustomKind } from './import/kubernetes.ts';
export { isBuiltInKind, isKubernetesRecord, kubernetesObject } from './import/kubernetes.ts';
export { builtInResources, groupAndVersion } from './import/kubernetes-resources.ts';
export type { McpImport, McpTool } from './import/mcp.ts';
export { importMcp } from './import/mcp.ts';
export type { OpenapiImport, OpenapiOperation, OpenapiParameter } from './import/openapi.ts';
export { importOpenapi } from './import/openapi.ts';
export type { ImportProblem } from './import/problem.ts';
export { importDiagnostics } from './import/problem.ts';
export { infer, inferTemplate } from './semantic/infer/infer.ts';
export type { InferContext } from './semantic/infer/context.ts';
export { coerce } from './semantic/infer/coerce.ts';
export { constOf } from './semantic/infer/constants.ts';
export { describeType, printType } from './semantic/print-type.ts';
export type { Binding, Scope } from './semantic/scope.ts';
export type { Parsed } from './syntax/parse.ts';
export { parse, parseExpression } from './syntax/parse.ts';
export type { Lexed } from './syntax/lex.ts';
export { lex } from './syntax/lex.ts';
export { patternBudget, programSize } from './pattern-syntax/program-size.ts';
export { checkRegex, parseRegex } from './pattern-syntax/parse-regex.ts';
export type { ParsedRegex } from './pattern-syntax/parse-regex.ts';
export type { RegexFault } from './pattern-syntax/regex-fault.ts';
export { longestMatch, matchesEmpty } from './pattern-syntax/regex-tree.ts';
export { isUnbounded, patternNode } from './semantic/pattern-node.ts';
export type { Assertion, Ranges, RegexNode } from './pattern-syntax/regex-tree.ts';
export { checkWords, wordsTree } from './pattern-syntax/words-tree.ts';
export type { Origin, Origins } from './semantic/origins.ts';
export { createOrigins } from './semantic/origins.ts';
export type { CheckResult, Project } from './semantic/project.ts';
export type {
  DeployModel,
  EventModel,
  ExpectationModel,
  Model,
  OutcomeName,
  PackageModel,
  PatternModel,
  RuleModel,
  SettingValue,
  Settings,
  SurfaceModel,
  SymbolModel,
  TestModel,
} from './semantic/model.ts';
export { matchesType, matchRecord } from './semantic/match-record.ts';
export { findRoute, pathOnly, percentDecoded, segmentsOf, tagOfExchange } from './semantic/routes.ts';
export { checkProgram } from './semantic/check-program.ts';
export type { DocumentPaths } from './semantic/bind/document-paths.ts';
export { documentPath, documentPaths } from './semantic/bind/document-paths.ts';
export { coreChildren, localsIn, someCore } from './semantic/walk-core.ts';
export type { Workspace } from './query/workspace.ts';
export { createWorkspace } from './query/workspace.ts';
export type { DocumentPlace } from './query/inspect/document-place.ts';
export { documentPlace } from './query/inspect/document-place.ts';
export type { Inspector, Reference } from './query/inspect/inspector.ts';
export { inspect, inspectFile, symbolsOf } from './query/inspect/inspector.ts';
export type { Access, Occurrence, PolicySymbol, SymbolKind } from './query/inspect/symbol.ts';
export type { FunctionForm, Vocabulary } from './query/inspect/vocabulary.ts';
export { isMethodOf, vocabulary } from './query/inspect/vocabulary.ts';
export type { FieldUse, Place, Recorder } from './semantic/recorder.ts';
export type { Declared, FileUnit, PackageSymbols } from './semantic/symbols.ts';
export { dotted, importAlias, isRule } from './semantic/symbols.ts';
export type { SettingSchema, SettingShape, SettingType, SettingsCheck } from './semantic/setting-schema.ts';
export { describeSetting } from './semantic/bind/settings.ts';
export type { Colors } from './diagnostics/render-text.ts';
export { noColors, renderDiagnostic, renderShort } from './diagnostics/render-text.ts';
export type { Formatted } from './syntax/format.ts';
export { format } from './syntax/format.ts';
export type { AnyNode } from './syntax/walk.ts';
export { childrenOf, forEachChild, pathTo, walk } from './syntax/walk.ts';
export { printTree } from './syntax/print.ts';
export { reparse } from './syntax/blocks.ts';
