import { Random } from '../../src/lib/core/base/random';
import { chooseByTotals, pick, runningTotals } from './draws';
import { tastes, truth } from './truth';
import { categoryWords, halves, type SubcategoryWords } from './words';

export interface Product {
  id: string;
  titleZh: string;
  titleEn: string;
  /** `茶 Tea / 绿茶 Green Tea`. */
  category: string;
  /** Index of the top category. */
  top: number;
  brand: string;
  listCents: number;
  consumable: boolean;
  /** Calendar day of its first sale; before it nobody sees it. */
  launchDay: number;
}

export interface Catalogue {
  products: Product[];
  /** Per taste, running totals of the products' weights. */
  totalsOfTaste: Float64Array[];
  /** Per taste, each product's probability. */
  probabilityOfTaste: Float64Array[];
  /** Product indexes by ascending list price. */
  byPrice: Int32Array;
  /** Their list prices in that order, in cents. */
  prices: Float64Array;
}

export function makeCatalogue(seed: number): Catalogue {
  const random = new Random(seed, 1);
  const subcategories = categoryWords.flatMap((category, top) =>
    category.subcategories.map((words) => ({ words, top, category: category.name, brands: category.brands })),
  );
  const products: Product[] = [];
  const subcategoryOf: string[] = [];
  subcategories.forEach(({ words, top, category, brands }, index) => {
    const from = Math.round((index * truth.products) / subcategories.length);
    const until = Math.round(((index + 1) * truth.products) / subcategories.length);
    const taken = new Set<string>();
    while (products.length < until) {
      const product = makeProduct(random, words, pick(random, brands));
      if (taken.has(product.titleZh)) continue;
      taken.add(product.titleZh);
      const path = `${both(category)} / ${both(words.name)}`;
      products.push({ ...product, id: `P${String(products.length + 1).padStart(4, '0')}`, category: path, top });
      subcategoryOf.push(halves(words.name).zh);
    }
    if (products.length - from < 1) throw new Error('a subcategory without products');
  });
  plantDirt(random, products);
  const probabilityOfTaste = weighProducts(random, products, subcategoryOf);
  const byPrice = Int32Array.from(products.keys()).sort((a, b) => products[a].listCents - products[b].listCents || a - b);
  const prices = Float64Array.from(byPrice, (product) => products[product].listCents);
  return { products, probabilityOfTaste, totalsOfTaste: probabilityOfTaste.map(runningTotals), byPrice, prices };
}

/** A product of a taste that is on sale on that day. */
export function drawProduct(random: Random, catalogue: Catalogue, taste: number, day: number): number {
  for (;;) {
    const product = chooseByTotals(random, catalogue.totalsOfTaste[taste]);
    if (catalogue.products[product].launchDay <= day) return product;
  }
}

function makeProduct(random: Random, words: SubcategoryWords, brandPair: string): Omit<Product, 'id' | 'category' | 'top'> {
  const [brand, kind, style] = [brandPair, pick(random, words.kinds), pick(random, words.styles)].map(halves);
  const specIndex = random.below(words.specs.length);
  const spec = halves(words.specs[specIndex]);
  const sizeFactor = words.consumable ? 0.7 + 0.45 * specIndex : 1;
  const price = Math.max(9.9, words.medianPrice * sizeFactor * Math.exp(words.priceSpread * 0.8 * random.normal()));
  return {
    titleZh: `${brand.zh} ${style.zh}${kind.zh} ${spec.zh}`,
    titleEn: `${brand.en} ${style.en} ${kind.en}, ${spec.en}`,
    brand: both(brandPair),
    listCents: price < 100 ? Math.floor(price) * 100 + 90 : Math.round(price / 10) * 1000 - 100,
    consumable: words.consumable,
    launchDay: random.uniform() < 0.12 ? Math.floor(random.uniform() * 480) : 0,
  };
}

function both(pair: string): string {
  const { zh, en } = halves(pair);
  return `${zh} ${en}`;
}

function plantDirt(random: Random, products: Product[]): void {
  const order = random.shuffle(Int32Array.from(products.keys()));
  for (let i = 0; i < truth.dirt.itemsWithoutTitle; i++) Object.assign(products[order[i]], { titleZh: '', titleEn: '' });
  for (let i = 0; i < truth.dirt.itemsWithoutBrand; i++) products[order[order.length - 1 - i]].brand = '';
}

/** Taste × subcategory, times a liking for brands, times each product's own appeal to all and to this taste. */
function weighProducts(random: Random, products: Product[], subcategoryOf: string[]): Float64Array[] {
  const appeal = products.map(() => Math.exp(0.5 * random.normal()));
  return tastes.map((taste) => {
    const brandLiking = new Map<string, number>();
    const weights = Float64Array.from(products, (product, i) => {
      const base = taste.weights[subcategoryOf[i]] ?? 0.03;
      if (!brandLiking.has(product.brand)) brandLiking.set(product.brand, Math.exp(0.5 * random.normal()));
      return base * brandLiking.get(product.brand)! * appeal[i] * Math.exp(1.3 * random.normal());
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  });
}
