// `npm run new:check -- CODE PHASE`: scaffolds what a new diagnostic needs — catalog entry, page, case — so that only the words
// and the check itself are left to write. The tests fail until they are.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const phases = ['syntax', 'names', 'types', 'rules', 'imports', 'compile'] as const;

const [code = '', phase = ''] = process.argv.slice(2);
if (!/^[a-z]+(-[a-z]+)*$/.test(code) || !phases.some((known) => known === phase)) {
  console.error(`usage: npm run new:check -- CODE ${phases.join('|')}   (CODE is a kebab-case name of the fault)`);
  process.exit(2);
}

const catalog = `${root}language/src/diagnostics/catalog/${phase}.ts`;
const page = `${root}docs/diagnostics/${code}.md`;
const example = `${root}language/test/cases/${phase}/${code}.rdp`;
for (const path of [page, example]) {
  if (existsSync(path)) {
    console.error(`${path.slice(root.length)} is there already`);
    process.exit(1);
  }
}

const text = readFileSync(catalog, 'utf8');
const entry = `  '${code}': {\n    severity: 'error',\n    message: 'say what is wrong with \`{name}\`',\n  },\n`;
const end = text.lastIndexOf('\n}');
writeFileSync(catalog, `${text.slice(0, end + 1)}${entry}${text.slice(end + 1)}`);
const policy = 'package shop.chat\n\nsurface Chat: llm {}\n';
writeFileSync(
  page,
  `# ${code}\n\nWhat is wrong, what follows from it, and why it is refused.\n\nFires:\n\n\`\`\`rdp\n${policy}\`\`\`\n\nDoes not:\n\n\`\`\`rdp\n${policy}\`\`\`\n`,
);
writeFileSync(example, `${policy}`);
for (const path of [catalog, page, example]) console.log(path.slice(root.length));
