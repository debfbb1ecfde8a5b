/** A `.css` file imported by TypeScript arrives as its minified text (see build.mjs). */
declare module "*.css" {
  const text: string;
  export default text;
}
