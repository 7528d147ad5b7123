import { globSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ConstDirectiveNode, type DocumentNode, Kind, parse, type ValueNode, visit } from 'graphql';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { accessRules, type Rule } from '#kit/graphql/rules.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';

/** The schema of one subgraph as it is written. */
export interface SubgraphSdl {
  readonly name: SubgraphName;
  readonly document: DocumentNode;
}

/** Rule directives: enforced by the subgraphs and unknown to the gateway, which refuses a supergraph that holds them. */
const ruleDirectives = new Set(['public', 'authenticated', 'requiresScopes']);

/** The subgraphs that have SDL of their own. */
export function readSubgraphs(root: string): SubgraphSdl[] {
  return subgraphNames
    .filter((name) => globSync(`subgraphs/${name}/**/*.graphql`, { cwd: root }).length > 0)
    .map((name) => ({ name, document: parse(loadTypeDefs(name)) }));
}

/** The access rules of a subgraph's fields by coordinate. Throws RuleError when one is missing or doubled. */
export function rulesOf({ document }: SubgraphSdl): ReadonlyMap<string, Rule> {
  return accessRules(buildSubgraphSchema(document));
}

/** The document without its rules: no applications, no `@public`, and nothing of them in the `@link` import list. */
export function withoutRules(document: DocumentNode): DocumentNode {
  return visit(document, {
    DirectiveDefinition: (node) => (ruleDirectives.has(node.name.value) ? null : undefined),
    Directive: (node) => {
      if (ruleDirectives.has(node.name.value)) return null;
      return node.name.value === 'link' ? withoutImports(node as ConstDirectiveNode) : undefined;
    },
  });
}

function withoutImports(link: ConstDirectiveNode): ConstDirectiveNode {
  return visit(link, {
    ListValue: (list) => ({ ...list, values: list.values.filter((value) => !isRuleImport(value)) }),
  });
}

function isRuleImport(value: ValueNode): boolean {
  return value.kind === Kind.STRING && ruleDirectives.has(value.value.slice(1));
}
