package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.FolderNames;
import org.mailcaravan.server.Proxy;

/** Servers that break off in mid-step, or lose count between two passes. */
@EnabledIfInstalled("dovecot")
class BrokenStepsTest {
  private static final String WITHOUT_MOVE =
      "IMAP4rev1 LITERAL+ NAMESPACE ENABLE UIDPLUS MULTIAPPEND CONDSTORE QRESYNC LIST-STATUS";

  @TempDir Path folder;

  private static DovecotServer start(String capability) {
    return DovecotServer.builder()
        .specialUse(false)
        .compress(false)
        .capability(capability)
        .start()
        .addUser(Caravan.USER, Caravan.PASSWORD);
  }

  /** A move that is COPY and EXPUNGE, between which the connection is lost. */
  private void moveThatIsCut(String command) throws IOException {
    AtomicBoolean cut = new AtomicBoolean();
    try (DovecotServer source = start("");
        DovecotServer destination = start(WITHOUT_MOVE);
        Proxy cutting =
            new Proxy(
                destination.port(),
                (text, wire) -> {
                  if (text.toUpperCase(Locale.ROOT).contains(command) && !cut.getAndSet(true)) {
                    wire.hangUp();
                  } else {
                    wire.forth(text);
                  }
                },
                Proxy.OPEN);
        Caravan caravan = new Caravan(folder, cutting.port())) {
      NamedAccount here = new NamedAccount(source, FolderNames.PLAIN);
      NamedAccount there = new NamedAccount(destination, FolderNames.PLAIN);
      Scenario.action(here, "add m1 m2(Seen) m3 to INBOX");
      Scenario.action(here, "create Archive");
      caravan.pass(source.port());
      Scenario.action(here, "move m1 m2 from INBOX to Archive");
      MailboxResult second = caravan.pass(source.port());
      assertThat(cut).isTrue();
      assertThat(second.problems()).isEmpty();
      assertThat(Scenario.text(there.read())).isEqualTo(Scenario.text(here.read()));
      assertThat(second.carriedOver().moved()).isEqualTo(2);
    }
  }

  @Test
  void aMoveThatIsCutBeforeItsCopiesAreMarkedDoublesNothing() throws IOException {
    moveThatIsCut("UID STORE");
  }

  @Test
  void aMoveThatIsCutBeforeItsExpungeDoublesNothing() throws IOException {
    moveThatIsCut("UID EXPUNGE");
  }

  @Test
  void aSourceThatCountsItsChangesFromTheStartAgainLosesNoNewMail() throws IOException {
    AtomicBoolean first = new AtomicBoolean(true);
    try (DovecotServer source = start("");
        DovecotServer destination = start("");
        Proxy counting =
            new Proxy(
                source.port(),
                Proxy.OPEN,
                Proxy.changing(
                    text ->
                        first.get()
                            ? text.replaceAll("HIGHESTMODSEQ \\d+", "HIGHESTMODSEQ 90000")
                            : text));
        Caravan caravan = new Caravan(folder, destination.port())) {
      NamedAccount here = new NamedAccount(source, FolderNames.PLAIN);
      Scenario.action(here, "add m1 m2 to INBOX");
      caravan.pass(counting.port());
      first.set(false);
      Scenario.action(here, "add m3 to INBOX");
      Scenario.action(here, "flag m1 in INBOX +Seen");
      MailboxResult second = caravan.pass(counting.port());
      assertThat(second.copied()).as(second.toString()).isEqualTo(1);
      assertThat(Scenario.text(new NamedAccount(destination, FolderNames.PLAIN).read()))
          .isEqualTo(Scenario.text(here.read()));
    }
  }

  @Test
  void aFolderThatCouldNotBeAskedForAWhileIsThereAgain() throws IOException {
    AtomicBoolean hidden = new AtomicBoolean();
    try (DovecotServer source = start("");
        DovecotServer destination = start("");
        Proxy hiding =
            new Proxy(
                source.port(),
                Proxy.changing(
                    text ->
                        hidden.get()
                            ? text.replaceAll("STATUS \"?Work\"?", "STATUS Nothing")
                            : text),
                Proxy.changing(
                    text ->
                        hidden.get()
                            ? text.replaceAll("\\* (LIST|STATUS) [^\r]*Work[^\r]*\r\n", "")
                            : text));
        Caravan caravan = new Caravan(folder, destination.port())) {
      NamedAccount here = new NamedAccount(source, FolderNames.PLAIN);
      Scenario.action(here, "add m1 m2 to Work");
      caravan.pass(hiding.port());
      hidden.set(true);
      assertThat(caravan.pass(hiding.port()).carriedOver().deletedAtSource()).isEqualTo(2);
      hidden.set(false);
      assertThat(caravan.pass(hiding.port()).problems()).isEmpty();
      Scenario.action(here, "copy m1 from Work to INBOX");
      caravan.mirrorDeletions(true);
      MailboxResult last = caravan.pass(hiding.port());
      assertThat(last.copied()).as(last.toString()).isEqualTo(1);
      assertThat(Scenario.text(new NamedAccount(destination, FolderNames.PLAIN).read()))
          .isEqualTo(Scenario.text(here.read()));
    }
  }

  @Test
  void aDestinationThatDoesNotTellHowFullItsFoldersAreIsRecognisedAllTheSame() throws IOException {
    try (DovecotServer source = start("");
        DovecotServer destination = start("IMAP4rev1 LITERAL+ NAMESPACE UIDPLUS");
        Proxy silent =
            new Proxy(
                destination.port(),
                Proxy.changing(
                    text -> text.replaceAll("STATUS \"?(INBOX|Work)\"? \\(", "STATUS Nothing (")),
                Proxy.OPEN);
        Caravan caravan = new Caravan(folder, silent.port())) {
      for (DovecotServer server : List.of(source, destination)) {
        NamedAccount account = new NamedAccount(server, FolderNames.PLAIN);
        Scenario.action(account, "add m1 to INBOX");
        Scenario.action(account, "add m2 m3 to Work");
      }
      MailboxResult result = caravan.pass(source.port());
      assertThat(result.copied()).as(result.toString()).isZero();
    }
  }
}
