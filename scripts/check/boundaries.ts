import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boundaryRules, type BoundaryRule } from './boundary-rules.ts';
import { importsOf, type Import } from './imports.ts';
import { isGenerated, repositoryFiles } from './repository.ts';
import { root, type Step } from './step.ts';

const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.startsWith('kit/testing/');

/** The rules that an import breaks. */
export function brokenBy(
  from: string,
  { target, typeOnly }: Import,
  rules: readonly BoundaryRule[] = boundaryRules,
): BoundaryRule[] {
  return rules.filter(
    (rule) =>
      rule.applies(from) &&
      (rule.evenTests === true || !isTest(from)) &&
      !(typeOnly && rule.typesFrom?.test(target) === true) &&
      !rule.allows(target, from),
  );
}

/** Every import of every source file obeys the table of boundaries. */
export const boundaries: Step = {
  name: 'boundaries between folders',
  run: async () => {
    const sources = (await repositoryFiles()).filter((path) => path.endsWith('.ts') && !isGenerated(path));
    const problems: string[] = [];
    for (const path of sources) {
      for (const imported of await importsOf(path, await readFile(join(root, path), 'utf8'))) {
        for (const rule of brokenBy(path, imported)) {
          problems.push(`${path} imports ${imported.target}: ${rule.name}. ${rule.protects}`);
        }
      }
    }
    return problems;
  },
};
