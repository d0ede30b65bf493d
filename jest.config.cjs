/** The suffix says what a test needs: *.redis.test.ts a Redis, *.kafka.test.ts a Kafka, *.browser.test.ts Chromium. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
      },
    ],
  },
  // `.lua` and `.html` are text: esbuild inlines them (loader "text"), jest reads them with this transform.
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  testTimeout: 30_000,
  maxWorkers: 2,
};
