// `node compiler/eval/quality/run.ts FOLDER [AREA…]`: measures every detector on the sets below FOLDER and writes
// docs/quality.md; with areas, only prints those.

import { measureAreas } from './measure-areas.ts';

await measureAreas(process.argv.slice(2), {
  areas: {
    attack: async () => (await import('./attack.ts')).measure,
    injection: async () => (await import('./injection.ts')).measure,
    pii: async () => (await import('./pii.ts')).measure,
    secrets: async () => (await import('./secrets.ts')).measure,
    streams: async () => (await import('./streams.ts')).measure,
    'patterns-db': async () => (await import('./patterns-db.ts')).measure,
  },
  page: 'quality.md',
  title: 'How well the detectors detect',
});
