package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Messages;

/** Between servers that do what the RFCs say, whatever they can, two passes copy all once. */
class WellBehavedHostsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MULTIAPPEND",
        "UIDPLUS",
        "UIDPLUS MOVE MULTIAPPEND",
        "CONDSTORE",
        "LIST-EXTENDED LIST-STATUS SPECIAL-USE",
        "NAMESPACE",
        "LITERAL+",
        "LITERAL+ SASL-IR AUTH=PLAIN ID ENABLE NAMESPACE UIDPLUS MOVE MULTIAPPEND CONDSTORE"
            + " LIST-EXTENDED SPECIAL-USE LIST-STATUS STATUS=SIZE UNSELECT QUOTA"
      })
  void everythingArrivesOnceWhateverIsMissing(String missing) {
    Messages mail = new Messages(1);
    try (ImapHost source = ImapHost.start().without(missing.split(" ", -1));
        ImapHost destination = ImapHost.start().without(missing.split(" ", -1));
        Caravan caravan = new Caravan(folder, destination.port())) {
      HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
      HostAccount to = destination.account(Caravan.USER, Caravan.PASSWORD);
      for (String name : List.of("INBOX", "Archive/2020", "Größe & mehr")) {
        from.subscribed().add(name);
        for (int i = 0; i < 14; i++) {
          from.folder(name).put(mail.next(), Set.of("\\Seen", "$Mine"), mail.date());
        }
      }

      assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
      assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);

      assertThat(to.snapshot().differencesFrom(from.snapshot())).isEmpty();
      assertThat(source.commands("UID STORE", "APPEND", "UID EXPUNGE", "CREATE")).isEmpty();
    }
  }
}
