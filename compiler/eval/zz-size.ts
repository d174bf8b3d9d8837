import { checkProgram } from '@rdp/language';
import { readdirSync, readFileSync } from 'node:fs';
import { compilePattern } from '../src/pattern/compile-pattern.ts';
const dir='language/std/attack';
let tot=0;
for (const f of readdirSync(dir)) { const src=readFileSync(dir+'/'+f,'utf8');
 for(const m of src.matchAll(/^pattern (\w+)\s*=\s*re"([^"]*)"/gm)){ const r=compilePattern({kind:'regex',regex:m[2]!} as any); if(r.kind==='fault') console.log('FAULT',f,m[1],JSON.stringify(r.fault).slice(0,200), m[2]!.slice(r.fault.at-30,r.fault.at+50)); else {tot+=r.states; console.log(f,m[1],r.states,r.maxLength);} } }
console.log(tot);
