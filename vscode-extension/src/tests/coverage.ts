// What tests reach → VS Code's coverage: a rule is a declaration and a statement, each of its conditions a statement with two
// branches, that it holds and that it fails.

import type { CoveredRuleAnswer } from '@rdp/lsp/previews';
import {
  BranchCoverage,
  DeclarationCoverage,
  type FileCoverageDetail,
  Position,
  Range,
  StatementCoverage,
} from 'vscode';
import { countsByFile, type FileCounts } from './coverage-counts.ts';

/** The counts of each file that has rules. */
export function fileCoverages(coverage: readonly CoveredRuleAnswer[]): readonly FileCounts[] {
  return countsByFile(coverage);
}

/** What is shown in the text of one file. */
export function coverageDetails(coverage: readonly CoveredRuleAnswer[], uri: string): FileCoverageDetail[] {
  return coverage
    .filter(({ location }) => location.uri === uri)
    .flatMap(({ rule, fired, location, branches }) => [
      new DeclarationCoverage(rule, fired, toRange(location.range)),
      new StatementCoverage(fired, toRange(location.range)),
      ...branches
        .filter((branch) => branch.location.uri === uri)
        .map(({ what, held, failed, location: at }) => {
          const range = toRange(at.range);
          return new StatementCoverage(held || failed, range, [
            new BranchCoverage(held, range, `${what} holds`),
            new BranchCoverage(failed, range, `${what} fails`),
          ]);
        }),
    ]);
}

function toRange({ start, end }: CoveredRuleAnswer['location']['range']): Range {
  return new Range(new Position(start.line, start.character), new Position(end.line, end.character));
}
