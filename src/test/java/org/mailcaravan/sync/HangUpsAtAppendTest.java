package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.HostMessage;

/**
 * A destination that hangs up at appends, whatever they bring: no healthy message is taken for the
 * cause and set aside, and a message that is the cause costs itself alone.
 */
class HangUpsAtAppendTest extends BetweenHosts {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2020-02-03T04:05:06+01:00");

  /** Which appends a server takes; counted from 1 in all, and on its connection. */
  private enum Mood {
    ALL {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return true;
      }
    },
    FIRST_TWO {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return inAll <= 2;
      }
    },
    FIRST_FIVE {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return inAll <= 5;
      }
    },
    TWO_OF_SIX {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return inAll % 6 == 1 || inAll % 6 == 2;
      }
    },
    EACH_FIFTH {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return inAll % 5 == 0;
      }
    },
    TWO_ON_EACH_CONNECTION {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return onConnection <= 2;
      }
    },
    NONE_AT_FIRST_ON_EACH_CONNECTION {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return inAll <= 1 || onConnection > 1;
      }
    },
    AT_RANDOM {
      @Override
      boolean takes(int inAll, int onConnection, Random random) {
        return random.nextInt(3) == 0;
      }
    };

    abstract boolean takes(int inAll, int onConnection, Random random);
  }

  private static String message(int number) {
    return "From: a@example.org\r\nMessage-ID: <%1$d@example.org>\r\nSubject: %1$d\r\n\r\nbody (%1$d)\r\n"
        .formatted(number);
  }

  private void fill(int count) {
    for (int i = 1; i <= count; i++) {
      from.folder("INBOX").put(message(i), Set.of("\\Seen"), DATE);
    }
  }

  private void hangsUp(Mood mood, String bad) {
    AtomicInteger inAll = new AtomicInteger();
    AtomicInteger session = new AtomicInteger();
    AtomicInteger onConnection = new AtomicInteger();
    Random random = new Random(14);
    destination.behaves(
        (command, usual) -> {
          if (!command.is("APPEND")) {
            return usual.get();
          }
          synchronized (random) {
            if (session.getAndSet(command.session().number()) != command.session().number()) {
              onConnection.set(0);
            }
            boolean takes =
                mood.takes(inAll.incrementAndGet(), onConnection.incrementAndGet(), random)
                    && command.given().stream().noneMatch(given -> given.octets().contains(bad));
            return takes ? usual.get() : Answer.hangUp();
          }
        });
  }

  private void assertNothingTwice() {
    assertThat(to.folder("INBOX").messages().stream().map(HostMessage::octets))
        .doesNotHaveDuplicates();
  }

  private void assertAllThere(int count) {
    assertThat(to.folder("INBOX").messages().stream().map(HostMessage::octets))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, count).mapToObj(HangUpsAtAppendTest::message).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "FIRST_TWO, 6, MULTIAPPEND",
    "FIRST_TWO, 6, none",
    "FIRST_TWO, 40, none",
    "FIRST_FIVE, 7, MULTIAPPEND",
    "FIRST_FIVE, 8, none",
    "TWO_OF_SIX, 6, none",
    "TWO_OF_SIX, 40, none",
    "EACH_FIFTH, 6, MULTIAPPEND",
    "EACH_FIFTH, 12, none",
    "EACH_FIFTH, 40, none",
    "TWO_ON_EACH_CONNECTION, 12, MULTIAPPEND",
    "TWO_ON_EACH_CONNECTION, 12, none",
    "NONE_AT_FIRST_ON_EACH_CONNECTION, 12, MULTIAPPEND",
    "NONE_AT_FIRST_ON_EACH_CONNECTION, 12, none",
    "AT_RANDOM, 12, none",
    "AT_RANDOM, 40, none"
  })
  void noHealthyMessageIsSetAside(Mood mood, int count, String without) {
    destination.without(without);
    fill(count);
    hangsUp(mood, "no message has this");

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.setAside()).as(result.problems().toString()).isZero();
    assertNothingTwice();
    destination.behavesWell();
    MailboxResult last = caravan.pass(source.port());
    assertThat(last.problems()).isEmpty();
    assertThat(Objects.requireNonNull(last.certificate()).verdict()).isEqualTo(Verdict.COMPLETE);
    assertAllThere(count);
  }

  @ParameterizedTest
  @CsvSource({
    "ALL, 1, MULTIAPPEND",
    "ALL, 5, MULTIAPPEND",
    "ALL, 12, MULTIAPPEND",
    "ALL, 5, none",
    "ALL, 12, none",
    "TWO_ON_EACH_CONNECTION, 1, none",
    "TWO_ON_EACH_CONNECTION, 5, none"
  })
  void aMessageThatIsTheCauseCostsItselfAlone(Mood mood, int bad, String without) {
    destination.without(without);
    fill(12);
    hangsUp(mood, "body (" + bad + ")");

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isEqualTo(11);
    assertThat(result.setAside()).as(result.problems().toString()).isEqualTo(1);
    assertNothingTwice();
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertAllThere(12);
  }
}
