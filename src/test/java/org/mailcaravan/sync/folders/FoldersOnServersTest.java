package org.mailcaravan.sync.folders;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.CourierServer;
import org.mailcaravan.server.CyrusServer;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.ImapServer;
import org.mailcaravan.server.RawImap;

/** Folders of a real source are made at real destinations, twice. */
class FoldersOnServersTest {
  private static final List<String> NAMES =
      List.of(
          "Work",
          "Work/2019",
          "work",
          "Gesendete Objekte",
          "Gesendete Objekte/2018",
          "Papierkorb",
          "Größe 50%",
          "~me",
          "#news",
          "A & B",
          "a.b",
          "a_b",
          "a*b",
          "送信控え2",
          "📮 Post",
          " lead",
          "x".repeat(200),
          "Deep/1/2/3/4");

  private final List<String> notes = new ArrayList<>();

  @Test
  @EnabledIfInstalled("dovecot")
  void betweenDovecotsOfEveryPrefixAndSeparator() {
    try (DovecotServer source = DovecotServer.builder().specialUse(false).start()) {
      source.addUser("ann", "secret");
      try (ImapConnection from = login(source.port())) {
        int made = makeSource(from);
        assertThat(made).isGreaterThan(NAMES.size() - 3);
        for (DovecotServer.Builder builder :
            List.of(
                DovecotServer.builder(),
                DovecotServer.builder().separator('.').prefix("INBOX."),
                DovecotServer.builder().storage(DovecotServer.Storage.MDBOX))) {
          try (DovecotServer destination = builder.start()) {
            destination.addUser("ann", "secret");
            Map<String, String> names = copyTwice(from, destination.port());
            String prefix = names.getOrDefault("Work", "").replace("Work", "");
            assertThat(names)
                .containsEntry("Gesendete Objekte", prefix + "Sent")
                .containsEntry("Papierkorb", prefix + "Trash")
                .containsEntry("A & B", prefix + "A & B")
                .containsEntry("work", prefix + "work")
                .hasSize(made + 1);
          }
        }
      }
    }
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void toADovecotThatAllowsNoFoldersBelowFolders() {
    try (DovecotServer source = DovecotServer.builder().specialUse(false).start();
        DovecotServer destination =
            DovecotServer.builder()
                .specialUse(false)
                .extra("mail_location = mbox:~/mbox:INBOX=~/inbox")
                .start()) {
      source.addUser("ann", "secret");
      destination.addUser("ann", "secret");
      try (ImapConnection from = login(source.port())) {
        makeSource(from);
        assertThat(copyTwice(from, destination.port()))
            .containsEntry("Work", "Work")
            .containsEntry("Work/2019", "Work - 2019")
            .containsEntry("Gesendete Objekte/2018", "Sent - 2018");
        assertThat(notes).anyMatch(note -> note.contains("inferior"));
      }
    }
  }

  @Test
  @EnabledIfInstalled({"dovecot", "courier"})
  void toCourierWhereOtherMailProgramsCanStillList() {
    try (DovecotServer source = DovecotServer.builder().specialUse(false).start();
        CourierServer destination = CourierServer.start()) {
      toOther(source, destination);
      assertThat(notes).anyMatch(note -> note.contains("cannot list"));
    }
  }

  @Test
  @EnabledIfInstalled({"dovecot", "cyrus"})
  void toCyrus() {
    for (CyrusServer.Names names : CyrusServer.Names.values()) {
      try (DovecotServer source = DovecotServer.builder().specialUse(false).start();
          CyrusServer destination = CyrusServer.start(names)) {
        toOther(source, destination);
      }
    }
  }

  private void toOther(DovecotServer source, ImapServer destination) {
    source.addUser("ann", "secret");
    destination.addUser("ann", "secret");
    try (ImapConnection from = login(source.port())) {
      int made = makeSource(from);
      Map<String, String> names = copyTwice(from, destination.port());
      assertThat(names).hasSize(made + 1);
      try (RawImap other = RawImap.login(destination.port(), "ann", "secret")) {
        assertThat(other.list().stream().map(RawImap.Listed::name)).containsAll(names.values());
      }
    }
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void toGreenMail() {
    GreenMail destination =
        new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
    destination.start();
    try (DovecotServer source = DovecotServer.builder().specialUse(false).start()) {
      destination.setUser("ann", "secret");
      source.addUser("ann", "secret");
      try (ImapConnection from = login(source.port())) {
        int made = makeSource(from);
        assertThat(copyTwice(from, destination.getImap().getPort()))
            .containsEntry("Gesendete Objekte", "Sent")
            .hasSize(made + 1);
      }
    } finally {
      destination.stop();
    }
  }

  /** Returns how many folders the source has beside INBOX and parents. */
  private static int makeSource(ImapConnection from) {
    int made = 0;
    for (String name : NAMES) {
      FolderName folder = from.folderName(name);
      try {
        from.create(folder);
      } catch (CommandRefused e) {
        continue;
      }
      if (name.startsWith("Work")) {
        from.subscribe(folder);
      }
      made++;
    }
    return made;
  }

  /** Maps, makes and opens all folders; then once more, when nothing may be made. */
  private Map<String, String> copyTwice(ImapConnection from, int port) {
    Map<String, String> first = copy(from, port);
    Set<String> listed = names(port);
    assertThat(copy(from, port)).isEqualTo(first);
    assertThat(names(port)).isEqualTo(listed);
    assertThat(first.values()).doesNotHaveDuplicates();
    return first;
  }

  private Map<String, String> copy(ImapConnection from, int port) {
    Map<String, String> names = new LinkedHashMap<>();
    try (ImapConnection to = login(port)) {
      FolderMap map =
          FolderMapper.map(
              SourceKind.ORDINARY,
              from.namespaces(),
              from.list(false),
              to.namespaces(),
              to.list(false),
              PassRules.NONE);
      DestinationFolders folders =
          new DestinationFolders(
              FolderCommands.of(() -> to),
              to.namespaces(),
              to.list(false),
              map.folders(),
              new HashMap<>(),
              new HashMap<>());
      for (FolderMapping mapping : map.folders()) {
        FolderName name = folders.ready(mapping);
        assertThat(to.select(name).readOnly()).isFalse();
        names.put(mapping.source().name().text(), name.text());
      }
      notes.addAll(folders.takeNotes());
    }
    try (ImapConnection to = login(port)) {
      assertThat(to.list(false).stream().filter(ListedFolder::subscribed).map(f -> f.name().text()))
          .contains(names.getOrDefault("Work", "Work"), names.getOrDefault("Work/2019", ""));
    }
    return names;
  }

  private static Set<String> names(int port) {
    try (ImapConnection to = login(port)) {
      return Set.copyOf(to.list(false).stream().map(folder -> folder.name().text()).toList());
    }
  }

  private static ImapConnection login(int port) {
    ConnectionRules rules =
        new ConnectionRules(
            true, Set.of(), true, Set.of(), Duration.ofSeconds(10), Duration.ofSeconds(20), null);
    ImapConnection connection =
        new Connector(rules).connect(new Server("127.0.0.1", port, Security.NONE));
    connection.login(new Credentials.Password("ann", Secret.of("secret")));
    return connection;
  }
}
