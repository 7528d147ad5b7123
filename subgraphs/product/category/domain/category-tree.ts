import type { LocalText } from '../../product/domain/local-text.ts';

/** A place in the tree of goods. */
export interface Category {
  readonly id: string;
  readonly slug: string;
  readonly name: LocalText;
  readonly parentId: string | null;
  /** Place among its siblings, ascending. */
  readonly position: number;
}

/** The whole tree, small enough to be held at once: looking around in it asks nobody. */
export interface CategoryTree {
  readonly roots: readonly Category[];
  byId(id: string): Category | null;
  bySlug(slug: string): Category | null;
  childrenOf(id: string): readonly Category[];
  /** From the root down to the category itself; empty for an unknown one. */
  pathTo(id: string): readonly Category[];
  /** The slugs of that path. */
  slugsTo(id: string): readonly string[];
}

/** Builds the tree of a list of categories. */
export function categoryTree(categories: readonly Category[]): CategoryTree {
  const sorted = categories.toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
  const byId = new Map(sorted.map((category) => [category.id, category]));
  const bySlug = new Map(sorted.map((category) => [category.slug, category]));
  const paths = new Map<string, Path>();
  const children = Map.groupBy(sorted, (category) => category.parentId);
  return {
    roots: children.get(null) ?? [],
    byId: (id) => byId.get(id) ?? null,
    bySlug: (slug) => bySlug.get(slug) ?? null,
    childrenOf: (id) => children.get(id) ?? [],
    pathTo: (id) => to(id).categories,
    slugsTo: (id) => to(id).slugs,
  };

  function to(id: string): Path {
    const known = paths.get(id);
    if (known !== undefined) return known;
    const categories: Category[] = [];
    // The length is bounded by the number of categories, so that a ring made by hand in the database can't hang a request.
    for (let at = byId.get(id); at !== undefined && categories.length < byId.size; at = byId.get(at.parentId ?? ''))
      categories.unshift(at);
    const path = { categories, slugs: categories.map(({ slug }) => slug) };
    // An unknown id is not remembered: there is no end to those.
    if (categories.length > 0) paths.set(id, path);
    return path;
  }
}

interface Path {
  readonly categories: readonly Category[];
  readonly slugs: readonly string[];
}
