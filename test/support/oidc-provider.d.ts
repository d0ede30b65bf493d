/** What the tests use of oidc-provider, which comes without types. */
declare module 'oidc-provider' {
  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    listen(port: number, host: string, onListening: () => void): unknown;
  }
}
