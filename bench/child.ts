// One process of a measurement: times the case that its argument names and prints the figures as JSON.

import { cases } from './cases.ts';
import { timePair } from './protocol.ts';

const wanted = process.argv[2];
const found = (await cases()).find((bench) => `${bench.goal}/${bench.name}/${bench.peer}` === wanted);
if (!found) throw new Error(`no such case: ${wanted}`);
process.stdout.write(JSON.stringify(await timePair(await found.prepare())));
process.exit(0);
