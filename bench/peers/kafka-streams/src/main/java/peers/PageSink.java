package peers;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Views by page, of all time. */
final class PageSink extends CellSink<String> {
  static final String STORE = "pages";
  private static final String HASH = "peers:pages";

  @Override
  public void process(Record<String, Long> views) {
    put(HASH, views.key(), views.value());
  }

  @Override
  void putStored(ProcessorContext<Void, Void> context) {
    TimestampedKeyValueStore<String, Long> store = context.getStateStore(STORE);
    try (KeyValueIterator<String, ValueAndTimestamp<Long>> all = store.all()) {
      all.forEachRemaining(cell -> put(HASH, cell.key, cell.value.value()));
    }
  }
}
