/** What is wrong with a request, or with the store that was to answer it; each becomes one ApiError. */
export abstract class RequestError extends Error {}

/** A parameter that cannot be used. The message names it, its value, and what is allowed. */
export class BadParameterError extends RequestError {
  override readonly name = 'BadParameterError';
  constructor(parameter: string, value: string | undefined, allowed: string) {
    // Values are the client's own words sent back as JSON; cut, so that no answer grows with its question.
    const shown = value === undefined ? 'not given' : JSON.stringify(value.slice(0, 100));
    super(`${parameter}: ${shown}; allowed: ${allowed}`);
  }
}

export class NotFoundError extends RequestError {
  override readonly name = 'NotFoundError';
}

export class UnauthorizedError extends RequestError {
  override readonly name = 'UnauthorizedError';
}

/** The store did not answer in time. The client should ask again. */
export class StoreSilentError extends Error {
  override readonly name = 'StoreSilentError';
}
