import {
  defaultFieldResolver,
  isInterfaceType,
  isObjectType,
  type ConstDirectiveNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  valueFromASTUntyped,
} from 'graphql';
import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';
import { forbidden, unauthenticated } from './errors.ts';

/** Who may read a field: everybody, whoever is signed in, or whoever has all scopes of one of the lists. */
export type Rule =
  | { readonly kind: 'PUBLIC' }
  | { readonly kind: 'AUTHENTICATED' }
  | { readonly kind: 'SCOPES'; readonly anyOf: readonly (readonly string[])[] };

/** The directives that are rules. */
export const ruleDirectives: ReadonlySet<string> = new Set(['public', 'authenticated', 'requiresScopes']);

/** Federation's own root fields: reached by signed calls only, which is a rule of the door and not of the field. */
const machinery = new Set(['_service', '_entities']);

/** A schema whose access rules are missing or doubled. It must not start. */
export class RuleError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'RuleError';
  }
}

/**
 * The rule of every field that has one, by coordinate (`Query.order`). Throws `RuleError` naming each field of Query and Mutation
 * without exactly one of `@public`, `@authenticated`, `@requiresScopes`, each field with two, and each rule on something that isn't a field of
 * an object type, where nothing would enforce it.
 */
export function accessRules(schema: GraphQLSchema): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  const problems: string[] = [];
  const roots = new Set<GraphQLNamedType | null | undefined>([schema.getQueryType(), schema.getMutationType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (directivesOf(type).length > 0) problems.push(`${type.name} carries an access rule: rules belong on fields`);
    if (isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (directivesOf(field).length > 0)
          problems.push(`${type.name}.${field.name} carries an access rule: write it on the implementing types`);
      }
    }
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (roots.has(type) && machinery.has(field.name)) continue;
      const coordinate = `${type.name}.${field.name}`;
      const found = directivesOf(field);
      if (found.length > 1) problems.push(`${coordinate} carries ${found.length} access rules: exactly one is allowed`);
      else if (found[0]) rules.set(coordinate, ruleFrom(found[0]));
      else if (roots.has(type))
        problems.push(`${coordinate} has no access rule: add @public, @authenticated or @requiresScopes`);
    }
  }
  if (problems.length > 0) throw new RuleError(problems);
  return rules;
}

/** Puts every rule in front of its resolver: nobody without the right reaches it, through whatever path the graph has. */
export function enforceRules(schema: GraphQLSchema): void {
  for (const [coordinate, rule] of accessRules(schema)) {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (field && rule.kind !== 'PUBLIC') guard(field, rule);
  }
}

/** Why the viewer may not read a field with this rule: UNAUTHENTICATED for an anonymous one, FORBIDDEN for one without the scopes; null when it may. */
export function denialOf(rule: Rule, viewer: Viewer): GraphQLError | null {
  if (permits(rule, viewer)) return null;
  return viewer.kind === 'ANONYMOUS' ? unauthenticated() : forbidden();
}

/** Whether the viewer may read a field with this rule. */
export function permits(rule: Rule, viewer: Viewer): boolean {
  if (rule.kind === 'PUBLIC') return true;
  if (viewer.kind === 'ANONYMOUS') return false;
  return rule.kind === 'AUTHENTICATED' || rule.anyOf.some((all) => all.every((scope) => hasScope(viewer, scope)));
}

/** Throws why the viewer may not, if so. */
export function checkRule(rule: Rule, viewer: Viewer): void {
  const denial = denialOf(rule, viewer);
  if (denial) throw denial;
}

function guard(field: GraphQLField<unknown, { viewer: Viewer }>, rule: Rule): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (parent, args, context, info) => {
    checkRule(rule, context.viewer);
    return resolve(parent, args, context, info);
  };
}

function directivesOf(element: GraphQLNamedType | GraphQLField<unknown, unknown>): ConstDirectiveNode[] {
  const nodes = [element.astNode, ...('extensionASTNodes' in element ? element.extensionASTNodes : [])];
  return nodes.flatMap((node) =>
    (node?.directives ?? []).filter((directive) => ruleDirectives.has(directive.name.value)),
  );
}

function ruleFrom(directive: ConstDirectiveNode): Rule {
  if (directive.name.value === 'public') return { kind: 'PUBLIC' };
  if (directive.name.value === 'authenticated') return { kind: 'AUTHENTICATED' };
  const scopes = directive.arguments?.find((argument) => argument.name.value === 'scopes');
  return { kind: 'SCOPES', anyOf: scopes ? (valueFromASTUntyped(scopes.value) as string[][]) : [] };
}
