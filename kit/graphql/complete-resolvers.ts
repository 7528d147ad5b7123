import type { GraphQLScalarType } from 'graphql';

type Resolve = (...args: never[]) => unknown;

/** What a generated resolver type may return. */
type ResultOf<FieldResolver> =
  Extract<NonNullable<FieldResolver>, Resolve> extends (...args: never[]) => infer Result ? Result : never;

/** What the executor reads from a parent's property: a function there is called. */
type ReadFrom<Property> = Property extends Resolve ? ReturnType<Property> : Property;

/** True when the parent's own property already is what the field answers; an absent nullable one reads as null. */
type IsOnParent<Parent, Field, Result> = Field extends keyof Parent
  ? [Parent[Field]] extends [never]
    ? false
    : [ReadFrom<Parent[Field]>] extends [Result | (null extends Awaited<Result> ? undefined : never)]
      ? true
      : false
  : false;

/** True when the reference that the gateway sends can serve as the parent, so that nothing has to be looked up. */
type IsReference<ResolveReference, Parent> =
  Extract<NonNullable<ResolveReference>, Resolve> extends (reference: infer Reference, ...rest: never[]) => unknown
    ? [Reference] extends [Parent]
      ? true
      : false
    : false;

type MissingFields<TypeResolvers, Parent> = {
  [
    Field in keyof TypeResolvers as Field extends '__isTypeOf'
      ? never
      : Field extends '__resolveReference'
        ? IsReference<TypeResolvers[Field], Parent> extends true
          ? never
          : Field
        : IsOnParent<Parent, Field, ResultOf<TypeResolvers[Field]>> extends true
          ? never
          : Field
  ]-?: NonNullable<TypeResolvers[Field]>;
};

/** Types that the kit or the executor resolves: scalars, Money, and abstract types, which are told apart by `__typename`. */
type IsResolvedElsewhere<Name, TypeResolvers> = Name extends 'Money'
  ? true
  : TypeResolvers extends GraphQLScalarType | { __resolveType: unknown }
    ? true
    : false;

/** The part of the generated `Resolvers` that must be written, because the parents don't hold the answers themselves. */
export type RequiredResolvers<Resolvers, Parents> = {
  [
    Name in keyof Resolvers as IsResolvedElsewhere<Name, NonNullable<Resolvers[Name]>> extends true
      ? never
      : {} extends MissingFields<NonNullable<Resolvers[Name]>, Name extends keyof Parents ? Parents[Name] : never>
        ? never
        : Name
  ]-?: MissingFields<NonNullable<Resolvers[Name]>, Name extends keyof Parents ? Parents[Name] : never>;
};

/**
 * Makes a missing resolver a compile error: `complete<Resolvers, ResolversParentTypes>()(combineResolvers(…))`. Required are all fields of Query
 * and Mutation, every field that the parent's own property (see the mappers) can't answer, and `__resolveReference` unless
 * the gateway's reference already is a whole parent.
 */
export function complete<Resolvers extends object, Parents>() {
  return <const Given extends Resolvers & RequiredResolvers<Resolvers, Parents>>(resolvers: Given): Given => resolvers;
}
