/**
 * Loaded before a deployed function: what it asks of AWS by `fetch` goes to the emulator, as what it asks by the SDK does. The
 * authorizer asks Cognito for its keys this way.
 */
const emulator = process.env.AWS_ENDPOINT_URL;
const original = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (emulator === undefined || !url.hostname.endsWith('.amazonaws.com')) return original(input, init);
  return original(new URL(`${url.pathname}${url.search}`, emulator), init);
};
