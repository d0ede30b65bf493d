/** A Lua script as text: esbuild's loader in bundles, test/support/text-transform.cjs in tests. */
declare module '*.lua' {
  const text: string;
  export default text;
}
