/** What Metabase should have: a question for each file of sql/analytics, and three dashboards of them. */
import type { Question } from '#sql/questions.ts';

export interface WantedCard {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
  readonly display: 'line' | 'bar' | 'table';
  /** Metabase's visualization_settings; settings that a person added there stay. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface WantedDashboard {
  readonly name: string;
  readonly description: string;
  /** Names of cards, in reading order. */
  readonly cards: readonly string[];
}

/** How Metabase reaches PostgreSQL, in Metabase's names. */
export interface DatabaseDetails {
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
  readonly user: string;
  readonly password: string;
  readonly ssl: boolean;
  readonly 'schema-filters-type': 'all';
}

export interface Wanted {
  readonly database: { readonly name: string; readonly details: DatabaseDetails };
  readonly collection: { readonly name: string; readonly description: string };
  readonly cards: readonly WantedCard[];
  readonly dashboards: readonly WantedDashboard[];
}

interface Look {
  readonly display: 'line' | 'bar';
  /** Columns: the axis, then optionally the one with a line or bar per value. */
  readonly by: readonly string[];
  readonly shows: readonly string[];
  readonly stacked?: true;
}

/** By question. Money has a line or bar per currency, never stacked, since that would add currencies up. */
const looks: Readonly<Record<string, Look | 'table'>> = {
  average_order_value: { display: 'line', by: ['order_date', 'currency'], shows: ['average_order_value'] },
  currency_distribution: { display: 'bar', by: ['currency'], shows: ['orders'] },
  daily_inventory_sales: { display: 'bar', by: ['report_date'], shows: ['units_sold'] },
  daily_order_trend: { display: 'line', by: ['order_date'], shows: ['orders', 'seven_day_average'] },
  daily_orders: { display: 'line', by: ['order_date', 'currency'], shows: ['revenue'] },
  daily_product_clicks: 'table',
  daily_revenue: { display: 'line', by: ['order_date', 'currency'], shows: ['revenue'] },
  hourly_order_trend: { display: 'line', by: ['hour'], shows: ['orders'] },
  late_transactions: { display: 'line', by: ['hour'], shows: ['transactions', 'late_transactions'] },
  low_stock: 'table',
  order_inflow: { display: 'bar', by: ['minute'], shows: ['orders'] },
  orders_per_customer_segment: { display: 'bar', by: ['customer_segment'], shows: ['orders'] },
  payments_by_currency: { display: 'line', by: ['hour', 'currency_and_status'], shows: ['amount'] },
  processing_latency: { display: 'line', by: ['hour'], shows: ['median_seconds', 'p95_seconds', 'slowest_seconds'] },
  sales_by_category: { display: 'bar', by: ['category', 'currency'], shows: ['revenue'] },
  sales_by_country: { display: 'bar', by: ['country', 'currency'], shows: ['revenue'] },
  top_products: { display: 'bar', by: ['name', 'currency'], shows: ['units'], stacked: true },
  top_sellers: 'table',
};

const dashboards = {
  Sales: [
    'daily_revenue',
    'average_order_value',
    'daily_order_trend',
    'hourly_order_trend',
    'top_products',
    'orders_per_customer_segment',
    'sales_by_country',
    'sales_by_category',
    'currency_distribution',
  ],
  Events: ['daily_product_clicks', 'daily_orders'],
  Operations: [
    'order_inflow',
    'payments_by_currency',
    'late_transactions',
    'processing_latency',
    'daily_inventory_sales',
    'top_sellers',
    'low_stock',
  ],
} as const;

/** @throws if a question has no look or dashboard here: a new file of sql/analytics needs both */
export function wanted(questions: readonly Question[], details: DatabaseDetails): Wanted {
  const shown: readonly string[] = Object.values(dashboards).flat();
  const [asked, looked] = [questions.map(({ name }) => name), Object.keys(looks)];
  for (const name of new Set([...asked, ...looked, ...shown]))
    if (![asked, looked, shown].every((names) => names.includes(name)))
      throw new Error(
        `${name} must be a file in sql/analytics, and among the looks and the dashboards of metabase/wanted.ts`,
      );
  return {
    database: { name: 'Tillstream', details },
    collection: { name: 'Tillstream', description: 'Questions of the business: sql/analytics in the repository.' },
    cards: questions.map(toCard),
    dashboards: Object.entries(dashboards).map(([name, names]) => ({
      name,
      description: 'metabase/provision.ts made it and undoes changes to it; to have it otherwise, change a copy.',
      cards: names.map(title),
    })),
  };
}

function toCard({ name, asks, columns, source, sql }: Question): WantedCard {
  const look = looks[name] ?? 'table';
  const unknown = look === 'table' ? [] : [...look.by, ...look.shows].filter((each) => !hasColumn(each));
  if (unknown.length > 0)
    throw new Error(`metabase/wanted.ts shows ${unknown.join(', ')} of ${name}, which it doesn't have`);
  return {
    name: title(name),
    description: `${asks} ${source}`,
    // Without the semicolon Metabase can wrap a question into another.
    sql: sql.trim().replace(/;$/, ''),
    display: look === 'table' ? 'table' : look.display,
    settings: look === 'table' ? {} : chart(look),
  };

  function hasColumn(wantedName: string): boolean {
    return columns.some((column) => column.name === wantedName);
  }
}

const chart = ({ by, shows, stacked }: Look) => ({
  'graph.dimensions': by,
  'graph.metrics': shows,
  ...(stacked && { 'stackable.stack_type': 'stacked' }),
});

/** daily_revenue → Daily revenue */
const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
