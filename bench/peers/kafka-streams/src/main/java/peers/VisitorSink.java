package peers;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/**
 * Visitors of each minute. PFADD may be repeated, so it is sent from the source's side. But offsets may be committed only when all
 * that was read has been sent: one buffer a stream thread, since a commit covers all tasks of a thread, written by the very
 * punctuation that asks for the commit. Streams commits behind the punctuations, before it takes another record; its own
 * commit interval is long, to keep out of the way.
 */
final class VisitorSink implements Processor<String, PageView, Void, Void> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final long COMMIT_EVERY_MS = 1_000;
  private static final int VISITORS_MAX = 5_000;

  private static final class Buffer {
    static final ThreadLocal<Buffer> OF_THREAD = ThreadLocal.withInitial(Buffer::new);

    private final Map<String, Set<String>> minutes = new HashMap<>();
    private final Jedis redis = Setting.redis();
    private int count;
    private long committedMs = System.currentTimeMillis();

    void add(PageView view) {
      boolean isNew = minutes.computeIfAbsent(view.minute(), name -> new HashSet<>()).add(view.anonymousId);
      if (isNew && ++count >= VISITORS_MAX) write();
    }

    boolean isCommitDue() {
      return System.currentTimeMillis() - committedMs >= COMMIT_EVERY_MS;
    }

    void write() {
      if (count == 0) return;
      Pipeline pipeline = redis.pipelined();
      minutes.forEach((minute, ids) -> pipeline.pfadd("peers:visitors:" + minute, ids.toArray(new String[0])));
      pipeline.sync();
      minutes.clear();
      count = 0;
    }
  }

  private Buffer buffer;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, time -> {
      Buffer ofThread = Buffer.OF_THREAD.get();
      if (!ofThread.isCommitDue()) return;
      ofThread.write();
      ofThread.committedMs = System.currentTimeMillis();
      context.commit();
    });
  }

  @Override
  public void process(Record<String, PageView> view) {
    if (buffer == null) buffer = Buffer.OF_THREAD.get();
    buffer.add(view.value());
  }

  @Override
  public void close() {
    Buffer.OF_THREAD.get().write();
  }
}
