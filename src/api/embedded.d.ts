/** Files that are embedded in the executable: GraphQL is imported as text, the others as a path. */

declare module "*.graphql" {
  const text: string;
  export default text;
}

declare module "*.browser.js" {
  const path: string;
  export default path;
}

declare module "swagger-ui-dist/*" {
  const path: string;
  export default path;
}

declare module "@graphql-yoga/render-graphiql/graphiql" {
  const path: string;
  export default path;
}
