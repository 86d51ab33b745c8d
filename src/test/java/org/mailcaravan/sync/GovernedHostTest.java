package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.after;
import static org.mailcaravan.server.Behaviours.first;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.login;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.refusing;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.Messages;

/**
 * What a source server says in the middle of a pass is obeyed by all passes of all nodes: it stands
 * in the row of the host, which those who claim passes ask.
 */
class GovernedHostTest extends BetweenHosts {
  @BeforeEach
  void fill() {
    Messages mail = new Messages(1);
    for (int i = 0; i < 5; i++) {
      from.folder("INBOX").put(mail.next(), Set.of(), mail.date());
    }
  }

  private HostStatus host() {
    return caravan.host(source.port());
  }

  private static @Nullable Duration left(HostStatus host) {
    Instant notBefore = host.notBefore();
    return notBefore == null ? null : Duration.between(Instant.now(), notBefore);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NO [THROTTLED] wait 2 minutes, please                                   | 120
          BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds    |  60
          """)
  void aTimeToldInMidPassIsForAll(String refusal, int seconds) {
    source.behaves(refusing(first(1, ImapCommand::fetchesContent), refusal));

    assertThat(pass().state()).isEqualTo(MailboxState.COPIED);

    assertThat(host().learned()).as("half of 4").isEqualTo(2);
    assertThat(left(host()))
        .isBetween(Duration.ofSeconds(seconds - 30), Duration.ofSeconds(seconds));
    assertThat(host().allowed()).as("nobody begins there now").isZero();
    assertThat(host().reason())
        .startsWith("it limits what it gives: ")
        .contains(refusal.substring(refusal.length() - 10));
  }

  @Test
  void aHangUpThatNamesTooManyConnectionsLowersTheLimit() {
    source.behaves(
        instead(first(1, ImapCommand::fetchesContent), Answer.bye("Too many connections")));

    assertThat(pass().state()).isEqualTo(MailboxState.COPIED);

    assertThat(host().learned()).isEqualTo(2);
    assertThat(host().notBefore()).isNull();
    assertThat(host().reason()).contains("Too many connections");
  }

  @Test
  void aByeAtALoginInMidPassLowersTheLimit() {
    source.behaves(
        instead(first(1, ImapCommand::fetchesContent), Answer.bye("See you")),
        instead(first(1, after(1, login())), Answer.bye("Server is busy.")));

    assertThat(pass().state()).isEqualTo(MailboxState.COPIED);

    assertThat(host().learned()).isEqualTo(2);
    assertThat(host().reason()).startsWith("it closed the connection at the login: ");
  }

  @Test
  void hoursThatAnAccountHasUsedUpAreNotForAll() {
    source.behaves(refusing(ImapCommand::fetchesContent, "NO [THROTTLED] come back in 3 hours"));

    assertThat(pass().copied()).isZero();

    assertThat(host().learned()).isEqualTo(2);
    assertThat(host().notBefore()).isNull();
    assertThat(host().allowed()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "destination"})
  void whatIsNotAboutTheSourceServerLowersNothing(String side) {
    if (side.equals("source")) {
      source.behaves(instead(first(1, ImapCommand::fetchesContent), Answer.bye("See you")));
    } else {
      destination.behaves(refusing(first(1, named("APPEND")), "NO [THROTTLED] wait 2 minutes"));
    }

    assertThat(pass().state()).isEqualTo(MailboxState.COPIED);

    assertThat(host().learned()).isNull();
    assertThat(host().allowed()).isEqualTo(4);
  }
}
