import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const exported = /^export (?:declare )?(?:type|interface) (\w+)Mapper\b/gm;

/**
 * The mappers of the subgraph at `folder`, as codegen takes them: `Product` → `../catalog/product.mappers.ts#ProductMapper`, relative to
 * `__generated__`. Throws when two files map one type.
 */
export function findMappers(root: string, folder: string): Record<string, string> {
  const mappers: Record<string, string> = {};
  for (const path of globSync(`${folder}/**/*.mappers.ts`, { cwd: root }).toSorted()) {
    for (const [, type = ''] of readFileSync(join(root, path), 'utf8').matchAll(exported)) {
      const target = `${posix.relative(`${folder}/__generated__`, path)}#${type}Mapper`;
      if (mappers[type]) throw new Error(`${type}Mapper is exported twice: ${mappers[type]} and ${target}`);
      mappers[type] = target;
    }
  }
  return mappers;
}
