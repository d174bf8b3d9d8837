// `rdpc print`: a stage of the pipeline as text — tree, types, intermediate representation, WebAssembly.

import { parse, printTree, printType, type Model } from '@rdp/language';
import { compilePrograms } from '../../compile.ts';
import { lowerProgram } from '../../ir/lower.ts';
import { printIr } from '../../ir/print.ts';
import { checkFiles } from '../check-files.ts';
import { stdout } from '../output-stream.ts';
import { printWat } from '../print-wat.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { readSources } from '../read-project.ts';
import { exitCodes, refuse } from '../faults.ts';
import { showDiagnostics } from '../show-diagnostics.ts';

const stages = ['ast', 'types', 'ir', 'wat'] as const;

/** The verb `print`. */
export function printCommand(): Verb {
  return verb({
    command: 'print <stage> [path]',
    describe: 'print a stage of the pipeline: ast, types, ir or wat',
    options: {},
    examples: [['$0 print ir policies', 'what the code generator sees']],
    run: async (args) => {
      const stage = wordsOf(args, 'stage')[0] ?? '';
      const path = wordsOf(args, 'path')[0] ?? '.';
      if (!stages.some((known) => known === stage)) {
        return refuse(`\`${stage}\` is no stage`, `the stages are ${stages.join(', ')}`);
      }
      if (stage === 'ast') {
        for (const file of readSources(path)) stdout.write(`${printTree(parse(file).ast)}\n`);
        return exitCodes.fine;
      }
      const { root, result } = await checkFiles(path);
      const programs = result.programs ?? [];
      if (stage === 'types') stdout.write(typesOf(result.model));
      else if (stage === 'ir') for (const program of programs) stdout.write(printIr(lowerProgram(program)));
      else if (programs.length > 0) stdout.write(await printWat(compilePrograms(programs).wasm));
      return showDiagnostics(result.diagnostics, { format: 'text', root });
    },
  });
}

function typesOf(model: Model): string {
  const events = model.surfaces.flatMap(({ name, events }) => events.map((event) => ({ surface: name, ...event })));
  return events
    .map(({ surface, name, entrypoint, record }) => {
      const fields = [...record.fields().values()].map(
        ({ name: field, type, presence }) => `  ${field}: ${printType(type)}${presence === 'optional' ? '?' : ''}`,
      );
      return `${surface}.${name}  ${entrypoint}\n${fields.join('\n')}\n`;
    })
    .join('\n');
}
