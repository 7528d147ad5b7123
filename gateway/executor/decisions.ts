import {
  Kind,
  visit,
  type ASTNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableNode,
} from 'graphql';
import { own, type JsonObject } from './json.ts';

/** The boolean variables that decide what is part of an operation, each with its value. */
export type Decisions = ReadonlyMap<string, boolean>;

/** Operations with more deciding variables than this have too many forms to compile each. */
export const decidingAtMost = 6;

/** The names of the variables that stand in a `@skip` or `@include` of the operation or of a fragment that it spreads. */
export function decidingVariables(
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): readonly string[] {
  const names = new Set<string>();
  const visited = new Set<ASTNode>();
  const visitOnce = (root: ASTNode | undefined): void => {
    if (root === undefined || visited.has(root)) return;
    visited.add(root);
    visit(root, {
      Directive(node) {
        const variable = conditionOf(node.arguments?.[0]?.value);
        if (isConditional(node.name.value) && variable) names.add(variable.name.value);
      },
      FragmentSpread: (node) => visitOnce(fragments[node.name.value]),
    });
  };
  visitOnce(operation);
  return [...names];
}

/** Decides with a request's variables; null when one of them is no boolean, which Apollo has words for. */
export function decide(
  names: readonly string[],
  operation: OperationDefinitionNode,
  variables: JsonObject,
): Decisions | null {
  const decisions = new Map<string, boolean>();
  for (const name of names) {
    const given = own(variables, name);
    const value = given === undefined ? defaultOf(operation, name) : given;
    if (typeof value !== 'boolean') return null;
    decisions.set(name, value);
  }
  return decisions;
}

/** A text for each outcome. */
export function decisionKey(decisions: Decisions): string {
  let key = '';
  for (const value of decisions.values()) key += value ? '1' : '0';
  return key;
}

/** Whether a selection is part of the operation. */
export function isIncluded({ directives = [] }: SelectionNode, decisions: Decisions): boolean {
  return directives.every(({ name, arguments: given }) => {
    if (!isConditional(name.value)) return true;
    const value = given?.[0]?.value;
    const variable = conditionOf(value);
    const holds = variable ? decisions.get(variable.name.value) : value?.kind === Kind.BOOLEAN && value.value;
    return holds === (name.value === 'include');
  });
}

const isConditional = (name: string): boolean => name === 'skip' || name === 'include';

function conditionOf(value: { readonly kind: string } | undefined): VariableNode | null {
  return value?.kind === Kind.VARIABLE ? (value as VariableNode) : null;
}

function defaultOf({ variableDefinitions = [] }: OperationDefinitionNode, name: string): boolean | undefined {
  const value = variableDefinitions.find(({ variable }) => variable.name.value === name)?.defaultValue;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
