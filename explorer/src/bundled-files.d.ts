/** The bundler hands a .graphql file over as its text. */
declare module '*.graphql' {
  const text: string;
  export default text;
}
/** Style sheets become part of the bundle's own. */
declare module '*.css';
