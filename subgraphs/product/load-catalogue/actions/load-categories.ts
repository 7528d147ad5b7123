import { newId } from '#kit/ids/ids.ts';
import { accepted, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Category } from '../../category/domain/category-tree.ts';
import { localText } from '../../product/domain/local-text.ts';
import type { Catalogue } from '../../product/actions/catalogue.ts';

/** A category to be there afterwards. */
export interface CategoryToLoad {
  readonly slug: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly parentSlug: string | null;
}

/** Creates or renames categories by slug, in the order given, all or none. Parents come before their children. */
export async function loadCategories(
  { transaction, categories }: Pick<Catalogue, 'transaction' | 'categories'>,
  wanted: readonly CategoryToLoad[],
): Promise<Outcome<{ loaded: number }>> {
  return transaction(async (session) => {
    const bySlug = new Map((await categories.all(session)).map((category) => [category.slug, category]));
    const refusals: Refusal[] = [];
    const written: Category[] = wanted.flatMap(({ slug, name, nameEn, parentSlug }, index) => {
      const parent = parentSlug === null ? null : bySlug.get(parentSlug);
      if (parent === undefined) {
        refusals.push(notFound(['categories', String(index), 'parentSlug'], 'category'));
        return [];
      }
      const known = bySlug.get(slug);
      const category = {
        id: known?.id ?? newId('category'),
        slug,
        name: localText(name, nameEn),
        parentId: parent?.id ?? null,
        position: known?.position ?? bySlug.size,
      };
      bySlug.set(slug, category);
      return [category];
    });
    if (refusals.length > 0) return refused(...refusals);
    await categories.save(written, session);
    return accepted({ loaded: written.length });
  });
}
