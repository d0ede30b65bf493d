/**
 * A stub that refuses surprises: only the methods that the test gives it can be called. Anything else throws with its name,
 * so that code which begins to ask for more fails its test instead of getting `undefined`.
 */
export function strictStub<T extends object>(name: string, methods: Partial<T>): T {
  return new Proxy(methods, {
    get(target, property) {
      // Promises and jest's printer ask any value for these.
      if (property === 'then' || property === 'toJSON' || typeof property === 'symbol') return undefined;
      if (property in target) return target[property as keyof typeof target];
      throw new Error(`${name}.${String(property)} was not expected`);
    },
  }) as T;
}
