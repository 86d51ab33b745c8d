package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.RecordedEvent;
import org.mailcaravan.model.Secret;

/** On H2; {@code PostgresEventsTest} runs all of it on PostgreSQL. */
class EventsTest {
  private Database database;
  private Events events;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    events = new Events(database, "one");
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private void add(String reason) {
    events.add("test", "tester", null, null, null, null, null, reason);
  }

  private List<String> reasons() {
    return events.after(0, 1000).stream().map(each -> each.event().reason()).toList();
  }

  @Test
  void whatIsAddedIsRead() {
    Event whole =
        new Event("pass", "claims", "m", "m-1", 7L, "imap.old.example:993", "COPYING", "begins");
    events.addAll(List.of(whole));
    add("bare");
    List<RecordedEvent> all = events.after(0, 10);
    assertThat(all).extracting(RecordedEvent::number).containsExactly(1L, 2L);
    assertThat(all.get(0).event()).isEqualTo(whole);
    assertThat(all.get(0).node()).isEqualTo("one");
    assertThat(all.get(1).event().pass()).isNull();
    assertThat(events.after(1, 10)).extracting(RecordedEvent::number).containsExactly(2L);
    assertThat(events.after(0, 1)).hasSize(1);
    assertThat(events.last()).isEqualTo(2);
  }

  @Test
  void manyKeepTheirOrder() {
    List<String> many =
        IntStream.range(0, 64 + 2 * 8 + 3).mapToObj(each -> "event " + each).toList();
    add("before");
    events.addAll(
        many.stream()
            .map(each -> new Event("test", "tester", null, null, null, null, null, each))
            .toList());
    assertThat(reasons())
        .startsWith("before")
        .endsWith(many.toArray(String[]::new))
        .hasSize(1 + many.size());
    assertThat(events.after(0, 1000))
        .extracting(RecordedEvent::number)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 84).boxed().toList());
  }

  @Test
  void aTransactionThatIsRolledBackLeavesNoneAndNoGap() {
    add("first");
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    () -> {
                      add("lost");
                      throw new IllegalStateException("rolled back");
                    }))
        .hasMessage("rolled back");
    database.inTransaction(
        () -> {
          add("second");
          database.inTransaction(() -> add("third"));
        });
    assertThat(reasons()).containsExactly("first", "second", "third");
    assertThat(events.last()).isEqualTo(3);
  }

  @Test
  void longTextsAreCut() {
    add("x".repeat(3999) + "\ud83d\ude00 and on");
    assertThat(reasons().get(0)).hasSize(3999);
  }

  /**
   * A transaction that takes its number early and commits late would make a gap that fills later.
   */
  @Test
  void aReaderNeverMissesOne() throws Exception {
    int writers = 4;
    int each = 100;
    List<Long> read = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> writing = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        int row = writer;
        writing.add(
            threads.submit(
                () -> {
                  for (int one = 0; one < each; one++) {
                    String name = "host" + row + "-" + one;
                    database.inTransaction(
                        () -> {
                          add("begins " + name);
                          database
                              .jdbc()
                              .sql("insert into host (name, configured) values (?, 1)")
                              .param(name)
                              .update();
                          add("ends " + name);
                        });
                  }
                }));
      }
      long last = 0;
      while (last < 2L * writers * each) {
        for (RecordedEvent event : events.after(last, 1000)) {
          last = event.number();
          read.add(last);
        }
        for (Future<?> one : writing) {
          if (one.isDone()) {
            one.get();
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(read)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 2L * writers * each).boxed().toList());
  }
}
