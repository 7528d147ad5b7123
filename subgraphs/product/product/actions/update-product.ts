import { newId } from '#kit/ids/ids.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { brandKey } from '../../brand/domain/brand.ts';
import { categoryTree, type CategoryTree } from '../../category/domain/category-tree.ts';
import { assignmentProblems } from '../../supplier/domain/supplier.ts';
import { checkAttributes, checkImages, checkLocalText, checkTags, checkText, limits } from '../domain/check-draft.ts';
import { descriptionFrom } from '../domain/draft-from-input.ts';
import { localText } from '../domain/local-text.ts';
import type { NamedValue, Product, ProductImage } from '../domain/product.ts';
import type { Session } from '../store/session.ts';
import { writeProducts, type Catalogue } from './catalogue.ts';

/** What changes about a product: undefined stays as it is, null clears. */
export interface ProductChange {
  readonly title?: string;
  readonly titleEn?: string | null;
  readonly description?: string | null;
  readonly descriptionEn?: string | null;
  readonly categorySlug?: string | null;
  readonly brandName?: string | null;
  readonly supplierCode?: string | null;
  readonly images?: readonly ProductImage[];
  readonly attributes?: readonly NamedValue[];
  readonly tags?: readonly string[];
}

/** Changes texts, pictures, facts and places of a product that isn't archived. A brand that is new is created. */
export async function updateProduct(
  catalogue: Catalogue,
  productId: string,
  change: ProductChange,
): Promise<Outcome<Product>> {
  try {
    return await catalogue.transaction((session) => updateOnce(catalogue, productId, change, session));
  } catch (error) {
    // Somebody else created the same brand at the same moment: it is there now.
    if (!isDuplicateKey(error)) throw error;
    return catalogue.transaction((session) => updateOnce(catalogue, productId, change, session));
  }
}

async function updateOnce(
  catalogue: Catalogue,
  productId: string,
  change: ProductChange,
  session: Session,
): Promise<Outcome<Product>> {
  const [product] = await catalogue.products.byIds([productId], session);
  if (product === undefined) return refused(notFound(['productId'], 'product'));
  if (product.status === 'ARCHIVED') return refused(invalidState(['productId'], { state: product.status }));
  const tree = categoryTree(await catalogue.categories.all(session));
  const changed = applied(product, change, tree);
  const [supplier] =
    change.supplierCode == null ? [] : await catalogue.suppliers.byCodes([change.supplierCode], session);
  const noSupplier = change.supplierCode == null ? [] : assignmentProblems(supplier);
  const wrong = [...wrongWith(changed, change), ...wrongCategory(change, tree), ...noSupplier];
  if (wrong.length > 0) return refused(...wrong);
  const brandId = change.brandName == null ? changed.brandId : await brandIdOf(catalogue, change.brandName, session);
  const supplierId = change.supplierCode === undefined ? product.supplierId : (supplier?.id ?? null);
  const now = catalogue.clock.now();
  const written = { ...changed, brandId, supplierId, revision: product.revision + 1, updatedAt: now };
  await writeProducts(catalogue, [written], tree, session);
  return accepted(written);
}

function applied(product: Product, change: ProductChange, tree: CategoryTree): Product {
  const title = change.title ?? product.title.zh;
  // A new title makes the old translation wrong; the same text keeps it.
  const titleEn =
    change.titleEn === undefined && title === product.title.zh ? product.title.en : (change.titleEn ?? null);
  const touchesText = change.description !== undefined || change.descriptionEn !== undefined;
  const description = change.description === undefined ? product.description?.zh : change.description;
  const descriptionEn =
    change.descriptionEn === undefined && change.description === undefined
      ? product.description?.en
      : change.descriptionEn;
  const { categorySlug } = change;
  return {
    ...product,
    title: localText(title, titleEn),
    description: touchesText ? descriptionFrom(description, descriptionEn) : product.description,
    categoryId:
      categorySlug === undefined
        ? product.categoryId
        : categorySlug === null
          ? null
          : (tree.bySlug(categorySlug)?.id ?? null),
    brandId: change.brandName === null ? null : product.brandId,
    images: change.images ?? product.images,
    attributes: change.attributes ?? product.attributes,
    tags: change.tags ?? product.tags,
  };
}

function wrongWith(product: Product, { brandName }: ProductChange): Refusal[] {
  return [
    ...checkLocalText(product.title, 'title', limits.title),
    ...(product.description === null ? [] : checkLocalText(product.description, 'description', limits.description)),
    ...(brandName == null ? [] : checkText(brandName, ['brandName'], limits.brandName)),
    ...checkImages(product.images),
    ...checkAttributes(product.attributes),
    ...checkTags(product.tags),
  ];
}

function wrongCategory({ categorySlug }: ProductChange, tree: CategoryTree): Refusal[] {
  return categorySlug == null || tree.bySlug(categorySlug) !== null ? [] : [notFound(['categorySlug'], 'category')];
}

async function brandIdOf({ brands }: Catalogue, name: string, session: Session): Promise<string> {
  const key = brandKey(name);
  const [found] = await brands.byKeys([key], session);
  if (found !== undefined) return found.id;
  const id = newId('brand');
  await brands.add([{ id, name: localText(name), key }], session);
  return id;
}
