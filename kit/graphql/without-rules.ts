import { type ConstDirectiveNode, type DocumentNode, Kind, type ValueNode, visit } from 'graphql';
import { hintDirective } from './cache-hints.ts';
import { ruleDirectives } from './rules.ts';

/** What the subgraphs and the gateway keep to themselves. */
const notComposed: ReadonlySet<string> = new Set([...ruleDirectives, hintDirective]);

/**
 * The document without its access rules and cache hints: no applications, no definitions, and nothing of them in the `@link` import list. The subgraphs enforce
 * the rules, and the gateway, which refuses a supergraph that holds them, gets both as tables.
 */
export function withoutRules(document: DocumentNode): DocumentNode {
  return visit(document, {
    DirectiveDefinition: (node) => (notComposed.has(node.name.value) ? null : undefined),
    Directive: (node) => {
      if (notComposed.has(node.name.value)) return null;
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
