package peers;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.java.tuple.Tuple3;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Hash, page, views: the newest of each cell, written at every checkpoint and whenever many are waiting. */
final class CellSink implements Sink<Tuple3<String, String, Long>> {
  private static final int CELLS_MAX = 2_000;

  @Override
  public SinkWriter<Tuple3<String, String, Long>> createWriter(WriterInitContext context) {
    return new Writer();
  }

  private static final class Writer implements SinkWriter<Tuple3<String, String, Long>> {
    private final Jedis redis = Setting.redis();
    private final Map<String, Map<String, String>> cells = new HashMap<>();
    private int count;

    @Override
    public void write(Tuple3<String, String, Long> cell, Context context) {
      String views = Long.toString(cell.f2);
      if (cells.computeIfAbsent(cell.f0, name -> new HashMap<>()).put(cell.f1, views) == null) count++;
      if (count >= CELLS_MAX) flush(false);
    }

    @Override
    public void flush(boolean isEnd) {
      if (count == 0) return;
      Pipeline pipeline = redis.pipelined();
      cells.forEach(pipeline::hset);
      pipeline.sync();
      cells.clear();
      count = 0;
    }

    @Override
    public void close() {
      redis.close();
    }
  }
}
