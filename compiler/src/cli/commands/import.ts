// `rdpc import`: shows what is understood of a document of the outside world, as rdp declarations.

import { basename } from 'node:path';
import { describeImport, importDiagnostics, importForms } from '@rdp/language';
import { refuse } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { parseDocument } from '../parse-document.ts';
import { projectRoot, readText } from '../read-project.ts';
import { showDiagnostics } from '../show-diagnostics.ts';

/** The verb `import`. */
export function importCommand(): Verb {
  return verb({
    command: 'import <kind> <file>',
    describe: 'show the types in an openapi, crd, jsonschema or mcp document',
    options: {},
    examples: [['$0 import openapi openapi/checkout.yaml', 'routes and types']],
    run: async (args) => {
      const [kind] = importForms.filter((known) => known === wordsOf(args, 'kind')[0]);
      const path = wordsOf(args, 'file')[0] ?? '';
      if (kind === undefined)
        return refuse(
          `\`${wordsOf(args, 'kind')[0]}\` is no kind of document`,
          `the kinds are ${importForms.join(', ')}`,
        );
      const source = readText(path);
      const parsed = await parseDocument(path, source);
      if (parsed.kind === 'fault') return refuse(`cannot read \`${path}\`: ${parsed.message}`);
      const { text, problems } = describeImport(kind, parsed.value, path);
      stdout.write(text);
      const diagnostics = importDiagnostics(problems, {
        file: { path: basename(path), text: source },
        start: 0,
        end: 0,
      });
      return showDiagnostics(diagnostics, { format: 'text', root: projectRoot(path) });
    },
  });
}
