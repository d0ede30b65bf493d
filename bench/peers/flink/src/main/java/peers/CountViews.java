package peers;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Counts the views of one page, of all time and by minute, and tells changed cells as absolute values a few times a second. */
final class CountViews
    extends KeyedProcessFunction<String, Tuple2<String, String>, Tuple3<String, String, Long>> {
  private static final long TELL_EVERY_MS = 250;

  private transient ValueState<Long> all;
  private transient MapState<String, Long> minutes;
  private transient MapState<String, Boolean> changed;
  private transient ValueState<Boolean> isTimerSet;

  @Override
  public void open(OpenContext context) {
    all = getRuntimeContext().getState(new ValueStateDescriptor<>("all", Types.LONG));
    minutes = getRuntimeContext().getMapState(new MapStateDescriptor<>("minutes", Types.STRING, Types.LONG));
    changed = getRuntimeContext().getMapState(new MapStateDescriptor<>("changed", Types.STRING, Types.BOOLEAN));
    isTimerSet = getRuntimeContext().getState(new ValueStateDescriptor<>("isTimerSet", Types.BOOLEAN));
  }

  @Override
  public void processElement(
      Tuple2<String, String> view, Context context, Collector<Tuple3<String, String, Long>> out)
      throws Exception {
    Long views = all.value();
    all.update(views == null ? 1 : views + 1);
    Long ofMinute = minutes.get(view.f1);
    minutes.put(view.f1, ofMinute == null ? 1 : ofMinute + 1);
    changed.put(view.f1, true);
    if (isTimerSet.value() != null) return;
    isTimerSet.update(true);
    long now = context.timerService().currentProcessingTime();
    context.timerService().registerProcessingTimeTimer(now - now % TELL_EVERY_MS + TELL_EVERY_MS);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Tuple3<String, String, Long>> out)
      throws Exception {
    String page = context.getCurrentKey();
    out.collect(Tuple3.of("peers:pages", page, all.value()));
    for (String minute : changed.keys()) {
      out.collect(Tuple3.of("peers:pages:" + minute, page, minutes.get(minute)));
    }
    changed.clear();
    isTimerSet.clear();
  }
}
