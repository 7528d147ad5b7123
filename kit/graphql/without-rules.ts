import { type ConstDirectiveNode, type DocumentNode, Kind, type ValueNode, visit } from 'graphql';
import { ruleDirectives } from './rules.ts';

/**
 * The document without its access rules: no applications, no `@public`, and nothing of them in the `@link` import list. The subgraphs enforce
 * them, and the gateway refuses a supergraph that holds them.
 */
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
