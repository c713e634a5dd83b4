/** A row of inventory.reports: one day in UTC, by when things happened, not by when they were processed. */

export interface Seller {
  readonly product_id: string;
  /** At the end of the day. */
  readonly name: string;
  readonly units: number;
  /** Decimal text, as money is exact. */
  readonly revenue: string;
}

export interface Shortage {
  readonly product_id: string;
  readonly name: string;
  /** At the end of the day: opening quantity + every processed change until then. */
  readonly stock: number;
  /** At the end of the day; below it the product is low on stock. */
  readonly threshold: number;
}

export interface Report {
  /** YYYY-MM-DD */
  readonly report_date: string;
  /** Decimal text: units × price at the time of each sale, of all that was sold online and in stores. */
  readonly total_sales: string;
  readonly units_sold: number;
  /** The ten with the most units; where units are equal, by revenue, then by product_id. */
  readonly top_sellers: readonly Seller[];
  /** Stock below the threshold, the least first; oversold products are among them. */
  readonly low_stock: readonly Shortage[];
  /** Stock below zero: more was sold than was there. */
  readonly oversold: readonly Shortage[];
}
