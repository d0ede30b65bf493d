/** Files that are text (the Lua scripts) as modules whose default export is that text, as esbuild's loader makes them. */
module.exports = {
  process: (text) => ({ code: `exports.__esModule = true; exports.default = ${JSON.stringify(text)};` }),
};
