/** What a person reads in one line: something is missing, or a step did not come to what it should. */
export class RehearsalError extends Error {
  override readonly name = 'RehearsalError';
}
