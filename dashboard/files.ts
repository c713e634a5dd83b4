/** The files here that Kibana and Elasticsearch read: `node dashboard/write.ts` writes them, and a test compares them. */
import { HOURLY_METRICS, indexTemplate, lifecyclePolicy } from '#adapters/search/hourly-metrics.ts';
import { savedObjects } from './saved-objects.ts';

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** By name. */
export const files = (): Readonly<Record<string, string>> => ({
  'hourly-metrics.ndjson': savedObjects()
    .map((object) => `${JSON.stringify(object)}\n`)
    .join(''),
  'index-template.json': pretty(indexTemplate(HOURLY_METRICS, true)),
  'lifecycle-policy.json': pretty({ policy: lifecyclePolicy }),
});
