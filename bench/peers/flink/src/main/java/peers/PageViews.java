package peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Flink in one process, exactly once by checkpoints: counted in keyed state by page; Redis gets absolute values. */
public final class PageViews {
  private static final int PARALLELISM = 2;

  private PageViews() {}

  private static Configuration settings(Path checkpoints) throws IOException {
    Configuration settings = new Configuration();
    settings.setString("execution.checkpointing.interval", "1s");
    settings.setString("execution.checkpointing.mode", "EXACTLY_ONCE");
    settings.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    settings.setString("execution.checkpointing.storage", "filesystem");
    settings.setString("execution.checkpointing.dir", checkpoints.toUri().toString());
    settings.setString("state.backend.type", "hashmap");
    settings.setString("pipeline.object-reuse", "true");
    settings.setString("taskmanager.memory.network.min", "64mb");
    settings.setString("taskmanager.memory.network.max", "64mb");
    settings.setString("execution.buffer-timeout.interval", "100ms");
    newest(checkpoints).ifPresent(path -> settings.setString("execution.state-recovery.path", path.toUri().toString()));
    return settings;
  }

  /** The newest checkpoint that is complete: the one that a killed process is to go on from. */
  private static Optional<Path> newest(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints, 3)) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .map(Path::getParent);
    }
  }

  private static KafkaSource<Tuple3<String, String, String>> source() {
    return KafkaSource.<Tuple3<String, String, String>>builder()
        .setBootstrapServers(Setting.of("KAFKA_BROKERS"))
        .setTopics(Setting.of("TOPIC"))
        .setGroupId(Setting.of("CONSUMER_GROUP"))
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setValueOnlyDeserializer(new PageView.Schema())
        .setProperty("max.poll.records", "5000")
        .setProperty("max.partition.fetch.bytes", String.valueOf(4 << 20))
        .build();
  }

  public static void main(String[] arguments) throws Exception {
    Path checkpoints = Path.of(Setting.of("STATE_FOLDER"));
    Files.createDirectories(checkpoints);
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, settings(checkpoints));
    DataStream<Tuple3<String, String, String>> views =
        flink.fromSource(source(), WatermarkStrategy.noWatermarks(), "page views").uid("source");
    views.sinkTo(new VisitorSink()).uid("visitors");
    views
        .map(view -> Tuple2.of(view.f0, view.f1))
        .returns(Types.TUPLE(Types.STRING, Types.STRING))
        .uid("page-and-minute")
        .keyBy(view -> view.f0, Types.STRING)
        .process(new CountViews())
        .returns(Types.TUPLE(Types.STRING, Types.STRING, Types.LONG))
        .uid("count")
        .sinkTo(new CellSink())
        .uid("cells");
    flink.execute("page views");
  }
}
