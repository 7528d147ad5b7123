import { newId } from '#kit/ids/ids.ts';
import { invalidInput, invalidState, notFound, type Refusal } from '#kit/user-error/user-error.ts';
import { brandKey, type Brand } from '../../brand/domain/brand.ts';
import { categoryTree, type Category, type CategoryTree } from '../../category/domain/category-tree.ts';
import { assignmentProblems } from '../../supplier/domain/supplier.ts';
import type { CategoryWish, ProductDraft } from '../domain/draft.ts';
import { localText } from '../domain/local-text.ts';
import type { Product } from '../domain/product.ts';
import { duplicateSkuCode, slugTaken } from '../domain/refusals.ts';
import { slugify } from '../domain/slug.ts';
import type { Places } from '../domain/write-product.ts';
import type { Session } from '../store/session.ts';
import type { Catalogue } from './catalogue.ts';

/** What a batch of drafts meets in the catalogue, and what it adds to it as it goes. */
export interface Surroundings {
  /** Why the draft can't be placed: category or supplier unknown, supplier archived, slug or codes taken, product archived. */
  refusalsOf(draft: ProductDraft, mode: 'CREATE' | 'UPSERT'): Refusal[];
  bySlug(slug: string): Product | null;
  /** The draft's category, brand and supplier; new categories and brands are made. Only for a draft without refusals. */
  placesOf(draft: ProductDraft): Places;
  /** Lets later drafts of the batch meet this product. */
  remember(product: Product): void;
  tree(): CategoryTree;
  newCategories(): readonly Category[];
  newBrands(): readonly Brand[];
}

/** Reads everything the drafts refer to or may collide with: five reads at most, however many drafts. */
export async function takeSurroundings(
  catalogue: Catalogue,
  drafts: readonly ProductDraft[],
  session: Session,
): Promise<Surroundings> {
  const slugs = drafts.flatMap(({ slug }) => slug ?? []);
  const codes = drafts.flatMap(({ skus }) => skus.map(({ code }) => code));
  const keys = drafts.flatMap(({ brand }) => (brand === null ? [] : brandKey(brand.zh)));
  const stored = await catalogue.categories.all(session);
  const known = [
    ...(await catalogue.products.bySlugs(slugs, session)),
    ...(await catalogue.products.bySkuCodes(codes, session)),
  ];
  const brands = new Map((await catalogue.brands.byKeys(keys, session)).map((brand) => [brand.key, brand]));

  const supplierCodes = drafts.flatMap(({ supplierCode }) => supplierCode ?? []);
  const suppliers = new Map(
    (await catalogue.suppliers.byCodes(supplierCodes, session)).map((supplier) => [supplier.code, supplier]),
  );

  const categories = [...stored];
  let tree = categoryTree(categories);
  const newBrands: Brand[] = [];
  const productBySlug = new Map<string, Product>();
  const ownerOfCode = new Map<string, string>();

  function remember(product: Product): void {
    productBySlug.set(product.slug, product);
    for (const { code } of product.skus) ownerOfCode.set(code, product.id);
  }
  for (const product of known) remember(product);

  function categoryOf(wish: CategoryWish): Category {
    const slug = slugOf(wish);
    const found = tree.bySlug(slug);
    if (found !== null) return found;
    const name = 'name' in wish ? wish.name : wish.slug;
    const category = {
      id: newId('category'),
      slug,
      name: localText(name),
      parentId: null,
      position: tree.roots.length,
    };
    categories.push(category);
    tree = categoryTree(categories);
    return category;
  }

  function brandOf(name: NonNullable<ProductDraft['brand']>): Brand {
    const key = brandKey(name.zh);
    const found = brands.get(key);
    if (found !== undefined) return found;
    const brand = { id: newId('brand'), name, key };
    brands.set(key, brand);
    newBrands.push(brand);
    return brand;
  }

  return {
    refusalsOf(draft, mode) {
      const existing = draft.slug === null ? null : (productBySlug.get(draft.slug) ?? null);
      if (existing !== null && mode === 'CREATE') return [slugTaken(existing.slug)];
      if (existing?.status === 'ARCHIVED') return [invalidState(['slug'], { state: existing.status })];
      const taken = draft.skus.flatMap(({ code }, index) => {
        const owner = ownerOfCode.get(code);
        const free = owner === undefined || owner === existing?.id;
        return free ? [] : [duplicateSkuCode(['skus', String(index), 'code'], code)];
      });
      const { supplierCode } = draft;
      const noSupplier = supplierCode == null ? [] : assignmentProblems(suppliers.get(supplierCode));
      return [...taken, ...categoryRefusals(draft.category, tree), ...noSupplier];
    },
    bySlug: (slug) => productBySlug.get(slug) ?? null,
    placesOf: ({ category, brand, supplierCode }) => ({
      categoryId: category === null ? null : categoryOf(category).id,
      brandId: brand === null ? null : brandOf(brand).id,
      supplierId: supplierCode == null ? null : (suppliers.get(supplierCode)?.id ?? null),
    }),
    remember,
    tree: () => tree,
    newCategories: () => categories.slice(stored.length),
    newBrands: () => newBrands,
  };
}

function categoryRefusals(wish: CategoryWish | null, tree: CategoryTree): Refusal[] {
  if (wish === null) return [];
  if ('slug' in wish) return tree.bySlug(wish.slug) === null ? [notFound(['categorySlug'], 'category')] : [];
  if (slugOf(wish) !== '') return [];
  return [
    invalidInput(['category'], { en: 'A category name has letters or digits.', zh: '分类名称须包含文字或数字。' }),
  ];
}

function slugOf(wish: CategoryWish): string {
  return 'slug' in wish ? wish.slug : slugify(wish.name);
}
