/** The shop's true stock, whatever its messages say. All channels share these shelves. */
import type { Product } from './shop.ts';

export class Shelves {
  readonly #products: ReadonlyMap<string, Product>;
  readonly #pieces: Map<string, number>;
  /** By supplier: products that ran low since the supplier last asked. */
  readonly #low = new Map<string, Product[]>();

  constructor(products: readonly Product[]) {
    this.#products = new Map(products.map((product) => [product.id, product]));
    this.#pieces = new Map(products.map(({ id, opening }) => [id, opening]));
  }

  /** Negative if more was sold than there was. */
  onHand(productId: string): number {
    return this.#pieces.get(productId) ?? 0;
  }

  move(productId: string, change: number): void {
    const before = this.onHand(productId);
    this.#pieces.set(productId, before + change);
    const product = this.#products.get(productId);
    // Once each time it runs low: it can run low again only after a restock has filled the shelf.
    if (product && before > product.threshold && before + change <= product.threshold) this.#tell(product);
  }

  /** Products of the supplier that ran low since it last asked. */
  takeLow(supplierId: string): readonly Product[] {
    const low = this.#low.get(supplierId) ?? [];
    if (low.length > 0) this.#low.delete(supplierId);
    return low;
  }

  #tell(product: Product): void {
    this.#low.set(product.supplierId, [...(this.#low.get(product.supplierId) ?? []), product]);
  }
}
