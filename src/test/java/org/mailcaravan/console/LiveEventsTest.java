package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Event;

@Timeout(120)
class LiveEventsTest {
  @TempDir private Path home;
  private RunningApi api;

  @BeforeEach
  void start() throws Exception {
    api = new RunningApi(home);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void happen(int count) {
    api.events.addAll(
        IntStream.range(0, count)
            .mapToObj(
                each -> new Event("mailbox", "route", null, null, null, null, null, "no " + each))
            .toList());
  }

  /** A stream that is read line by line. */
  private final class Stream implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;

    Stream(String path, String lastId) throws IOException {
      URI url = URI.create(api.server.url());
      socket = new Socket();
      socket.setReceiveBufferSize(4096);
      socket.connect(new java.net.InetSocketAddress(url.getHost(), url.getPort()));
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + path
                      + " HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                      + "Authorization: Bearer "
                      + api.token()
                      + (lastId.isEmpty() ? "" : "\r\nLast-Event-ID: " + lastId)
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String line() throws IOException {
      String line = lines.readLine();
      assertThat(line).as("a line of the stream").isNotNull();
      return line;
    }

    /** The numbers of the next events. */
    List<Long> ids(int count) throws IOException {
      List<Long> ids = new ArrayList<>();
      while (ids.size() < count) {
        String line = line();
        if (line.startsWith("id: ")) {
          ids.add(Long.valueOf(line.substring(4)));
          assertThat(line()).isEqualTo("event: mailbox");
          assertThat(line()).startsWith("data: {\"number\":" + ids.get(ids.size() - 1) + ",");
          assertThat(line()).isEmpty();
        }
      }
      return ids;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void eventsComeAsTheyHappen() throws Exception {
    happen(3);
    try (Stream stream = new Stream("/api/v1/events", "")) {
      // Without a number only what comes from now on.
      await().until(() -> api.reads.contains(3L));
      happen(2);
      assertThat(stream.ids(2)).isEqualTo(numbers(4, 5));
      happen(1);
      assertThat(stream.ids(1)).isEqualTo(numbers(6, 6));
    }
  }

  @Test
  void whoWasCutOffMissesNothingAndGetsNothingTwice() throws Exception {
    happen(700);
    List<Long> seen = new ArrayList<>();
    try (Stream stream = new Stream("/api/v1/events?after=0", "")) {
      seen.addAll(stream.ids(650));
    }
    happen(20);
    String last = String.valueOf(seen.get(seen.size() - 1));
    try (Stream stream = new Stream("/api/v1/events?after=0", last)) {
      seen.addAll(stream.ids(60));
      happen(10);
      seen.addAll(stream.ids(20));
    }
    assertThat(seen).isEqualTo(numbers(1, 730));
  }

  @Test
  void tenThousandEventsReachAReaderThatIsSlowAndOneThatIsNot() throws Exception {
    try (Stream slow = new Stream("/api/v1/events?after=0", "");
        Stream quick = new Stream("/api/v1/events?after=0", "")) {
      for (int part = 0; part < 10; part++) {
        happen(1000);
        assertThat(quick.ids(1000)).isEqualTo(numbers(part * 1000L + 1, part * 1000L + 1000));
      }
      // It has read nothing so far, and what it has not read was not kept for it.
      assertThat(slow.ids(10_000)).isEqualTo(numbers(1, 10_000));
      happen(1);
      assertThat(slow.ids(1)).isEqualTo(numbers(10_001, 10_001));
    }
  }

  @Test
  void oneLookServesAllWhoAreUpToDateAndNoneIsMadeForNobody() throws Exception {
    List<Stream> streams = new ArrayList<>();
    for (int each = 0; each < 20; each++) {
      streams.add(new Stream("/api/v1/events?after=0", ""));
    }
    await().until(() -> api.reads.size() >= 22);
    api.reads.clear();
    happen(1);
    for (Stream each : streams) {
      assertThat(each.ids(1)).isEqualTo(List.of(1L));
    }
    // Those that found it once, and perhaps one look more before or after.
    assertThat(api.reads.stream().filter(from -> from == 0).count()).isLessThan(10);
    for (Stream each : streams) {
      each.close();
    }
    await()
        .until(
            () -> {
              int before = api.reads.size();
              api.get("/health");
              api.get("/health");
              return api.reads.size() == before;
            });
  }

  @Test
  void aSilentStreamShowsThatItIsAlive() throws Exception {
    try (Stream stream = new Stream("/api/v1/events", "")) {
      await().until(() -> stream.line().equals(":"));
    }
  }

  @Test
  void listenersAreBounded() throws Exception {
    List<Stream> streams = new ArrayList<>();
    for (int each = 0; each < LiveEvents.MOST_LISTENERS; each++) {
      Stream stream = new Stream("/api/v1/events", "");
      assertThat(stream.line()).startsWith("HTTP/1.0 200");
      streams.add(stream);
    }
    try (Stream late = new Stream("/api/v1/events", "")) {
      assertThat(late.line()).startsWith("HTTP/1.0 503");
    }
    // The others are still served.
    assertThat(api.get("/api/v1/events").statusCode()).isEqualTo(200);
    for (Stream each : streams) {
      each.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "9223372036854775807", "99999999999999999999"})
  void aNumberBeyondTheNewestEventBeginsAtTheNewest(String number) throws Exception {
    happen(3);
    try (Stream ahead = new Stream("/api/v1/events", number)) {
      await().until(() -> api.reads.contains(3L));
      try (Stream other = new Stream("/api/v1/events?after=0", "")) {
        assertThat(other.ids(3)).isEqualTo(numbers(1, 3));
        happen(2);
        assertThat(ahead.ids(2)).isEqualTo(numbers(4, 5));
        assertThat(other.ids(2)).isEqualTo(numbers(4, 5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1", "1.5", "1e3", "+1", "1 2"})
  void aWrongNumberIsExplained(String number) throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.call("/api/v1/events")
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", number));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains("Last-Event-ID is \\\"" + number + "\\\"; it is no whole number");
  }
}
