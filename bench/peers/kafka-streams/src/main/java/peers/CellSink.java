package peers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/**
 * Writes counts to Redis as absolute values, the newest of each cell, a few times a second. On start everything that the state
 * store holds is written again: so a kill between commit and write cannot leave an old value.
 */
abstract class CellSink<K> implements Processor<K, Long, Void, Void> {
  private static final Duration WRITE_EVERY = Duration.ofMillis(250);
  private static final int CELLS_MAX = 5_000;

  private final Map<String, Map<String, String>> cells = new HashMap<>();
  private int count;
  private Jedis redis;

  /** Puts all cells of the state store. */
  abstract void putStored(ProcessorContext<Void, Void> context);

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    redis = Setting.redis();
    putStored(context);
    write();
    context.schedule(WRITE_EVERY, PunctuationType.WALL_CLOCK_TIME, time -> write());
  }

  void put(String hash, String page, long views) {
    String before = cells.computeIfAbsent(hash, name -> new HashMap<>()).put(page, Long.toString(views));
    if (before == null && ++count >= CELLS_MAX) write();
  }

  private void write() {
    if (count == 0) return;
    Pipeline pipeline = redis.pipelined();
    cells.forEach(pipeline::hset);
    pipeline.sync();
    cells.clear();
    count = 0;
  }

  @Override
  public void close() {
    write();
    redis.close();
  }
}
