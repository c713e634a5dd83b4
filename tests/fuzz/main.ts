/**
 * `npm run fuzz -- --records 1000000 --seed 1`: hostile records by the fast path and by the reference, as many as one likes. The
 * suite does the same with a few thousand (domain/read-batch.properties.test.ts).
 */
import { parseArgs } from 'node:util';
import { readWholeNumber } from '#cli/numbers.ts';
import { createRandom } from '#simulator/random.ts';
import { compare } from './compare.ts';
import { events } from './events.ts';
import { anyRecords } from './records.ts';

const BATCH = 500;

const { values } = parseArgs({
  options: { records: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const records = readWholeNumber('--records', values.records, { min: 1 });
const counts = new Map(events.map(({ name }) => [name, { good: 0, bad: 0 }]));
let done = 0;
for (let round = 0; done < records; round++)
  for (const { name, ...stream } of events) {
    const seed = `${values.seed}:${name}:${round}`;
    try {
      const random = createRandom(seed);
      const { good, bad } = compare(stream, anyRecords(stream, BATCH, random), random);
      const count = counts.get(name);
      if (count) [count.good, count.bad] = [count.good + good, count.bad + bad];
      done += good + bad;
    } catch (error) {
      console.error(`${name}, seed ${JSON.stringify(seed)}: keep it in domain/read-batch.properties.test.ts`);
      throw error;
    }
  }
for (const [name, { good, bad }] of counts) console.log(`${name}: ${good} usable, ${bad} dead letters`);
console.log(
  `${done} records, seed ${values.seed}: events, dead letters, hashes, filters, Parquet and lines are the reference’s`,
);
