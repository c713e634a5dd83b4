/** The files here that Kibana and Elasticsearch read: `npm run docs:dashboard` writes them, and a test compares them. */
import { lifecyclePolicy } from '#adapters/search/hourly-metrics.ts';
import { savedObjects } from './saved-objects.ts';

/** By name. */
export const files = (): Readonly<Record<string, string>> => ({
  'hourly-metrics.ndjson': savedObjects()
    .map((object) => `${JSON.stringify(object)}\n`)
    .join(''),
  'lifecycle-policy.json': `${JSON.stringify({ policy: lifecyclePolicy }, null, 2)}\n`,
});
