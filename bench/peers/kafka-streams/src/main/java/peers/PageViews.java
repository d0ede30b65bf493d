package peers;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** Kafka Streams, exactly once: one repartition by page, counted twice, of all time and by minute; Redis gets absolute values. */
public final class PageViews {
  private static final int PARTITIONS = 8;
  private static final Duration GRACE = Duration.ofHours(6);

  private PageViews() {}

  private static Properties settings() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, Setting.of("CONSUMER_GROUP"));
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, Setting.of("KAFKA_BROKERS"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, Setting.of("STATE_FOLDER"));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    // VisitorSink asks for commits, once a second.
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 60_000);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 70_000);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64L << 20);
    settings.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 50);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return settings;
  }

  private static Topology topology(Properties settings) {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, PageView> views =
        builder.stream(
            Setting.of("TOPIC"),
            Consumed.with(Serdes.String(), PageView.serde())
                .withTimestampExtractor((record, before) -> ((PageView) record.value()).atMs()));
    views.process(VisitorSink::new);
    // Nothing but the page is needed behind the repartition.
    KGroupedStream<String, byte[]> byPage =
        views
            .map((key, view) -> KeyValue.pair(view.properties.path, new byte[0]))
            .repartition(
                Repartitioned.with(Serdes.String(), Serdes.ByteArray())
                    .withName("by-page")
                    .withNumberOfPartitions(PARTITIONS))
            .groupByKey(Grouped.with(Serdes.String(), Serdes.ByteArray()));
    byPage
        .count(
            Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as(PageSink.STORE)
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.Long()))
        .toStream()
        .process(PageSink::new, PageSink.STORE);
    byPage
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), GRACE))
        .count(
            Materialized.<String, Long, WindowStore<Bytes, byte[]>>as(MinuteSink.STORE)
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.Long()))
        .toStream()
        .process(MinuteSink::new, MinuteSink.STORE);
    return builder.build(settings);
  }

  public static void main(String[] arguments) {
    Properties settings = settings();
    KafkaStreams streams = new KafkaStreams(topology(settings), settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(5))));
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.start();
  }
}
