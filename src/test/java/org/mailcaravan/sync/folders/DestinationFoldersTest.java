package org.mailcaravan.sync.folders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.imap.ServerRefusal;

/** What is done about each kind of refusal, played by a server in memory. */
class DestinationFoldersTest {
  private static final Namespaces PLAIN = new Namespaces("", '/', List.of());

  @Test
  void createsWhatIsMissingAndUsesWhatIsThere() {
    Server server = new Server("Work");
    assertThat(server.make("INBOX", "Work", "Work/2019", "Other"))
        .containsExactly("INBOX > INBOX", "Other > Other", "Work > Work", "Work/2019 > Work/2019");
    assertThat(server.commands).containsExactly("CREATE Other", "CREATE Work/2019");
    assertThat(server.notes).isEmpty();
  }

  @Test
  void helpsServersThatDoNotCreateParents() {
    Server server = new Server();
    server.rule =
        name -> {
          int cut = name.lastIndexOf('/');
          return cut < 0 || server.folders.contains(name.substring(0, cut))
              ? Optional.empty()
              : no("", "parent folder does not exist");
        };
    assertThat(server.make("A/B/C")).containsExactly("A/B/C > A/B/C");
    assertThat(server.folders).containsExactly("A", "A/B", "A/B/C");
  }

  @Test
  void takesAFolderThatExistsAlreadyThoughItWasNotListed() {
    Server server = new Server();
    server.unlisted.add("Ghost");
    server.rule =
        name -> server.unlisted.contains(name) ? no("", "Mailbox exists.") : Optional.empty();
    assertThat(server.make("Ghost")).containsExactly("Ghost > Ghost");
    assertThat(server.notes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot create this folder.",
        "Mailbox exists.",
        "Permission denied",
        "does not exist",
        "[OVERQUOTA] full",
        "[CANNOT] invalid name",
        "Server error"
      })
  void looksWhetherAFolderIsThereAfterAnyRefusal(String words) {
    Server server = new Server();
    server.unlisted.add("Ghost");
    String code = words.startsWith("[") ? words.substring(1, words.indexOf(']')) : "";
    server.rule = name -> no(code, words);
    assertThat(server.make("Ghost")).containsExactly("Ghost > Ghost");
    assertThat(server.notes).isEmpty();
    assertThat(server.again("Ghost")).containsExactly("Ghost > Ghost");
  }

  @Test
  void usesTheNameThatTheServerMadeOfIt() {
    Map<String, String> made =
        Map.of("Gru\u0308ße", "Gr\u00fcße", "Trail ", "Trail", "LOUD", "loud");
    made.forEach(
        (name, other) -> {
          Server server = new Server();
          server.change = wanted -> wanted.equals(name) ? other : wanted;
          List<String> first = server.make(name, "Bystander");
          assertThat(first).contains(name + " > " + other, "Bystander > Bystander");
          assertThat(server.notes).singleElement().asString().contains(name, other);
          assertThat(server.again(other, "Bystander")).hasSize(2);
        });
  }

  @Test
  void takesAnotherNameWhereOneIsSaidToBeMadeAndIsNotThere() {
    Server server = new Server();
    server.change = name -> name.equals("50%") ? "" : name;
    List<String> first = server.make("50%");
    assertThat(first).containsExactly("50% > 50_");
    assertThat(server.notes).singleElement().asString().contains("it is not there", "'50_'");
  }

  @Test
  void makesNoNameAtWhichTheServerHangsUp() {
    Server server = new Server();
    server.rule =
        name -> {
          if (name.endsWith(" ")) {
            throw new ConnectionLost("closed", "", null);
          }
          return Optional.empty();
        };
    assertThatThrownBy(() -> server.make("Post ")).isInstanceOf(ConnectionLost.class);
    assertThatThrownBy(() -> server.make("Post ")).isInstanceOf(ConnectionLost.class);
    assertThat(server.make("Post ")).containsExactly("Post  > Post");
    assertThat(server.notes).singleElement().asString().contains("ended the connection");
  }

  @Test
  void makesNoNameThatOtherProgramsCannotListAtCourier() {
    Server server = new Server();
    server.namespaces = new Namespaces("", '/', List.of("#shared.", "shared."));
    List<String> first = server.make("\uD83C\uDF89 party", "Größe");
    assertThat(first.get(0)).matches("Größe > Größe");
    assertThat(first.get(1)).matches(".* > _ party-[0-9a-f]{8}");
    assertThat(server.commands).noneMatch(command -> command.contains("\uD83C\uDF89"));
    assertThat(server.notes).singleElement().asString().contains("cannot list");
    assertThat(server.again("\uD83C\uDF89 party", "Größe")).isEqualTo(first);
  }

  @Test
  void keepsTwoFoldersApartWhereTheServerIgnoresCase() {
    Server server = new Server();
    server.rule =
        name ->
            server.folders.stream().anyMatch(name::equalsIgnoreCase)
                ? no("ALREADYEXISTS", "The folder is there")
                : Optional.empty();
    List<String> first = server.make("Foo", "foo", "foo/Sub");
    assertThat(first).hasSize(3);
    assertThat(first.get(0)).isEqualTo("Foo > Foo");
    assertThat(first.get(1)).matches("foo > foo-[0-9a-f]{8}");
    assertThat(first.get(2)).as("the child follows").matches("foo/Sub > foo-[0-9a-f]{8}/Sub");
    assertThat(server.notes).singleElement().asString().contains("refused the folder name 'foo'");
    assertThat(server.again("Foo", "foo", "foo/Sub")).as("a second pass").isEqualTo(first);
  }

  @Test
  void makesFoldersThatDifferOnlyInCaseStepByStep() {
    Map<String, FolderMapping> mappings = new HashMap<>();
    List<ListedFolder> source =
        Stream.of("Foo", "foo", "foo/Sub", "Bar").map(name -> listed(name, false)).toList();
    FolderMap map =
        FolderMapper.map(SourceKind.ORDINARY, PLAIN, source, PLAIN, List.of(), PassRules.NONE);
    map.folders().forEach(mapping -> mappings.put(mapping.destination(), mapping));
    DestinationFolders folders =
        new DestinationFolders(
            new Server(), PLAIN, List.of(), map.folders(), new HashMap<>(), new HashMap<>());

    assertThat(mappings.values())
        .filteredOn(mapping -> folders.draft(mapping) == null)
        .extracting(FolderMapping::destination)
        .as("of the last one, the parent has to be made")
        .containsExactlyInAnyOrder("Foo", "foo", "foo/Sub");
  }

  @Test
  void mergesIntoAFolderOfOtherCaseThatNobodyElseNeeds() {
    Server server = new Server("FOO");
    server.rule = name -> no("", "FOO already exists");
    assertThat(server.make("foo")).containsExactly("foo > FOO");
    assertThat(server.notes).singleElement().asString().contains("differs only in case");
  }

  @Test
  void putsAChildBesideAParentThatTakesNone() {
    Server server = new Server();
    server.rule =
        name ->
            name.contains("/")
                ? no("", "Mailbox doesn't allow inferior mailboxes")
                : Optional.empty();
    List<String> first = server.make("A", "A/B", "A/B/C");
    assertThat(first).containsExactly("A > A", "A/B > A - B", "A/B/C > A - B - C");
    assertThat(server.notes)
        .hasSize(2)
        .first()
        .asString()
        .contains("refused the folder name 'A/B'");
    assertThat(server.again("A", "A/B", "A/B/C")).isEqualTo(first);

    Server other = new Server();
    other.rule = server.rule;
    assertThat(other.make("A", "A/B", "A - B"))
        .as("the name of another folder is not taken away from it")
        .contains("A - B > A - B")
        .anyMatch(line -> line.matches("A/B > A-B-[0-9a-f]{8}"));
  }

  @Test
  void givesASaferNameToWhatIsRefused() {
    Server server = new Server();
    server.rule =
        name ->
            name.matches("[ -~&&[^*%]]+") ? Optional.empty() : no("CANNOT", "Invalid mailbox name");
    String[] names = {"50%", "50_", "Größe *", "Größe */Sub"};
    List<String> first = server.make(names);
    assertThat(first.get(0)).as("50_ belongs to another folder").matches("50% > 50_-[0-9a-f]{8}");
    assertThat(first.get(1)).isEqualTo("50_ > 50_");
    assertThat(first.get(2)).matches("Größe \\* > Gro_e _-[0-9a-f]{8}");
    assertThat(first.get(3)).matches("Größe \\*/Sub > Gro_e _-[0-9a-f]{8}/Sub");
    assertThat(server.notes)
        .anyMatch(note -> note.contains("refused the folder name '50%' (NO [CANNOT] Invalid"));
    assertThat(server.again(names)).isEqualTo(first);
  }

  @Test
  void givesUpWithTheFirstAnswerWhenNothingIsTaken() {
    Server server = new Server();
    server.rule = name -> no("", "refused " + name);
    assertThatThrownBy(() -> server.make("a*b")).hasMessageContaining("refused a*b");
    assertThat(server.commands).hasSizeLessThan(6);

    server.commands.clear();
    server.rule = name -> no("OVERQUOTA", "Quota exceeded");
    assertThatThrownBy(() -> server.make("a*b")).isInstanceOf(CommandRefused.class);
    assertThat(server.commands).as("no name would help").containsExactly("CREATE a*b");
  }

  @Test
  void subscribesAsTheSourceDid() {
    Server server = new Server();
    server.make(false, "A");
    assertThat(server.commands).containsExactly("CREATE A");
    server.make(true, "A");
    assertThat(server.commands).containsExactly("CREATE A", "SUBSCRIBE A");
    assertThat(server.notes).isEmpty();

    server.subscribable = false;
    assertThat(server.make(true, "A")).containsExactly("A > A");
    assertThat(server.notes).singleElement().asString().contains("did not subscribe");
  }

  @Test
  void alternativesAreFewAndFitEveryServer() {
    String name = "INBOX." + "ü".repeat(300) + "..~x .#y.~";
    List<String> names = FallbackNames.of(name, "INBOX.", '.');
    assertThat(names)
        .hasSizeLessThanOrEqualTo(4)
        .doesNotContain(name)
        .allMatch(n -> n.startsWith("INBOX."));
    assertThat(names.get(2)).matches("INBOX\\.[A-Za-z0-9_.-]+").hasSizeLessThan(255);
    assertThat(names.get(3).substring(6)).doesNotContain(".");
    assertThat(FallbackNames.of("a*", "", '/').get(1))
        .isNotEqualTo(FallbackNames.of("a%", "", '/').get(1));
  }

  private static Optional<ServerRefusal> no(String code, String text) {
    return Optional.of(new ServerRefusal(false, code, text));
  }

  private static ListedFolder listed(String name, boolean subscribed) {
    return new ListedFolder(new FolderName(name, name), '/', Set.of(), subscribed, null);
  }

  /** Creates what its rule lets pass. */
  private static final class Server implements FolderCommands {
    final Set<String> folders = new LinkedHashSet<>();
    final Set<String> unlisted = new LinkedHashSet<>();
    final List<String> commands = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    Function<String, Optional<ServerRefusal>> rule = name -> Optional.empty();
    Function<String, String> change = name -> name;
    boolean subscribable = true;
    Namespaces namespaces = PLAIN;
    final Map<String, Integer> losses = new HashMap<>();

    Server(String... names) {
      folders.addAll(Arrays.asList(names));
    }

    List<String> make(String... names) {
      return make(false, names);
    }

    List<String> make(boolean subscribed, String... names) {
      List<ListedFolder> source =
          Arrays.stream(names).map(name -> listed(name, subscribed)).toList();
      List<ListedFolder> existing = folders.stream().map(name -> listed(name, false)).toList();
      FolderMap map =
          FolderMapper.map(
              SourceKind.ORDINARY, PLAIN, source, namespaces, existing, PassRules.NONE);
      DestinationFolders destination =
          new DestinationFolders(
              this, namespaces, existing, map.folders(), new HashMap<>(), losses);
      List<String> made = new ArrayList<>();
      for (FolderMapping mapping : map.folders()) {
        made.add(mapping.source().name() + " > " + destination.ready(mapping));
        notes.addAll(mapping.notes());
        notes.addAll(destination.takeNotes());
      }
      return made;
    }

    /** A second pass: the same folders asked for, with the list as it is now. */
    List<String> again(String... names) {
      Set<String> before = Set.copyOf(folders);
      List<String> made = make(names);
      assertThat(folders).isEqualTo(before);
      return made;
    }

    @Override
    public FolderName name(String text) {
      return new FolderName(text, text);
    }

    @Override
    public void create(FolderName folder) {
      commands.add("CREATE " + folder.text());
      rule.apply(folder.text())
          .ifPresent(
              refusal -> {
                throw new CommandRefused("CREATE " + folder.text(), refusal);
              });
      String made = change.apply(folder.text());
      if (!made.isEmpty()) {
        folders.add(made);
      }
    }

    @Override
    public void subscribe(FolderName folder) {
      commands.add("SUBSCRIBE " + folder.text());
      if (!subscribable) {
        throw new CommandRefused("SUBSCRIBE", new ServerRefusal(false, "", "no"));
      }
    }

    @Override
    public List<ListedFolder> list() {
      commands.add("LIST");
      return folders.stream().map(name -> listed(name, false)).toList();
    }

    @Override
    public void look(FolderName folder) {
      if (!folders.contains(folder.text()) && !unlisted.contains(folder.text())) {
        throw new CommandRefused(
            "STATUS", new ServerRefusal(false, "NONEXISTENT", "no such folder"));
      }
    }
  }
}
