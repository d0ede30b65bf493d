/** Which errors of Kafka pass by themselves: no connection, a time-out, a broker that restarts, a partition between two leaders. */

const causesMax = 5;

/**
 * Also where kafkajs has tried for as long as it does and given up: then its own error is final, and the one that it wraps is not. A broker
 * that is gone for good is noticed by the controller after 9 s (`broker.session.timeout.ms`), later than kafkajs gives up.
 */
export function isPassing(error: unknown): boolean {
  let asked = error;
  for (let depth = 0; depth < causesMax && asked instanceof Error; depth += 1) {
    const { name, retriable, cause } = asked as Error & { readonly retriable?: boolean };
    if (retriable === true || /Connection|Timeout|BrokerNotFound/.test(name)) return true;
    asked = cause;
  }
  return false;
}
