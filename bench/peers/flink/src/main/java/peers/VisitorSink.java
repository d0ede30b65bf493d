package peers;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.java.tuple.Tuple3;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Visitors of each minute: PFADD may be repeated, so it needs no state of Flink's. */
final class VisitorSink implements Sink<Tuple3<String, String, String>> {
  private static final int VISITORS_MAX = 5_000;

  @Override
  public SinkWriter<Tuple3<String, String, String>> createWriter(WriterInitContext context) {
    return new Writer();
  }

  private static final class Writer implements SinkWriter<Tuple3<String, String, String>> {
    private final Jedis redis = Setting.redis();
    private final Map<String, Set<String>> minutes = new HashMap<>();
    private int count;

    @Override
    public void write(Tuple3<String, String, String> view, Context context) {
      boolean isNew = minutes.computeIfAbsent(view.f1, name -> new HashSet<>()).add(view.f2);
      if (isNew && ++count >= VISITORS_MAX) flush(false);
    }

    @Override
    public void flush(boolean isEnd) {
      if (count == 0) return;
      Pipeline pipeline = redis.pipelined();
      minutes.forEach((minute, ids) -> pipeline.pfadd("peers:visitors:" + minute, ids.toArray(new String[0])));
      pipeline.sync();
      minutes.clear();
      count = 0;
    }

    @Override
    public void close() {
      redis.close();
    }
  }
}
