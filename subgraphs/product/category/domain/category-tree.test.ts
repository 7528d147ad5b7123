import { describe, expect, test } from '@jest/globals';
import { localText } from '../../product/domain/local-text.ts';
import { categoryTree, type Category } from './category-tree.ts';

const category = (id: string, parentId: string | null, position = 0): Category => ({
  id,
  slug: `slug-${id}`,
  name: localText(id),
  parentId,
  position,
});

describe('the category tree', () => {
  const tree = categoryTree([
    category('shirts', 'tops', 1),
    category('tops', 'clothes'),
    category('shoes', null, 2),
    category('clothes', null, 1),
    category('t-shirts', 'tops', 0),
  ]);

  test('has its roots in their order', () => {
    expect(tree.roots.map(({ id }) => id)).toEqual(['clothes', 'shoes']);
  });

  test('gives the children of a category in their order, and none for a leaf', () => {
    expect(tree.childrenOf('tops').map(({ id }) => id)).toEqual(['t-shirts', 'shirts']);
    expect(tree.childrenOf('shoes')).toEqual([]);
  });

  test('leads from the root down to a category', () => {
    expect(tree.pathTo('shirts').map(({ id }) => id)).toEqual(['clothes', 'tops', 'shirts']);
    expect(tree.pathTo('unknown')).toEqual([]);
  });

  test('finds by slug, and nothing by an unknown slug', () => {
    expect(tree.bySlug('slug-shoes')?.id).toBe('shoes');
    expect(tree.bySlug('nowhere')).toBeNull();
  });

  test('a ring in the data does not hang', () => {
    const ring = categoryTree([category('a', 'b'), category('b', 'a')]);
    expect(ring.pathTo('a')).toHaveLength(2);
  });
});
