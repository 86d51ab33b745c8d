package org.mailcaravan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.imap.AppendBenchmark;
import org.mailcaravan.imap.FetchBenchmark;
import org.mailcaravan.imap.UidSetBenchmark;
import org.mailcaravan.store.UidMapBenchmark;
import org.mailcaravan.sync.copy.ContentBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Each benchmark of {@code bench/jmh} once, not timed, so that it stays true to the code. */
class InnerPartsTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

  /**
   * So few octets that no part can copy its message into new memory. The bounds are a quarter above
   * what code allocates before it is compiled; compiled code allocates less.
   */
  @ParameterizedTest(name = "{0}: {1} in {2}")
  @CsvSource({
    "message, smallMessages, org.mailcaravan.imap.FetchBenchmark, 7000",
    "message, keepSmallMessages, org.mailcaravan.sync.copy.ContentBenchmark, 3000",
    "KiB, keepLargeMessage, org.mailcaravan.sync.copy.ContentBenchmark, 10",
    "message, smallMessages, org.mailcaravan.imap.AppendBenchmark, 7000",
    "KiB, largeMessages, org.mailcaravan.imap.AppendBenchmark, 10",
  })
  void allocatesLittleForEach(String unit, String body, Class<?> type, double most)
      throws Exception {
    Method method = type.getMethod(body);
    Object benchmark = type.getConstructor().newInstance();
    int units = method.getAnnotation(OperationsPerInvocation.class).value();
    method.invoke(benchmark);

    long before = THREADS.getCurrentThreadAllocatedBytes();
    method.invoke(benchmark);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat((double) allocated / units).isPositive().isLessThan(most);
  }
}
