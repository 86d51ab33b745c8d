package org.mailcaravan.bench;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.imap.AppendBenchmark;
import org.mailcaravan.imap.FetchBenchmark;
import org.mailcaravan.imap.UidSetBenchmark;
import org.mailcaravan.store.UidMapBenchmark;
import org.mailcaravan.sync.ContentBenchmark;
import org.openjdk.jmh.annotations.Benchmark;

/** Each benchmark of {@code bench/jmh} once, not timed, so that it stays true to the code. */
class InnerPartsTest {
  static Stream<Method> bodies() {
    return Stream.of(
            FetchBenchmark.class,
            ContentBenchmark.class,
            AppendBenchmark.class,
            UidSetBenchmark.class,
            UidMapBenchmark.class)
        .flatMap(type -> Arrays.stream(type.getMethods()))
        .filter(method -> method.isAnnotationPresent(Benchmark.class));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void runs(Method body) throws Exception {
    Object benchmark = body.getDeclaringClass().getConstructor().newInstance();
    assertThatCode(() -> body.invoke(benchmark)).doesNotThrowAnyException();
  }
}
