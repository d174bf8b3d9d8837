// The debugger as a process: the protocol on standard input and output.

import { DecisionSession } from './session.ts';

new DecisionSession().start(process.stdin, process.stdout);
