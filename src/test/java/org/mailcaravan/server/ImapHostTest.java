package org.mailcaravan.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** The server for tests holds what it is given, as an independent client sees it. */
class ImapHostTest {
  @Test
  void whatOneClientStoresAnotherReads() {
    Messages mail = new Messages(1);
    try (ImapHost host = ImapHost.start()) {
      HostAccount account = host.account("ann", "secret");
      try (RawImap imap = RawImap.login(host.port(), "ann", "secret")) {
        imap.create("Grüße/Ältere");
        imap.subscribe("Grüße/Ältere");
        for (int i = 0; i < Messages.Kind.values().length; i++) {
          imap.append("Grüße/Ältere", Set.of("\\Seen", "$Mine"), mail.date(), mail.next());
        }
      }

      MailboxSnapshot read = MailboxSnapshot.read(host.port(), "ann", "secret");

      assertThat(read.count()).isEqualTo(Messages.Kind.values().length);
      assertThat(read.differencesFrom(account.snapshot())).isEmpty();
      assertThat(account.subscribed()).containsExactly("Grüße/Ältere");
      assertThat(host.commands("APPEND")).hasSize(Messages.Kind.values().length);
    }
  }
}
