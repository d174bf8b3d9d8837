// The edit that imports a package into a file: in its place among the imports, which stand in order.

import { dotted, importAlias, type FileUnit, type TextEdit } from '@rdp/language';

/** Adds `import path`, where the file does not have it. */
export function importEdit({ file, tree }: FileUnit, path: string): TextEdit {
  const line = `import ${path}`;
  const ahead = tree.imports.findLast((decl) => dotted(decl.path) < path);
  const [first] = tree.imports;
  const at = ahead?.end ?? first?.start ?? tree.package?.end ?? 0;
  const text = ahead ? `\n${line}` : first ? `${line}\n` : tree.package ? `\n\n${line}` : `${line}\n\n`;
  return { span: { file, start: at, end: at }, text };
}

/** Whether a file has a package, or anything else, under this name. */
export function hasAlias({ tree }: FileUnit, name: string): boolean {
  return tree.imports.some((decl) => importAlias(decl) === name);
}
