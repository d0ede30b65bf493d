/** Only a person can help: somebody has to sign in. `message`: why, for people. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
}

/** By name: the sign-in is a script of its own, with a class of its own. */
export function isSignedOut(error: unknown): error is SignedOutError {
  return error instanceof Error && error.name === 'SignedOutError';
}
