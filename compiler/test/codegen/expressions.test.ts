// Random well-typed expressions on random documents: the modules say what the interpreter says, value or error.

import test from 'ava';
import type { CoreExpr } from '@rdp/language';
import { agree, createDifferential } from '../differential.ts';
import { drawDocument, drawFrom } from './documents.ts';
import { drawnTypes, drawExpr } from './draw-expression.ts';
import { programOf } from './program.ts';

const rounds = Number(process.env['ROUNDS'] ?? '6');
const data = '{"test":{"list":["a","b"],"a":1},"rdp":{"hash_key":"a key for tests alone"}}';

for (let round = 0; round < rounds; round++) {
  test(`round ${round}`, (t) => {
    const draw = drawFrom(round * 2654435761 + 1);
    const cases: Record<string, CoreExpr> = {};
    for (let index = 0; index < 60; index++) {
      const type = drawnTypes[draw(drawnTypes.length)];
      if (type) cases[`e${index}`] = drawExpr(draw, type, 1 + draw(4));
    }
    const differential = createDifferential(programOf(cases));
    const documents = Array.from({ length: 12 }, () => drawDocument(draw));
    for (const name of Object.keys(cases))
      for (const input of documents) agree(t, differential, { entrypoint: `test/${name}`, input, data });
  });
}
