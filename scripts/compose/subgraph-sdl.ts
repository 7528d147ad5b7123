import { globSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, parse } from 'graphql';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { withAudienceTags } from '#kit/graphql/audience-tags.ts';
import { type CacheHint, cacheHints } from '#kit/graphql/cache-hints.ts';
import { accessRules, type Rule } from '#kit/graphql/rules.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';

/** The schema of one subgraph as it is written, with the tags that follow from its access rules. */
export interface SubgraphSdl {
  readonly name: SubgraphName;
  readonly document: DocumentNode;
}

/** The subgraphs that have SDL of their own. */
export function readSubgraphs(root: string): SubgraphSdl[] {
  return subgraphNames
    .filter((name) => globSync(`subgraphs/${name}/**/*.graphql`, { cwd: root }).length > 0)
    .map((name) => ({ name, document: withAudienceTags(parse(loadTypeDefs(name))) }));
}

/** The access rules of a subgraph's fields by coordinate. Throws RuleError when one is missing or doubled. */
export function rulesOf({ document }: SubgraphSdl): ReadonlyMap<string, Rule> {
  return accessRules(buildSubgraphSchema(document));
}

/** The cache hints of a subgraph's types and fields by coordinate. Throws CacheHintError when one can't be understood. */
export function hintsOf({ document }: SubgraphSdl): ReadonlyMap<string, CacheHint> {
  return cacheHints(buildSubgraphSchema(document));
}
