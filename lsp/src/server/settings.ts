// The `rdp` section of a client's settings, or `initializationOptions`, which has the same members → what features ask for. What is not
// understood is left out and said. INVARIANT: no setting hides an error or shows it as less, or hides that something is not enforced.

import { catalogEntry, type Severity } from '@rdp/language';

/** How a diagnostic is shown. */
export type Level = 'off' | 'hint' | Severity;

type Switch = 'on' | 'off';

/** Settings of one folder. */
export interface Settings {
  /** By code; what is not named is shown as the catalog says. */
  readonly levels: ReadonlyMap<string, Level>;
  readonly hints: Readonly<Record<'types' | 'patterns' | 'enforcement', Switch>>;
  readonly lenses: Readonly<Record<'tests' | 'evaluate' | 'threats' | 'uses' | 'report', Switch>>;
  /** Formatting while one types. */
  readonly onType: Switch;
  /** Whether names of packages are offered that are not imported yet. */
  readonly autoImport: Switch;
  /** Folders below the open one that are projects of their own, in place of the whole folder; empty: the folder is one. */
  readonly projects: readonly string[];
  /** Where the page of a diagnostic is, up to its code; undefined: where the server knows it to be. */
  readonly pages: string | undefined;
}

/** Settings, and what was wrong with those that were given, in sentences without their final stops. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly problems: readonly string[];
}

const levels: readonly Level[] = ['off', 'hint', 'information', 'warning', 'error'];

/** What these say is that something is not enforced, or excepted: it can be shown as less, but not hidden. */
const neverOff: ReadonlySet<string> = new Set([
  'enforcement-gap',
  'exemption-by-name',
  'expired-exemption',
  'incomplete-exemption',
  'partial-enforcement',
  'permit-without-deny',
  'surface-not-routed',
]);

/** How diagnostics of a code can be shown; none where there is no such code. */
export function levelsFor(code: string): readonly Level[] {
  const severity = catalogEntry(code)?.severity;
  if (severity === undefined) return [];
  if (severity === 'error') return ['error'];
  return neverOff.has(code) ? levels.filter((level) => level !== 'off' && level !== 'hint') : levels;
}

/** Reads settings; of several objects the later ones are asked first. */
export function readSettings(given: readonly unknown[]): ReadSettings {
  const problems: string[] = [];
  /** The value under a path of names, in the last object that has one. */
  const find = (path: string): unknown => {
    const found = given
      .map((one) => valueAt(one, path.split('.')))
      .filter((value) => value !== undefined && value !== null);
    return found.at(-1);
  };
  const flag = (path: string): Switch => {
    const value = find(path);
    if (value !== undefined && typeof value !== 'boolean') problems.push(`\`rdp.${path}\` is neither true nor false`);
    return value === false ? 'off' : 'on';
  };
  const pages = find('diagnosticPages');
  const settings: Settings = {
    levels: levelsOf(find('diagnostics.levels'), problems),
    hints: {
      types: flag('inlayHints.types'),
      patterns: flag('inlayHints.patterns'),
      enforcement: flag('inlayHints.enforcement'),
    },
    lenses: {
      tests: flag('codeLenses.tests'),
      evaluate: flag('codeLenses.evaluate'),
      threats: flag('codeLenses.threats'),
      uses: flag('codeLenses.uses'),
      report: flag('codeLenses.report'),
    },
    onType: flag('format.onType'),
    autoImport: flag('completion.autoImport'),
    projects: textsOf(find('projects'), problems),
    pages: typeof pages === 'string' && pages !== '' ? pages.replace(/\/*$/, '/') : undefined,
  };
  return { settings, problems };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? valueAt((value as Readonly<Record<string, unknown>>)[name], rest) // it has it
    : undefined;
}

function textsOf(value: unknown, problems: string[]): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.filter((one) => one !== '');
  problems.push('`rdp.projects` is no list of folders');
  return [];
}

function levelsOf(value: unknown, problems: string[]): Settings['levels'] {
  const found = new Map<string, Level>();
  if (value === undefined) return found;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push('`rdp.diagnostics.levels` has no codes with their levels');
    return found;
  }
  for (const [code, wanted] of Object.entries(value)) {
    const possible = levelsFor(code);
    const level = possible.find((one) => one === wanted);
    if (level !== undefined) found.set(code, level);
    else if (possible.length === 0) problems.push(`\`rdp.diagnostics.levels\`: there is no diagnostic \`${code}\``);
    else problems.push(`\`rdp.diagnostics.levels\`: \`${code}\` can be ${possible.join(', ')}`);
  }
  return found;
}

/** How a diagnostic of `code` and `severity` is shown. */
export function levelOf(
  { levels: wanted }: Settings,
  { code, severity }: { readonly code: string; readonly severity: Severity },
): Level {
  return severity === 'error' ? 'error' : (wanted.get(code) ?? severity);
}
