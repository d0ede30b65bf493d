package peers;

import redis.clients.jedis.Jedis;

/** What the benchmark sets, as for every contestant. */
final class Setting {
  private Setting() {}

  static String of(String name) {
    String value = System.getenv(name);
    if (value == null) throw new IllegalStateException(name + ": not set");
    return value;
  }

  static Jedis redis() {
    return new Jedis(of("REDIS_URL"));
  }
}
