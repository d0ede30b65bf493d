/**
 * Imported first by programs whose handlers read their configuration as they load: a bad setting is one line that a person
 * reads, without a stack. Under run.mjs it says so itself.
 */
process.once('uncaughtException', (error: Error) => {
  console.error(error.name === 'ConfigurationError' ? error.message : error);
  process.exit(1);
});
