package peers;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What the roll-up needs of an event. */
@JsonIgnoreProperties(ignoreUnknown = true)
final class PageView {
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Properties {
    public String path;
  }

  public String anonymousId;
  public String timestamp;
  public Properties properties;

  private static final ObjectReader READER = new ObjectMapper().readerFor(PageView.class);
  private static final long DAY_MS = 86_400_000;

  /** The newest date and its start: nearly all events are of one day. Racing threads write the same. */
  private record Day(String date, long startMs) {}

  private static volatile Day newest = new Day("", 0);

  static Serde<PageView> serde() {
    return Serdes.serdeFrom(
        (topic, view) -> {
          throw new UnsupportedOperationException("page views are only read");
        },
        (topic, bytes) -> {
          try {
            return bytes == null ? null : READER.readValue(bytes);
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        });
  }

  String minute() {
    return timestamp.substring(0, 16);
  }

  static String minuteOf(long startMs) {
    return Instant.ofEpochMilli(startMs).toString().substring(0, 16);
  }

  /** Event time, of `2026-01-01T12:00:00.000Z`. */
  long atMs() {
    String date = timestamp.substring(0, 10);
    Day day = newest;
    if (!day.date().equals(date)) {
      day = new Day(date, LocalDate.parse(date).toEpochDay() * DAY_MS);
      newest = day;
    }
    long seconds = (number(11) * 60L + number(14)) * 60L + number(17);
    return day.startMs() + seconds * 1_000 + (timestamp.charAt(20) - '0') * 100L + number(21);
  }

  private int number(int at) {
    return (timestamp.charAt(at) - '0') * 10 + timestamp.charAt(at + 1) - '0';
  }
}
