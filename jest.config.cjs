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
    // Packages that are ES modules alone.
    'node_modules/zstddec/.+\\.mjs$': ['@swc/jest', { module: { type: 'commonjs' } }],
    // Lua is text: esbuild inlines it (loader "text"), jest reads it with this transform.
    '\\.lua$': '<rootDir>/test/support/text-transform.cjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!zstddec/)'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node', 'lua'],
  // Of a test that hangs: a loaded machine takes several times what a quiet one does.
  testTimeout: 120_000,
  // Of two cores: many tests wait for clocks, browsers and brokers.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
};
