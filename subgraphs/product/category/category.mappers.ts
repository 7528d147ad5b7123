import type { Category } from './domain/category-tree.ts';

export type CategoryMapper = Category;
