package peers;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;

/** What the roll-up needs of an event: page, minute and visitor travel as a tuple, the cheapest that Flink serialises. */
@JsonIgnoreProperties(ignoreUnknown = true)
public final class PageView {
  @JsonIgnoreProperties(ignoreUnknown = true)
  public static final class Properties {
    public String path;
  }

  public String anonymousId;
  public String timestamp;
  public Properties properties;

  static final class Schema extends AbstractDeserializationSchema<Tuple3<String, String, String>> {
    private transient ObjectReader reader;

    Schema() {
      super(Types.TUPLE(Types.STRING, Types.STRING, Types.STRING));
    }

    @Override
    public void open(InitializationContext context) {
      reader = new ObjectMapper().readerFor(PageView.class);
    }

    @Override
    public Tuple3<String, String, String> deserialize(byte[] value) throws IOException {
      PageView view = reader.readValue(value);
      return Tuple3.of(view.properties.path, view.timestamp.substring(0, 16), view.anonymousId);
    }
  }
}
