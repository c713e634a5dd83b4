/** The panels as saved objects, in Kibana 8's format for export and import. */
import { HOURLY_METRICS } from '#adapters/search/hourly-metrics.ts';
import { type Panel, panels } from './panels.ts';

export interface SavedObject {
  readonly id: string;
  readonly type: 'index-pattern' | 'visualization' | 'dashboard';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly id: string; readonly name: string; readonly type: SavedObject['type'] }[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
}

/** The format's version for each type; a later Kibana migrates it on import. */
const formats = { 'index-pattern': '8.0.0', visualization: '8.5.0', dashboard: '8.9.0' } as const;

const saved = (
  type: SavedObject['type'],
  id: string,
  attributes: SavedObject['attributes'],
  references: SavedObject['references'] = [],
): SavedObject => ({
  id,
  type,
  attributes,
  references,
  coreMigrationVersion: '8.8.0',
  typeMigrationVersion: formats[type],
});

const searchSource = {
  kibanaSavedObjectMeta: {
    searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] }),
  },
};

/** `%context%` and `%timefield%`: Kibana's Vega adds the dashboard's filters and time range there. */
const vegaOf = ({ query, rows, chart }: Panel) => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  data: {
    url: { '%context%': true, '%timefield%': 'event_hour', index: HOURLY_METRICS, body: query },
    format: { property: rows },
  },
  ...chart,
});

function visualization(panel: Panel): SavedObject {
  const { id, title, description } = panel;
  const spec = JSON.stringify(vegaOf(panel), null, 2);
  const visState = JSON.stringify({ title, type: 'vega', params: { spec }, aggs: [] });
  return saved('visualization', id, { title, description, version: 1, visState, uiStateJSON: '{}', ...searchSource });
}

/** Kibana's grid has 48 columns. */
const WIDTH = 24;
const HEIGHT = 14;

function dashboard(): SavedObject {
  const placed = panels.map(({ id }, index) => ({
    type: 'visualization',
    panelIndex: id,
    gridData: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT, i: id },
    embeddableConfig: { enhancements: {} },
    panelRefName: `panel_${id}`,
  }));
  const references = panels.map(({ id }) => ({ id, name: `${id}:panel_${id}`, type: 'visualization' as const }));
  const attributes = {
    title: 'Transactions, hour by hour',
    description: 'Volume, amount and lateness of payments, from the index hourly_metrics.',
    version: 1,
    panelsJSON: JSON.stringify(placed),
    optionsJSON: JSON.stringify({ useMargins: true, hidePanelTitles: false }),
    timeRestore: true,
    timeFrom: 'now-7d',
    timeTo: 'now',
    refreshInterval: { pause: false, value: 60_000 },
    ...searchSource,
  };
  return saved('dashboard', 'transactions', attributes, references);
}

/** Ordered so that each comes after those that it refers to. */
export const savedObjects = (): SavedObject[] => [
  saved('index-pattern', HOURLY_METRICS, {
    title: HOURLY_METRICS,
    name: 'Hourly metrics',
    timeFieldName: 'event_hour',
  }),
  ...panels.map(visualization),
  dashboard(),
];
