package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.imap.AppendResult.Appended;

/** The slow path: GreenMail has no NAMESPACE, no MULTIAPPEND, no LIST-EXTENDED, no CONDSTORE. */
class GreenMailTest {
  private GreenMail greenMail;

  @BeforeEach
  void start() {
    greenMail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
    greenMail.start();
    greenMail.setUser("ann@example.org", "ann", "secret");
  }

  @AfterEach
  void stop() {
    greenMail.stop();
  }

  @Test
  void copiesByTheSlowPath() {
    OffsetDateTime date = OffsetDateTime.parse("2020-02-01T03:04:05+00:00");
    try (ImapConnection connection =
        Connections.login(greenMail.getImap().getPort(), "ann", "secret")) {
      assertThat(connection.namespaces().prefix()).isEmpty();
      FolderName folder = connection.folderName("Entwürfe");
      connection.create(folder);
      connection.subscribe(folder);
      List<OutgoingMessage> messages =
          List.of(
              new OutgoingMessage(
                  Set.of("\\Seen"), date, MemoryContent.of("Subject: one\r\n\r\nbody\r\n")),
              new OutgoingMessage(
                  Set.of(), date, MemoryContent.of("Subject: two\r\n\r\nbody\r\n")));

      List<AppendResult> results = connection.append(folder, messages);

      SelectedFolder selected = connection.examine(folder);
      long uidValidity = selected.status().uidValidity();
      assertThat(results)
          .containsExactly(new Appended(uidValidity, 1), new Appended(uidValidity, 2));
      assertThat(selected.readOnly()).isTrue();
      List<ListedFolder> folders = connection.list(true);
      assertThat(folders)
          .anySatisfy(
              f -> {
                assertThat(f.name()).isEqualTo(folder);
                assertThat(f.subscribed()).isTrue();
                assertThat(Objects.requireNonNull(f.status()).messages()).isEqualTo(2);
              });
      List<FetchedMessage> fetched =
          Connections.fetch(
              connection,
              "1:*",
              FetchItem.FLAGS,
              FetchItem.INTERNALDATE,
              FetchItem.SIZE,
              FetchItem.MESSAGE);
      assertThat(fetched).hasSize(2);
      assertThat(Connections.octets(fetched.get(0))).asString().contains("Subject: one");
      assertThat(fetched.get(0).flags()).containsExactly("\\Seen");
      assertThat(Objects.requireNonNull(fetched.get(0).internalDate()).toInstant())
          .isEqualTo(date.toInstant());
    }
  }

  @Test
  void tellsAWrongPassword() {
    try (ImapConnection connection = Connections.plain(greenMail.getImap().getPort())) {
      assertThatThrownBy(() -> connection.login(Connections.password("ann", "wrong")))
          .isInstanceOf(LoginRefused.class)
          .hasMessageNotContaining("wrong");
    }
  }
}
