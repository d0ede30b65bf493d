package peers;

import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedWindowStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Views by page, of each minute. */
final class MinuteSink extends CellSink<Windowed<String>> {
  static final String STORE = "minutes";

  private long newestMs = -1;
  private String newestHash;

  @Override
  public void process(Record<Windowed<String>, Long> views) {
    putCell(views.key(), views.value());
  }

  @Override
  void putStored(ProcessorContext<Void, Void> context) {
    TimestampedWindowStore<String, Long> store = context.getStateStore(STORE);
    try (KeyValueIterator<Windowed<String>, ValueAndTimestamp<Long>> all = store.all()) {
      all.forEachRemaining(cell -> putCell(cell.key, cell.value.value()));
    }
  }

  private void putCell(Windowed<String> cell, long views) {
    long startMs = cell.window().start();
    if (startMs != newestMs) {
      newestMs = startMs;
      newestHash = "peers:pages:" + PageView.minuteOf(startMs);
    }
    put(newestHash, cell.key(), views);
  }
}
