import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { settledRules } from '/work/wt/unchanged/compiler/src/ir/settled.ts';
const text=`package p
surface S: k8s {}
${process.argv[2]}`;
const { programs, diagnostics } = checkProgram({ files:[{path:'p.rdp',text}], documents:new Map(), std: stdFiles });
console.log(diagnostics.map(d=>d.message));
for (const e of programs![0]!.entrypoints) console.log(JSON.stringify(settledRules(e).rules.map(s=>s&&({ends:s.ends,own:s.reads?.own.map(p=>p.map(x=>x.name+(x.nullable?'?':'')).join('/')),held:s.reads?.held&&s.reads.held.paths.map(p=>p.map(x=>x.name+(x.nullable?'?':'')).join('/'))})),null,1));
